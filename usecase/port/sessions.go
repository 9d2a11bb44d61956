package port

import (
	"context"
	"time"

	"latchkey/domain"
)

// Sessions keeps sessions. Each method is one transaction; what happens in it is written to
// the audit in the same one. Its clock is the store's: one for all processes.
type Sessions interface {
	// Open spends the credential, admits its user, ends what the opening replaces and stores
	// the session: all or nothing. Of any number of openings with one credential, at any
	// number of processes, one succeeds; first sign-ins of one person at the same time make
	// one account. An invitation counts only where Identity.EmailAuthoritative says that the
	// email is the person's, and is used up by the account it lets be made. Errors: domain.ErrCredentialSpent, *domain.DisabledError,
	// domain.ErrNotInvited (any, where several apply); then nothing has changed, the credential
	// is not spent.
	Open(ctx context.Context, o Opening) (Opened, error)

	// Find returns the session, its user and the store's time in one look-up;
	// domain.ErrSessionNotFound when there is none. Ended and expired sessions are found too,
	// ended ones with cause, time, reason and the acting user: whether one may be used is the
	// domain's question.
	Find(ctx context.Context, key domain.SessionKey) (Found, error)

	// List returns a page of the sessions that can be used now, the newest first.
	List(ctx context.Context, q SessionQuery) (Page[Listed], error)

	// End ends what the selection names and is idempotent: what had ended, or expired for good,
	// keeps how it ended. A session that Session.Check still accepts does not count as expired.
	// The result says how many ended by this call, and the sequence to confirm, also when
	// they had ended before: then the latest one's. Of a selection that names one session which isn't there (or not
	// of the selection's user): domain.ErrSessionNotFound.
	End(ctx context.Context, which domain.Selection, why domain.Ending) (Ended, error)

	// Touch writes uses of sessions. A use never moves a session's last use back, and never
	// revives one that has ended or expired. Unknown keys are passed over.
	Touch(ctx context.Context, uses []Use) error
}

// Opening is all that a new session takes.
type Opening struct {
	NewUser   domain.UserID // the id of the account, should it be made
	Session   domain.SessionID
	Key       domain.SessionKey
	Identity  domain.Identity
	Admission domain.Admission
	Client    domain.Client
	Life      domain.Lifetime
	Earlier   []domain.SessionKey // the sessions that the request came with; they end, whoever's they are
	Most      int                 // sessions that a user may have, the new one included; past it the oldest end; 0: any number
	By        domain.Principal    // from where the request came; User and Session are filled in by the store
}

// Opened is a session that has been opened.
type Opened struct {
	Session  domain.Session
	User     domain.User
	Now      time.Time // the store's
	Replaced Sequence  // confirms the end of what the session replaces; zero: nothing was replaced
}

// Found is a session that has been looked up.
type Found struct {
	Session domain.Session
	User    domain.User
	Now     time.Time // the store's
}

// Listed is a session with its user.
type Listed struct {
	Session domain.Session
	User    domain.User
}

// SessionQuery says which sessions to list.
type SessionQuery struct {
	User  domain.UserID // empty: everybody's
	IP    string        // opened from this address; empty: any
	After *Mark         // CreatedAt and ID of the last one seen; nil: from the start
	Limit int           // at least 1
}

// Ended says what a call of End has done.
type Ended struct {
	Count    int // sessions that this call ended
	Sequence Sequence
}

// Use is the use of a session at a time of the store's clock.
type Use struct {
	Key domain.SessionKey
	At  time.Time
}

package domain

import (
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"time"
)

// SessionSecret is what the holder of a session shows: 256 random bits. It is kept by the
// holder alone and prints as "[hidden]".
type SessionSecret [32]byte

// secretLength is the length of a secret's text.
const secretLength = 43

// ParseSessionSecret reads the text form. Anything that Text doesn't write is
// ErrNotAuthenticated, spellings that only decode to the same bits included.
func ParseSessionSecret(text string) (SessionSecret, error) {
	var s SessionSecret
	if len(text) != secretLength {
		return s, ErrNotAuthenticated
	}
	n, err := base64.RawURLEncoding.Strict().Decode(s[:], []byte(text))
	if err != nil || n != len(s) {
		return SessionSecret{}, ErrNotAuthenticated
	}
	return s, nil
}

// Text returns the form that the holder keeps: 43 characters of base64url.
func (s SessionSecret) Text() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// Key returns what stores keep in the secret's place.
func (s SessionSecret) Key() SessionKey { return sha256.Sum256([]byte(s.Text())) }

func (SessionSecret) String() string { return "[hidden]" }

// GoString hides the secret from %#v too.
func (SessionSecret) GoString() string { return "[hidden]" }

// LogValue hides the secret from logs.
func (SessionSecret) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// SessionKey is the SHA-256 of a secret's text: a store's key, useless to whoever steals it.
type SessionKey [32]byte

// SessionID names a session where people and pages see it: random, unrelated to the secret.
type SessionID string

// Lifetime says how long sessions live (ASVS 5.0 V7.3.1, V7.3.2).
type Lifetime struct {
	Idle time.Duration // without use
	Max  time.Duration // whatever the use
}

// Client is where a session was opened.
type Client struct {
	IP        string
	UserAgent string
}

// Session says that a user is signed in, until it expires or somebody ends it.
type Session struct {
	id            SessionID
	userID        UserID
	client        Client
	createdAt     time.Time
	lastSeenAt    time.Time
	idleExpiresAt time.Time
	expiresAt     time.Time
	ending        *Ending // nil while nobody has ended it
}

// SessionState is a session as a store keeps it.
type SessionState struct {
	ID            SessionID
	UserID        UserID
	Client        Client
	CreatedAt     time.Time
	LastSeenAt    time.Time
	IdleExpiresAt time.Time
	ExpiresAt     time.Time
	Ending        *Ending
}

// maxUserAgent is how many characters of a user agent are kept.
const maxUserAgent = 400

// NewSession starts a session at now; a disabled user gets none: a *DisabledError.
func NewSession(id SessionID, user User, client Client, now time.Time, life Lifetime) (Session, error) {
	if user.Disabled() {
		return Session{}, &DisabledError{user.ID()}
	}
	client.IP = printable(client.IP)
	client.UserAgent = clip(printable(client.UserAgent), maxUserAgent)
	s := Session{id: id, userID: user.ID(), client: client, createdAt: now, expiresAt: now.Add(life.Max)}
	s.lastSeenAt, s.idleExpiresAt = now, now.Add(life.Idle)
	return s, nil
}

// RestoreSession gives the session that a store kept.
func RestoreSession(s SessionState) Session {
	return Session{
		id: s.ID, userID: s.UserID, client: s.Client, createdAt: s.CreatedAt, lastSeenAt: s.LastSeenAt,
		idleExpiresAt: s.IdleExpiresAt, expiresAt: s.ExpiresAt, ending: s.Ending,
	}
}

// State gives what a store keeps of the session.
func (s Session) State() SessionState {
	return SessionState{
		ID: s.id, UserID: s.userID, Client: s.client, CreatedAt: s.createdAt, LastSeenAt: s.lastSeenAt,
		IdleExpiresAt: s.idleExpiresAt, ExpiresAt: s.expiresAt, Ending: s.ending,
	}
}

// ID returns the public id.
func (s Session) ID() SessionID { return s.id }

// UserID returns whose session it is.
func (s Session) UserID() UserID { return s.userID }

// Client returns where it was opened.
func (s Session) Client() Client { return s.client }

// CreatedAt returns when it was opened.
func (s Session) CreatedAt() time.Time { return s.createdAt }

// LastSeenAt returns the last use that is known here.
func (s Session) LastSeenAt() time.Time { return s.lastSeenAt }

// IdleExpiresAt returns when it expires without another use: never past ExpiresAt.
func (s Session) IdleExpiresAt() time.Time {
	if s.idleExpiresAt.After(s.expiresAt) {
		return s.expiresAt
	}
	return s.idleExpiresAt
}

// ExpiresAt returns when it expires whatever its use.
func (s Session) ExpiresAt() time.Time { return s.expiresAt }

// longestRenewal is the longest time between two renewals of a session in use.
const longestRenewal = time.Minute

// renewal is how long a use may stay unwritten: a quarter of the idle lifetime, at most a minute.
func (s Session) renewal() time.Duration {
	return min(longestRenewal, s.idleExpiresAt.Sub(s.lastSeenAt)/4)
}

// Check reports why the session can't be used at now: an *EndedError, or nil. The idle
// lifetime counts a renewal interval longer than is written, since a newer use may not be
// written yet.
func (s Session) Check(now time.Time) error {
	idleEnd := s.idleExpiresAt.Add(s.renewal())
	switch {
	case s.ending != nil:
		return &EndedError{*s.ending}
	case !now.Before(s.expiresAt) && !s.expiresAt.After(idleEnd):
		return &EndedError{Ending{Cause: CauseLifetime, At: s.expiresAt}}
	case !now.Before(idleEnd):
		return &EndedError{Ending{Cause: CauseIdle, At: idleEnd}}
	}
	return nil
}

// UsableUntil returns when Check begins to refuse the session, if nobody ends it and no other
// use comes: what a store can compare with its clock.
func (s Session) UsableUntil() time.Time {
	idleEnd := s.idleExpiresAt.Add(s.renewal())
	if s.expiresAt.Before(idleEnd) {
		return s.expiresAt
	}
	return idleEnd
}

// RenewalDue reports whether the use at now is to be written.
func (s Session) RenewalDue(now time.Time) bool {
	return now.Sub(s.lastSeenAt) >= s.renewal()
}

// Seen returns the session as it is after a use at now; an earlier use changes nothing.
func (s Session) Seen(now time.Time) Session {
	if now.After(s.lastSeenAt) {
		idle := s.idleExpiresAt.Sub(s.lastSeenAt)
		s.lastSeenAt, s.idleExpiresAt = now, now.Add(idle)
	}
	return s
}

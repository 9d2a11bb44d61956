package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// admitUser makes the account of a person, or locks it and takes over what the identity says today.
const admitUser = `INSERT INTO users (id, issuer, subject, email, email_folded, name, name_folded, picture, created_at, last_sign_in_at)
	SELECT $1, $2, $3, $4, $5, $6, $7, $8, c.now, c.now FROM store_clock c WHERE true
	ON CONFLICT (issuer, subject) DO UPDATE SET email = excluded.email, email_folded = excluded.email_folded,
		name = excluded.name, name_folded = excluded.name_folded, picture = excluded.picture,
		last_sign_in_at = (SELECT now FROM store_clock)
	RETURNING id, admin, rights_by_hand, disabled, disabled_reason, created_at, last_sign_in_at`

// insertSession keeps a session unless its credential is spent, and counts the user's other
// usable ones, as far as it matters.
const insertSession = `INSERT INTO sessions (key, id, user_id, credential, credential_expires_at, ip, user_agent,
		created_at, last_seen_at, idle_expires_at, expires_at, usable_until)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
	ON CONFLICT (credential) DO NOTHING
	RETURNING (SELECT count(*) FROM (SELECT 1 FROM sessions WHERE user_id = $3 AND id <> $2 AND ` + usable + ` LIMIT $13) others)`

// Open implements port.Sessions.
func (s *Sessions) Open(ctx context.Context, o port.Opening) (port.Opened, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	for _, query := range []string{admitUser, insertSession, insertAudit(1)} {
		if _, err := s.writer.prepare(ctx, query); err != nil { //nolint:sqlclosecheck // the pool keeps it
			return port.Opened{}, s.failed(ctx, "open a session", err)
		}
	}
	var opened port.Opened
	err := s.transact(ctx, "open a session", func(ctx context.Context, tx *tx) (err error) {
		opened, err = tx.open(ctx, o)
		return err
	})
	if err != nil {
		return port.Opened{}, err
	}
	return opened, nil
}

func (t *tx) open(ctx context.Context, o port.Opening) (port.Opened, error) {
	user, err := t.admit(ctx, o)
	if err != nil {
		return port.Opened{}, err
	}
	by := o.By
	by.User, by.Session = user.ID(), o.Session
	var events []domain.Event
	if user.ID() == o.NewUser {
		if err := t.claimInvitation(ctx, o); err != nil {
			return port.Opened{}, err
		}
		events = append(events, domain.Event{Action: domain.ActionUserCreated, By: by, User: user.ID()})
	}
	now := user.LastSignInAt()
	session, err := domain.NewSession(o.Session, user, o.Client, now, o.Life)
	if err != nil {
		return port.Opened{}, err
	}
	if o.Admission.MakesAdmin(o.Identity) {
		user.Bootstrap(by)
	}
	if promoted := user.Events(); len(promoted) > 0 {
		if err := t.keepUser(ctx, user.State()); err != nil {
			return port.Opened{}, err
		}
		events = append(events, promoted...)
	}
	others, err := t.keepSession(ctx, o, session)
	if err != nil {
		return port.Opened{}, err
	}
	replaced, seq, err := t.replace(ctx, o, session, others, domain.Ending{Cause: domain.CauseReplaced, By: by})
	if err != nil {
		return port.Opened{}, err
	}
	events = append(events, replaced...)
	events = append(events, domain.Event{Action: domain.ActionSessionOpened, By: by, User: user.ID(), Session: o.Session})
	if err := t.record(ctx, events...); err != nil {
		return port.Opened{}, err
	}
	return port.Opened{Session: session, User: domain.RestoreUser(user.State()), Now: now, Replaced: seq}, nil
}

// admit makes or locks the user, whose last sign-in is the store's now.
func (t *tx) admit(ctx context.Context, o port.Opening) (domain.User, error) {
	fresh := domain.NewUser(o.NewUser, o.Identity, time.Time{})
	u := fresh.State()
	var row userRow
	err := t.get(ctx, &row, admitUser, u.ID, u.Issuer, u.Subject, u.Email, domain.FoldEmail(u.Email),
		u.Name, strings.ToLower(u.Name), u.Picture)
	if err != nil {
		return domain.User{}, fmt.Errorf("admit the user: %w", err)
	}
	row.Issuer, row.Subject, row.Email, row.Name, row.Picture = u.Issuer, u.Subject, u.Email, u.Name, u.Picture
	return row.user(), nil
}

// claimInvitation uses the invitation up that a new account takes, if it takes one.
func (t *tx) claimInvitation(ctx context.Context, o port.Opening) error {
	if !o.Admission.NeedsInvitation(o.Identity) {
		return nil
	}
	if !o.Identity.EmailAuthoritative() {
		return domain.ErrNotInvited
	}
	claimed, err := t.exec(ctx, `DELETE FROM invitations WHERE email = $1`, sought(domain.FoldEmail(o.Identity.Email)))
	if err != nil {
		return fmt.Errorf("claim the invitation: %w", err)
	}
	if claimed == 0 {
		return domain.ErrNotInvited
	}
	return nil
}

// keepSession inserts the session, which spends its credential, and returns how many others
// the user could use now: no more than matter.
func (t *tx) keepSession(ctx context.Context, o port.Opening, session domain.Session) (int, error) {
	s, credential := session.State(), o.Identity.Credential
	var others int
	err := t.get(ctx, &others, insertSession, o.Key[:], s.ID, s.UserID, credential.Hash[:], moment{credential.ExpiresAt},
		s.Client.IP, s.Client.UserAgent, moment{s.CreatedAt}, moment{s.LastSeenAt}, moment{s.IdleExpiresAt},
		moment{s.ExpiresAt}, moment{session.UsableUntil()}, max(o.Most, 0))
	if absent(err) {
		return 0, domain.ErrCredentialSpent
	}
	if err != nil {
		return 0, fmt.Errorf("keep the session: %w", err)
	}
	return others, nil
}

// replace ends the sessions that the request came with, whoever's they are, and the user's oldest
// past the most that he may have.
func (t *tx) replace(ctx context.Context, o port.Opening, session domain.Session, others int, why domain.Ending,
) ([]domain.Event, port.Sequence, error) {
	tooMany := o.Most > 0 && others >= o.Most
	if len(o.Earlier) == 0 && !tooMany {
		return nil, 0, nil
	}
	c := conditions{terms: []string{usable}}
	var replaced []string
	earlier := c.keys(o.Earlier)
	if len(o.Earlier) > 0 {
		replaced = append(replaced, `SELECT key FROM sessions WHERE key IN (`+earlier+`)`)
	}
	if tooMany {
		own := `user_id = ` + c.value(session.UserID()) + ` AND id <> ` + c.value(session.ID())
		if len(o.Earlier) > 0 {
			own += ` AND key NOT IN (` + earlier + `)`
		}
		replaced = append(replaced, `SELECT key FROM (
			SELECT key, row_number() OVER (ORDER BY created_at DESC, id DESC) AS n FROM sessions WHERE `+own+` AND `+usable+`
		) own WHERE n >= `+c.value(o.Most))
	}
	c.terms = append(c.terms, `key IN (`+strings.Join(replaced, ` UNION ALL `)+`)`)
	events, err := t.endWhere(ctx, c, why)
	if err != nil || len(events) == 0 {
		return nil, 0, err
	}
	seq, err := t.nextRevocation(ctx)
	return events, seq, err
}

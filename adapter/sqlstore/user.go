package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Users is a port.Users.
type Users struct{ *store }

var _ port.Users = (*Users)(nil)

// userColumns are the columns of a userRow that is called u.
const userColumns = `u.id AS "u.id", u.issuer AS "u.issuer", u.subject AS "u.subject", u.email AS "u.email",
	u.name AS "u.name", u.picture AS "u.picture", u.admin AS "u.admin", u.rights_by_hand AS "u.rights_by_hand",
	u.disabled AS "u.disabled", u.disabled_reason AS "u.disabled_reason",
	u.created_at AS "u.created_at", u.last_sign_in_at AS "u.last_sign_in_at"`

type userRow struct {
	ID             domain.UserID `db:"id"`
	Issuer         string        `db:"issuer"`
	Subject        string        `db:"subject"`
	Email          string        `db:"email"`
	Name           string        `db:"name"`
	Picture        string        `db:"picture"`
	Admin          bool          `db:"admin"`
	RightsByHand   bool          `db:"rights_by_hand"`
	Disabled       bool          `db:"disabled"`
	DisabledReason string        `db:"disabled_reason"`
	CreatedAt      moment        `db:"created_at"`
	LastSignInAt   moment        `db:"last_sign_in_at"`
}

func (r userRow) user() domain.User {
	return domain.RestoreUser(domain.UserState{
		ID: r.ID, Issuer: r.Issuer, Subject: r.Subject, Email: r.Email, Name: r.Name, Picture: r.Picture,
		Admin: r.Admin, RightsByHand: r.RightsByHand, Disabled: r.Disabled, DisabledReason: r.DisabledReason,
		CreatedAt: r.CreatedAt.Time, LastSignInAt: r.LastSignInAt.Time,
	})
}

type foundUser struct {
	User userRow `db:"u"`
}

// Find implements port.Users.
func (s *Users) Find(ctx context.Context, id domain.UserID) (domain.User, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	var row foundUser
	err := s.reader.GetContext(ctx, &row, `SELECT `+userColumns+` FROM users u WHERE u.id = $1`, sought(id))
	if absent(err) {
		return domain.User{}, domain.ErrUserNotFound
	}
	if err != nil {
		return domain.User{}, s.failed(ctx, "find a user", err)
	}
	return row.User.user(), nil
}

// longestSought is longer than any email or name: both came in a credential of 8 KiB.
const longestSought = 8 << 10

// List implements port.Users.
func (s *Users) List(ctx context.Context, q port.UserQuery) (port.Page[domain.User], error) {
	ctx, done := limited(ctx, q.Limit)
	defer done()
	if len(q.Text) > longestSought {
		return port.Page[domain.User]{}, nil
	}
	var c conditions
	if q.Email != "" {
		c.add(`u.email_folded = ?`, sought(q.Email))
	}
	if q.Text != "" {
		text := containing(strings.ToLower(sought(q.Text)))
		c.add(`(u.email_folded LIKE ? ESCAPE '\' OR u.name_folded LIKE ? ESCAPE '\')`, text, text)
	}
	if q.After != nil {
		c.add(`(u.created_at, u.id) < (?, ?)`, moment{q.After.At}, sought(q.After.ID))
	}
	var rows []foundUser
	err := s.reader.SelectContext(ctx, &rows, `SELECT `+userColumns+` FROM users u`+c.where()+
		` ORDER BY u.created_at DESC, u.id DESC LIMIT `+c.value(q.Limit+1), c.args...)
	if err != nil {
		return port.Page[domain.User]{}, s.failed(ctx, "list users", err)
	}
	return page(rows, q.Limit, func(r foundUser) domain.User { return r.User.user() }), nil
}

// Change implements port.Users.
func (s *Users) Change(ctx context.Context, id domain.UserID,
	change func(u *domain.User, otherActiveAdmins int) error,
) (domain.User, port.Sequence, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	var (
		changed domain.User
		seq     port.Sequence
	)
	err := s.transact(ctx, "change a user", func(ctx context.Context, tx *tx) error {
		user, others, err := tx.userForChange(ctx, id)
		if err != nil {
			return err
		}
		before := user.State()
		if err := change(&user, others); err != nil {
			return refusal{err}
		}
		if after := user.State(); after != before {
			if err := tx.keepUser(ctx, after); err != nil {
				return err
			}
		}
		events := user.Events()
		if why := user.EndsSessions(); why != nil {
			ended, err := tx.end(ctx, domain.Selection{User: id}, *why)
			if err != nil {
				return err
			}
			events = append(events, ended...)
			seq, err = tx.nextRevocation(ctx)
			if err != nil {
				return err
			}
		} else if seq, err = tx.lastRevocation(ctx); err != nil {
			return err
		}
		changed = domain.RestoreUser(user.State())
		return tx.record(ctx, events...)
	})
	if err != nil {
		return domain.User{}, 0, err
	}
	return changed, seq, nil
}

// userForChange locks the guard of the administrators and the user, and counts the others
// who may sign in. Only a change takes the right or the access away, and all of them pass the guard.
func (t *tx) userForChange(ctx context.Context, id domain.UserID) (domain.User, int, error) {
	var guard bool
	if err := t.get(ctx, &guard, `SELECT one FROM admin_guard`+t.store.dialect.RowLock); err != nil {
		return domain.User{}, 0, fmt.Errorf("guard the administrators: %w", err)
	}
	var row foundUser
	err := t.get(ctx, &row, `SELECT `+userColumns+` FROM users u WHERE u.id = $1`+t.store.dialect.RowLock, sought(id))
	if absent(err) {
		return domain.User{}, 0, domain.ErrUserNotFound
	}
	if err != nil {
		return domain.User{}, 0, fmt.Errorf("lock the user: %w", err)
	}
	var others int
	err = t.get(ctx, &others, `SELECT count(*) FROM users WHERE admin AND NOT disabled AND id <> $1`, id)
	if err != nil {
		return domain.User{}, 0, fmt.Errorf("count administrators: %w", err)
	}
	return row.User.user(), others, nil
}

func (t *tx) keepUser(ctx context.Context, u domain.UserState) error {
	_, err := t.exec(ctx, `UPDATE users SET email = $2, email_folded = $3, name = $4, name_folded = $5, picture = $6,
			admin = $7, rights_by_hand = $8, disabled = $9, disabled_reason = $10, last_sign_in_at = $11
		WHERE id = $1`,
		u.ID, u.Email, domain.FoldEmail(u.Email), u.Name, strings.ToLower(u.Name), u.Picture,
		u.Admin, u.RightsByHand, u.Disabled, u.DisabledReason, moment{u.LastSignInAt})
	if err != nil {
		return fmt.Errorf("keep the user: %w", err)
	}
	return nil
}

// Invite implements port.Users.
func (s *Users) Invite(ctx context.Context, invitation domain.Invitation) error {
	ctx, done := limited(ctx, 1)
	defer done()
	return s.transact(ctx, "invite", func(ctx context.Context, tx *tx) error {
		kept, err := tx.exec(ctx, `INSERT INTO invitations (email, invited_by, created_at)
			VALUES ($1, $2, (SELECT now FROM store_clock)) ON CONFLICT (email) DO NOTHING`,
			invitation.Email, invitation.By.User)
		if err != nil {
			return fmt.Errorf("keep the invitation: %w", err)
		}
		if kept == 0 {
			return domain.ErrAlreadyInvited
		}
		return tx.record(ctx, invitation.Event())
	})
}

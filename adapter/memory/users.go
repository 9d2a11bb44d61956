package memory

import (
	"context"
	"slices"
	"strings"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Users is a port.Users.
type Users struct{ store *Store }

var _ port.Users = (*Users)(nil)

// Find implements port.Users.
func (u *Users) Find(ctx context.Context, id domain.UserID) (user domain.User, err error) {
	err = u.store.read(ctx, func(v view) error {
		kept, found := v.users[id]
		if !found {
			return domain.ErrUserNotFound
		}
		user = domain.RestoreUser(kept)
		return nil
	})
	return user, err
}

// List implements port.Users.
func (u *Users) List(ctx context.Context, q port.UserQuery) (page port.Page[domain.User], err error) {
	err = u.store.read(ctx, func(v view) error {
		var users []domain.User
		for _, kept := range v.users {
			if selects(q, kept) && behind(q.After, userPlace(kept)) {
				users = append(users, domain.RestoreUser(kept))
			}
		}
		slices.SortFunc(users, func(a, b domain.User) int {
			return newestFirst(userPlace(a.State()), userPlace(b.State()))
		})
		page = pageOf(users, q.Limit)
		return nil
	})
	return page, err
}

func selects(q port.UserQuery, user domain.UserState) bool {
	if q.Email != "" && domain.FoldEmail(user.Email) != q.Email {
		return false
	}
	text := strings.ToLower(q.Text)
	return strings.Contains(strings.ToLower(user.Email), text) || strings.Contains(strings.ToLower(user.Name), text)
}

func userPlace(user domain.UserState) port.Mark {
	return port.Mark{At: user.CreatedAt, ID: string(user.ID)}
}

// Change implements port.Users.
func (u *Users) Change(ctx context.Context, id domain.UserID,
	change func(u *domain.User, otherActiveAdmins int) error,
) (user domain.User, seq port.Sequence, err error) {
	err = u.store.change(ctx, func(v *view) error {
		kept, found := v.users[id]
		if !found {
			return domain.ErrUserNotFound
		}
		changed := domain.RestoreUser(kept)
		if err := change(&changed, v.otherActiveAdmins(id)); err != nil {
			return err
		}
		v.users[id] = changed.State()
		v.record(changed.Events()...)
		if why := changed.EndsSessions(); why != nil {
			v.end(func(s session) bool { return s.UserID == id }, *why)
			v.lastRevocation++
		}
		user, seq = domain.RestoreUser(changed.State()), v.lastRevocation
		return nil
	})
	if err != nil {
		return domain.User{}, 0, err
	}
	return user, seq, nil
}

func (v *view) otherActiveAdmins(than domain.UserID) int {
	n := 0
	for id, user := range v.users {
		if id != than && user.Admin && !user.Disabled {
			n++
		}
	}
	return n
}

// Invite implements port.Users.
func (u *Users) Invite(ctx context.Context, invitation domain.Invitation) error {
	return u.store.change(ctx, func(v *view) error {
		if _, waits := v.invitations[invitation.Email]; waits {
			return domain.ErrAlreadyInvited
		}
		v.invitations[invitation.Email] = invitation
		v.record(invitation.Event())
		return nil
	})
}

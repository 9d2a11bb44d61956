package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// ChangeUser gives and takes rights.
type ChangeUser struct {
	Users        port.Users
	Confirmation Confirmation
}

// UserChange says what to change; nil leaves a thing as it is.
type UserChange struct {
	Admin    *bool
	Disabled *bool
	Reason   string
}

// Do changes the user. Disabling and demoting end the user's sessions, at once and at every
// process. Errors: domain.ErrUserNotFound, domain.ErrLastAdmin, a *domain.FieldsError for the
// reason, and domain.ErrUnconfirmed where it is done but not every process is known to know.
func (uc *ChangeUser) Do(ctx context.Context, id domain.UserID, change UserChange, by domain.Principal) (domain.User, error) {
	reason, err := domain.NewReason(change.Reason)
	if err != nil {
		return domain.User{}, err
	}
	change.Reason = reason
	user, seq, err := uc.Users.Change(ctx, id, func(u *domain.User, otherActiveAdmins int) error {
		return change.apply(u, otherActiveAdmins, by)
	})
	if err != nil {
		return domain.User{}, fmt.Errorf("change user: %w", err)
	}
	return user, uc.Confirmation.Wait(ctx, seq, by)
}

// apply disables first and enables last, so that no step sees a state that the whole doesn't ask for.
func (c UserChange) apply(u *domain.User, otherActiveAdmins int, by domain.Principal) error {
	if c.Disabled != nil && *c.Disabled {
		if err := u.Disable(by, c.Reason, otherActiveAdmins); err != nil {
			return err
		}
	}
	if c.Admin != nil && *c.Admin {
		u.Promote(by, c.Reason)
	}
	if c.Admin != nil && !*c.Admin {
		if err := u.Demote(by, c.Reason, otherActiveAdmins); err != nil {
			return err
		}
	}
	if c.Disabled != nil && !*c.Disabled {
		u.Enable(by, c.Reason)
	}
	return nil
}

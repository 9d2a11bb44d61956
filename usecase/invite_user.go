package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// InviteUser lets somebody get an account while sign-up is by invitation.
type InviteUser struct {
	Users port.Users
}

// Do keeps the invitation. Errors: a *domain.FieldsError for the address, domain.ErrAlreadyInvited.
func (uc *InviteUser) Do(ctx context.Context, email string, by domain.Principal) (domain.Invitation, error) {
	invitation, err := domain.NewInvitation(email, by)
	if err != nil {
		return domain.Invitation{}, err
	}
	if err := uc.Users.Invite(ctx, invitation); err != nil {
		return domain.Invitation{}, fmt.Errorf("invite: %w", err)
	}
	return invitation, nil
}

package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// FindUser tells about one user.
type FindUser struct {
	Users port.Users
}

// Do returns the user, or domain.ErrUserNotFound.
func (uc *FindUser) Do(ctx context.Context, id domain.UserID) (domain.User, error) {
	user, err := uc.Users.Find(ctx, id)
	if err != nil {
		return user, fmt.Errorf("find user: %w", err)
	}
	return user, nil
}

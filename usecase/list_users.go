package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// ListUsers tells who has an account.
type ListUsers struct {
	Users port.Users
}

// Do returns a page of users, the newest first.
func (uc *ListUsers) Do(ctx context.Context, q port.UserQuery) (port.Page[domain.User], error) {
	page, err := uc.Users.List(ctx, q)
	if err != nil {
		return page, fmt.Errorf("list users: %w", err)
	}
	return page, nil
}

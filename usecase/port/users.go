package port

import (
	"context"

	"latchkey/domain"
)

// Users keeps accounts. Accounts are made by Sessions.Open, at a first sign-in.
type Users interface {
	// Find returns the user, or domain.ErrUserNotFound.
	Find(ctx context.Context, id domain.UserID) (domain.User, error)

	// List returns a page of users, the newest first.
	List(ctx context.Context, q UserQuery) (Page[domain.User], error)

	// Change applies change to the user and keeps the result, its events and the end of its
	// sessions, in one transaction. otherActiveAdmins is how many administrators other than
	// this user may sign in; no concurrent change can make that number false before this one
	// is kept. What change returns as error is returned as it is, and nothing has changed. The
	// sequence says what to confirm: a fresh one where the change ends sessions, if only again,
	// else the latest there is, so that repeating a change confirms what an earlier call could
	// not; zero where nothing was ever revoked.
	// Errors: domain.ErrUserNotFound.
	Change(ctx context.Context, id domain.UserID,
		change func(u *domain.User, otherActiveAdmins int) error) (domain.User, Sequence, error)

	// Invite keeps an invitation, which serves one account; domain.ErrAlreadyInvited while
	// another for the same email waits.
	Invite(ctx context.Context, invitation domain.Invitation) error
}

// UserQuery says which users to list.
type UserQuery struct {
	Email string // only those whose email is this one, folded; empty: all
	Text  string // only those whose email or name holds this, whatever the case; empty: all
	After *Mark  // CreatedAt and ID of the last one seen; nil: from the start
	Limit int    // at least 1
}

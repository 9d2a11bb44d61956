package usecase

import (
	"context"
	"errors"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Authenticate tells who holds a secret.
type Authenticate struct {
	Sessions port.Sessions
	Renewals *Renewals
}

// Authenticated is a signed-in user and the session in use, as it is after this use.
type Authenticated struct {
	User    domain.User
	Session domain.Session
	Renewed bool // this use is one that is written
}

// Do returns who holds the secret, and notes the use. In this order: domain.ErrNotAuthenticated for
// an unknown secret, a *domain.DisabledError, and a *domain.EndedError for a session that has ended.
func (uc *Authenticate) Do(ctx context.Context, secret domain.SessionSecret) (Authenticated, error) {
	key := secret.Key()
	found, err := uc.Sessions.Find(ctx, key)
	if errors.Is(err, domain.ErrSessionNotFound) {
		return Authenticated{}, domain.ErrNotAuthenticated
	}
	if err != nil {
		return Authenticated{}, fmt.Errorf("find session: %w", err)
	}
	if found.User.Disabled() {
		return Authenticated{}, &domain.DisabledError{User: found.User.ID()}
	}
	if err := found.Session.Check(found.Now); err != nil {
		return Authenticated{}, err
	}
	renewed := found.Session.RenewalDue(found.Now)
	if renewed {
		uc.Renewals.Note(port.Use{Key: key, At: found.Now})
	}
	return Authenticated{User: found.User, Session: found.Session.Seen(found.Now), Renewed: renewed}, nil
}

package usecase

import (
	"context"
	"errors"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Logout ends the session of whoever asks.
type Logout struct {
	Sessions     port.Sessions
	Confirmation Confirmation
}

// Do ends the session of the secret. A secret that opens nothing is no error: the caller is
// signed out either way.
func (uc *Logout) Do(ctx context.Context, secret domain.SessionSecret, by domain.Principal) error {
	found, err := uc.Sessions.Find(ctx, secret.Key())
	if errors.Is(err, domain.ErrSessionNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find session: %w", err)
	}
	by.User, by.Session = found.User.ID(), found.Session.ID()
	ended, err := uc.Sessions.End(ctx, domain.Selection{Session: by.Session},
		domain.Ending{Cause: domain.CauseSignedOut, By: by})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return uc.Confirmation.Wait(ctx, ended.Sequence, by)
}

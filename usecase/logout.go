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

// LogoutInput says what to end.
type LogoutInput struct {
	Secrets []domain.SessionSecret
	Only    domain.UserID // whom the page acts for; empty: anybody
	By      domain.Principal
}

// Do ends the sessions of the secrets. A secret that opens nothing is no error: the caller is
// signed out either way. One that somebody else than Only uses is
// domain.ErrSessionUserChanged; then nothing has ended.
func (uc *Logout) Do(ctx context.Context, in LogoutInput) error {
	var shown []port.Found
	for _, secret := range in.Secrets {
		found, err := uc.Sessions.Find(ctx, secret.Key())
		if errors.Is(err, domain.ErrSessionNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("find session: %w", err)
		}
		if in.Only != "" && found.User.ID() != in.Only && found.Session.Check(found.Now) == nil {
			return domain.ErrSessionUserChanged
		}
		shown = append(shown, found)
	}
	for i := range shown {
		if err := uc.end(ctx, &shown[i], in.By); err != nil {
			return err
		}
	}
	return nil
}

func (uc *Logout) end(ctx context.Context, found *port.Found, by domain.Principal) error {
	by.User, by.Session = found.User.ID(), found.Session.ID()
	ended, err := uc.Sessions.End(ctx, domain.Selection{Session: by.Session},
		domain.Ending{Cause: domain.CauseSignedOut, By: by})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return uc.Confirmation.Wait(ctx, ended.Sequence, by)
}

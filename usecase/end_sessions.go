package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// EndSessions ends sessions, at once and at every process.
type EndSessions struct {
	Users        port.Users
	Sessions     port.Sessions
	Confirmation Confirmation
}

// Do ends what the selection names and returns how many ended by it. A session or user that
// isn't there: domain.ErrSessionNotFound, domain.ErrUserNotFound. domain.ErrUnconfirmed where
// it is done but not every process is known to know; asking again confirms.
func (uc *EndSessions) Do(ctx context.Context, which domain.Selection, why domain.Ending) (int, error) {
	if which.User != "" && !which.One() {
		if _, err := uc.Users.Find(ctx, which.User); err != nil {
			return 0, fmt.Errorf("find user: %w", err)
		}
	}
	ended, err := uc.Sessions.End(ctx, which, why)
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return ended.Count, uc.Confirmation.Wait(ctx, ended.Sequence, why.By)
}

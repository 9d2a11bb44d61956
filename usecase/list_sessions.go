package usecase

import (
	"context"
	"fmt"

	"latchkey/usecase/port"
)

// ListSessions tells which sessions can be used now.
type ListSessions struct {
	Sessions port.Sessions
}

// Do returns a page of them, the newest first.
func (uc *ListSessions) Do(ctx context.Context, q port.SessionQuery) (port.Page[port.Listed], error) {
	page, err := uc.Sessions.List(ctx, q)
	if err != nil {
		return page, fmt.Errorf("list sessions: %w", err)
	}
	return page, nil
}

package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Confirmation is the last step of whatever ends sessions or takes rights away.
type Confirmation struct {
	Revocations port.Revocations
	Audit       port.Audit
}

// Wait returns once no process can answer by what the revocation has ended. Where that can't
// be assured it says so in the audit and returns domain.ErrUnconfirmed; asking for the same
// ending again confirms. It waits on even if the caller has gone.
func (c Confirmation) Wait(ctx context.Context, seq port.Sequence, by domain.Principal) error {
	if seq == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	err := c.Revocations.Confirm(ctx, seq)
	if err == nil {
		return nil
	}
	event := domain.Event{Action: domain.ActionUnconfirmed, By: by, Detail: fmt.Sprintf("revocation %d", seq)}
	if failure := c.Audit.Record(ctx, event); failure != nil {
		return fmt.Errorf("%w: %w; record it: %w", domain.ErrUnconfirmed, err, failure)
	}
	return fmt.Errorf("%w: %w", domain.ErrUnconfirmed, err)
}

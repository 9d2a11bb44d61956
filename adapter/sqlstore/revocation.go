package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Revocations is a port.Revocations for processes that keep no copies of sessions: each asks
// the database at every request, so that what is committed there holds everywhere.
type Revocations struct{}

var _ port.Revocations = Revocations{}

// Confirm implements port.Revocations.
func (Revocations) Confirm(ctx context.Context, _ port.Sequence) error {
	if err := ctx.Err(); errors.Is(err, context.Canceled) {
		return err
	} else if err != nil {
		return fmt.Errorf("confirm a revocation: %w: %w", domain.ErrUnavailable, err)
	}
	return nil
}

// nextRevocation numbers what the transaction ends. Until its end no other transaction gets a
// number, so that numbers show in the order of their making.
func (t *tx) nextRevocation(ctx context.Context) (port.Sequence, error) {
	var seq port.Sequence
	if err := t.get(ctx, &seq, `UPDATE revocation SET sequence = sequence + 1 RETURNING sequence`); err != nil {
		return 0, fmt.Errorf("number the revocation: %w", err)
	}
	return seq, nil
}

// lastRevocation returns the latest number; zero while nothing was ever revoked.
func (t *tx) lastRevocation(ctx context.Context) (port.Sequence, error) {
	var seq port.Sequence
	if err := t.get(ctx, &seq, `SELECT sequence FROM revocation`); err != nil {
		return 0, fmt.Errorf("read the last revocation: %w", err)
	}
	return seq, nil
}

package sqlstore

import (
	"context"
	"fmt"
	"time"

	"latchkey/usecase/port"
)

// Retention is a port.Retention.
type Retention struct{ *store }

var _ port.Retention = (*Retention)(nil)

// Sweep implements port.Retention.
func (s *Retention) Sweep(ctx context.Context, keep time.Duration, limit int) (int, error) {
	ctx, done := limited(ctx, limit)
	defer done()
	var gone int
	err := s.transact(ctx, "sweep", func(ctx context.Context, tx *tx) error {
		var now moment
		if err := tx.get(ctx, &now, `SELECT now FROM store_clock`); err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		oldest := moment{now.Add(-keep)}
		records, err := tx.exec(ctx, `DELETE FROM audit WHERE id IN (
			SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT $2`+tx.store.dialect.RowLock+`)`, oldest, limit)
		if err != nil {
			return fmt.Errorf("sweep the audit: %w", err)
		}
		// The first condition follows from the second; it is the one that has an index.
		sessions, err := tx.exec(ctx, `DELETE FROM sessions WHERE key IN (
			SELECT key FROM sessions
			WHERE created_at < $1 AND COALESCE(ended_at, usable_until) < $1 AND credential_expires_at <= $2
			ORDER BY created_at LIMIT $3`+tx.store.dialect.RowLock+`)`, oldest, now, limit)
		if err != nil {
			return fmt.Errorf("sweep the sessions: %w", err)
		}
		gone = records + sessions
		return nil
	})
	if err != nil {
		return 0, err
	}
	return gone, nil
}

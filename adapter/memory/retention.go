package memory

import (
	"context"
	"errors"
	"slices"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Retention is a port.Retention.
type Retention struct{ store *Store }

var _ port.Retention = (*Retention)(nil)

// Sweep implements port.Retention.
func (r *Retention) Sweep(ctx context.Context, keep time.Duration, limit int) (swept int, err error) {
	err = r.store.change(ctx, func(v *view) error {
		oldest := v.now.Add(-keep)
		records := 0
		v.audit = slices.DeleteFunc(v.audit, func(r domain.Record) bool {
			old := r.At.Before(oldest) && records < limit
			if old {
				records++
			}
			return old
		})
		sessions := 0
		for key, s := range v.sessions {
			if sessions < limit && v.forgettable(s, oldest) {
				delete(v.sessions, key)
				sessions++
			}
		}
		swept = records + sessions
		return nil
	})
	if err != nil {
		return 0, err
	}
	return swept, nil
}

// forgettable reports whether the session ended before the oldest that is kept, and its
// credential can't come again.
func (v *view) forgettable(s session, oldest time.Time) bool {
	var ended *domain.EndedError
	return errors.As(s.restore().Check(v.now), &ended) && ended.Ending.At.Before(oldest) &&
		!v.now.Before(s.credential.ExpiresAt)
}

package usecase

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Renewals collects uses of sessions and writes them in batches, off the path of requests.
type Renewals struct {
	sessions port.Sessions

	mu  sync.Mutex
	due map[domain.SessionKey]time.Time
}

// NewRenewals returns a collector that writes to sessions.
func NewRenewals(sessions port.Sessions) *Renewals {
	return &Renewals{sessions: sessions, due: map[domain.SessionKey]time.Time{}}
}

// Note keeps the use to be written with the next batch; of several uses of a session the latest counts.
func (r *Renewals) Note(use port.Use) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if use.At.After(r.due[use.Key]) {
		r.due[use.Key] = use.At
	}
}

// Flush writes what was noted. What can't be written is kept for the next time.
func (r *Renewals) Flush(ctx context.Context) error {
	r.mu.Lock()
	batch := r.due
	r.due = make(map[domain.SessionKey]time.Time, len(batch))
	r.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	uses := make([]port.Use, 0, len(batch))
	for key, at := range batch {
		uses = append(uses, port.Use{Key: key, At: at})
	}
	if err := r.sessions.Touch(ctx, uses); err != nil {
		r.mu.Lock()
		maps.Copy(batch, r.due)
		r.due = batch
		r.mu.Unlock()
		return fmt.Errorf("write %d renewals: %w", len(uses), err)
	}
	return nil
}

// Run writes at every tick until the context ends, and once more then, so that a clean stop
// loses nothing. failed hears of what couldn't be written; it is tried again.
func (r *Renewals) Run(ctx context.Context, every time.Duration, failed func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := r.Flush(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		case <-ctx.Done():
			if err := r.Flush(context.WithoutCancel(ctx)); err != nil {
				failed(err)
			}
			return
		}
	}
}

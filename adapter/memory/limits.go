package memory

import (
	"context"
	"sync"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// maxBuckets is how many keys are limited at the same time. Past it some key is forgotten: who has
// so many addresses isn't held up by a limit for each.
const maxBuckets = 100_000

// Limits is a port.Limits for a single process: a bucket of attempts for each key, which
// holds the rate's count and refills evenly.
type Limits struct {
	clock port.Clock

	mu     sync.Mutex
	fullAt map[string]time.Time // when the key's bucket is full again: all there is to know of it
	tidyAt int                  // how many buckets there are when the full ones are dropped next
}

var _ port.Limits = (*Limits)(nil)

// NewLimits returns limits on the clock that have counted nothing.
func NewLimits(clock port.Clock) *Limits {
	return &Limits{clock: clock, fullAt: map[string]time.Time{}, tidyAt: 1024}
}

// Take implements port.Limits.
func (l *Limits) Take(ctx context.Context, key string, rate domain.Rate) error {
	if err := gone(ctx); err != nil {
		return err
	}
	if rate.Count <= 0 || rate.Per <= 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()

	now := l.clock()
	refill := max(rate.Per/time.Duration(rate.Count), 1) // of one attempt
	capacity := refill * time.Duration(rate.Count)

	// The wait for a full bucket is never longer than for one that is empty, unless the clock
	// was set back.
	missing := min(max(l.fullAt[key].Sub(now), 0), capacity)
	if missing+refill > capacity {
		return &domain.LimitedError{RetryAfter: missing + refill - capacity}
	}
	l.fullAt[key] = now.Add(missing + refill)
	l.tidy(now)
	return nil
}

// tidy drops the full buckets, which are as good as none, whenever the number of buckets has
// doubled; if that leaves too many, any, and a quarter at once, so that it stays rare.
func (l *Limits) tidy(now time.Time) {
	if len(l.fullAt) < l.tidyAt {
		return
	}
	for key, fullAt := range l.fullAt {
		if !fullAt.After(now) {
			delete(l.fullAt, key)
		}
	}
	if len(l.fullAt) >= maxBuckets {
		for key := range l.fullAt {
			delete(l.fullAt, key)
			if len(l.fullAt) <= maxBuckets*3/4 {
				break
			}
		}
	}
	l.tidyAt = min(max(2*len(l.fullAt), 1024), maxBuckets)
}

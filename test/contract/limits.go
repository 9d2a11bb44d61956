package contract

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Limits checks an implementation of port.Limits. open returns one that has counted nothing,
// and the lever that moves its clock, which stands still otherwise.
func Limits(t *testing.T, open func(t *testing.T) (port.Limits, Advance)) {
	perMinute := domain.Rate{Count: 3, Per: time.Minute}
	take := func(t *testing.T, limits port.Limits, key string, rate domain.Rate) time.Duration {
		t.Helper()
		err := limits.Take(t.Context(), key, rate)
		if err == nil {
			return 0
		}
		var limited *domain.LimitedError
		require.True(t, errors.As(err, &limited), "%v", err)
		require.ErrorIs(t, err, domain.ErrRateLimited)
		require.Positive(t, limited.RetryAfter)
		require.LessOrEqual(t, limited.RetryAfter, rate.Per)
		return limited.RetryAfter
	}
	accepts := func(t *testing.T, limits port.Limits, key string, rate domain.Rate, want int) {
		t.Helper()
		for i := range want {
			require.Zero(t, take(t, limits, key, rate), "attempt %d of %d", i+1, want)
		}
		require.NotZero(t, take(t, limits, key, rate), "one more than %d", want)
	}

	t.Run("so many at once, then evenly", func(t *testing.T) {
		limits, advance := open(t)
		accepts(t, limits, "a", perMinute, 3)
		require.Equal(t, 20*time.Second, take(t, limits, "a", perMinute))
		advance(20*time.Second - time.Microsecond)
		require.Equal(t, time.Microsecond, take(t, limits, "a", perMinute))
		advance(time.Microsecond)
		accepts(t, limits, "a", perMinute, 1)
		advance(40 * time.Second)
		accepts(t, limits, "a", perMinute, 2)
		advance(24 * time.Hour)
		accepts(t, limits, "a", perMinute, 3)
	})
	t.Run("who waits as long as told is let in", func(t *testing.T) {
		for _, rate := range []domain.Rate{{Count: 7, Per: time.Second}, {Count: 1, Per: time.Hour}, {Count: 30, Per: time.Minute}, {Count: 13, Per: time.Minute}} {
			limits, advance := open(t)
			accepts(t, limits, "a", rate, rate.Count)
			for range 20 {
				advance(take(t, limits, "a", rate).Round(time.Microsecond) + time.Microsecond)
				require.Zero(t, take(t, limits, "a", rate), "%+v", rate)
			}
		}
	})
	t.Run("refused attempts are not counted", func(t *testing.T) {
		limits, advance := open(t)
		accepts(t, limits, "a", perMinute, 3)
		for range 50 {
			require.Equal(t, 20*time.Second, take(t, limits, "a", perMinute))
		}
		advance(20 * time.Second)
		accepts(t, limits, "a", perMinute, 1)
	})
	t.Run("keys don't touch each other", func(t *testing.T) {
		limits, _ := open(t)
		for _, key := range []string{"a", "b", "", "A", "a ", "a\x00", "a\xff", "192.0.2.1", "2001:db8::1"} {
			accepts(t, limits, key, perMinute, 3)
		}
	})
	t.Run("the zero rate sets no limit", func(t *testing.T) {
		limits, _ := open(t)
		for range 1000 {
			require.Zero(t, take(t, limits, "a", domain.Rate{}))
		}
		accepts(t, limits, "a", perMinute, 3)
	})
	t.Run("at once", func(t *testing.T) {
		limits, _ := open(t)
		var accepted, refused atomic.Int64
		results := inParallel(100, func(int) error {
			for range 50 {
				switch err := limits.Take(t.Context(), "a", domain.Rate{Count: 2000, Per: 24 * time.Hour}); {
				case err == nil:
					accepted.Add(1)
				case errors.Is(err, domain.ErrRateLimited):
					refused.Add(1)
				default:
					return err
				}
			}
			return nil
		})
		require.NoError(t, errors.Join(results...))
		require.EqualValues(t, 2000, accepted.Load())
		require.EqualValues(t, 3000, refused.Load())
	})
	t.Run("a caller who has gone is not counted", func(t *testing.T) {
		limits, _ := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			require.ErrorIs(t, limits.Take(ctx, "a", perMinute), context.Canceled)
		}
		accepts(t, limits, "a", perMinute, 3)
	})
}

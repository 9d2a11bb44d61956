package memory

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

func TestLimitsForgetWhatIsFull(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	limits := NewLimits(func() time.Time { return now })
	rate := domain.Rate{Count: 2, Per: time.Minute}
	for i := range 20_000 {
		now = now.Add(time.Second) // each bucket is full again half a minute later
		require.NoError(t, limits.Take(t.Context(), strconv.Itoa(i), rate))
		require.LessOrEqual(t, len(limits.fullAt), 1024)
	}
}

func TestLimitsAreBoundedUnderAttack(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	limits := NewLimits(func() time.Time { return now })
	rate := domain.Rate{Count: 2, Per: time.Hour}
	for i := range 3 * maxBuckets {
		require.NoError(t, limits.Take(t.Context(), strconv.Itoa(i), rate))
	}
	require.LessOrEqual(t, len(limits.fullAt), maxBuckets)
	require.GreaterOrEqual(t, len(limits.fullAt), maxBuckets/2)
}

func TestLimitsSurviveAClockSetBack(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	limits := NewLimits(func() time.Time { return now })
	rate := domain.Rate{Count: 2, Per: time.Minute}
	require.NoError(t, limits.Take(t.Context(), "a", rate))

	now = now.Add(-time.Hour)
	var limited *domain.LimitedError
	require.ErrorAs(t, limits.Take(t.Context(), "a", rate), &limited)
	require.LessOrEqual(t, limited.RetryAfter, rate.Per)
}

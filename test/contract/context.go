package contract

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

var errChange = errors.New("the change was refused")

// calls are a port's methods by name, each called in some valid way.
type calls map[string]func(ctx context.Context) error

// gone calls every method for a caller who has hung up, and for one whose time is up.
func gone(t *testing.T, store Store, methods calls) {
	t.Helper()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()

	leavesNoTrace(t, store, func() {
		for name, call := range methods {
			err := call(cancelled)
			assert.ErrorIs(t, err, context.Canceled, "%s with a cancelled context", name)
			assert.NotErrorIs(t, err, domain.ErrUnavailable, "%s with a cancelled context", name)
			assert.ErrorIs(t, call(late), domain.ErrUnavailable, "%s past its deadline", name)
		}
	})
}

// interrupted calls f for a caller who hangs up, or whose time is up, in the middle, and
// checks that f says so and leaves no trace. f calls the function it is handed in its closure
// and returns what the port's method has returned.
func interrupted(t *testing.T, store Store, f func(ctx context.Context, middle func()) error) {
	t.Helper()
	leavesNoTrace(t, store, func() {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		require.ErrorIs(t, f(ctx, cancel), context.Canceled, "the caller hangs up in the middle")
	})
	leavesNoTrace(t, store, func() {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, f(ctx, func() { <-ctx.Done() }), domain.ErrUnavailable, "time is up in the middle")
	})
}

// atAnyMoment calls f many times for a caller who hangs up at another moment each time, and
// checks that f knows no other outcome than success and that.
func atAnyMoment(t *testing.T, f func(ctx context.Context, round int) error) {
	t.Helper()
	for round := range 30 {
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(time.Duration(round)*100*time.Microsecond, cancel)
		if err := f(ctx, round); err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
		timer.Stop()
		cancel()
	}
}

// failing checks that a change that fails, by an error or a panic, leaves no trace, that its
// error is returned as it is, and that the store works on. f returns the closure's outcome.
func failing(t *testing.T, store Store, f func(outcome func() error) error) {
	t.Helper()
	leavesNoTrace(t, store, func() {
		require.Equal(t, errChange, f(func() error { return errChange }), "the closure's error as it is")
	})
	leavesNoTrace(t, store, func() {
		require.Panics(t, func() { _ = f(func() error { panic("a defect") }) })
	})
	require.NoError(t, f(func() error { return nil }), "the store works on")
}

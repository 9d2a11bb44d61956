package contract

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

// Revocations checks an implementation of port.Revocations, with one process at work.
func Revocations(t *testing.T, open Open) {
	t.Run("what has ended is confirmed, and confirmed again", func(t *testing.T) {
		store := open(t)
		require.NoError(t, store.Revocations.Confirm(t.Context(), 0), "nothing to confirm")

		first, opened := signIn(t, store, "anna")
		second := afresh(first)
		second.Earlier = []domain.SessionKey{first.Key}
		replaced := mustOpen(t, store, second).Replaced
		require.NoError(t, store.Revocations.Confirm(t.Context(), replaced))
		requireRefused(t, store, first.Key)

		ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: second.Session}, byAdmin(""))
		require.NoError(t, err)
		disabled := mustDisable(t, store, opened.User.ID())
		for range 2 {
			require.NoError(t, store.Revocations.Confirm(t.Context(), disabled))
			require.NoError(t, store.Revocations.Confirm(t.Context(), ended.Sequence), "an earlier one")
			require.NoError(t, store.Revocations.Confirm(t.Context(), 0))
		}
		requireRefused(t, store, second.Key)
	})

	t.Run("many at once", func(t *testing.T) {
		store := open(t)
		results := inParallel(10, func(i int) error {
			o := anOpening(string(rune('a'+i)) + "nna")
			if _, err := store.Sessions.Open(t.Context(), o); err != nil {
				return err
			}
			ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
			if err != nil {
				return err
			}
			return store.Revocations.Confirm(t.Context(), ended.Sequence)
		})
		require.Equal(t, 10, count(results, nil), "%v", results)
	})

	t.Run("a caller who has gone", func(t *testing.T) {
		store := open(t)
		o, _ := signIn(t, store, "anna")
		ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
		require.NoError(t, err)
		gone(t, store, calls{"Confirm": func(ctx context.Context) error {
			return store.Revocations.Confirm(ctx, ended.Sequence)
		}})
		require.NoError(t, store.Revocations.Confirm(t.Context(), ended.Sequence))
	})
}

func requireRefused(t *testing.T, store Store, key domain.SessionKey) {
	t.Helper()
	found := mustFind(t, store, key)
	require.Error(t, found.Session.Check(found.Now))
}

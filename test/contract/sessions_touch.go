package contract

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// touches checks port.Sessions.Touch.
func touches(t *testing.T, open Open) {
	t.Run("a use moves on what it must", func(t *testing.T) { touchMoves(t, frozen(t, open)) })
	t.Run("an earlier use changes nothing", func(t *testing.T) { touchNeverBack(t, frozen(t, open)) })
	t.Run("a use revives nothing", func(t *testing.T) { touchRevivesNothing(t, frozen(t, open)) })
	t.Run("many uses", func(t *testing.T) { touchMany(t, frozen(t, open)) })
	t.Run("many at once", func(t *testing.T) { touchAtOnce(t, open(t)) })
}

func touch(t *testing.T, store Store, uses ...port.Use) {
	t.Helper()
	require.NoError(t, store.Sessions.Touch(t.Context(), uses))
}

func touchMoves(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	other := afresh(o)
	mustOpen(t, store, other)
	before := look(t, store)
	store.Advance(20 * time.Minute)

	at := opened.Now.Add(20*time.Minute - time.Second)
	touch(t, store, port.Use{Key: o.Key, At: at})
	want := opened.Session.Seen(at)
	require.Equal(t, want.State(), mustFind(t, store, o.Key).Session.State())
	require.Empty(t, eventsSince(t, store, before), "a use is nothing for the audit")
	require.Equal(t, opened.Now, mustFind(t, store, other.Key).Session.LastSeenAt(), "another session")

	store.Advance(20 * time.Minute)
	require.NoError(t, mustFind(t, store, o.Key).Session.Check(at.Add(20*time.Minute)), "the use has prolonged it")

	odd := at.Add(20*time.Minute + 1234*time.Nanosecond).In(time.FixedZone("", 3600))
	touch(t, store, port.Use{Key: o.Key, At: odd})
	got := mustFind(t, store, o.Key).Session
	require.Equal(t, want.Seen(odd.UTC().Truncate(time.Microsecond)).State(), got.State(), "to the microsecond, in UTC")
}

func touchNeverBack(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	store.Advance(time.Minute)
	at := opened.Now.Add(time.Minute)
	touch(t, store, port.Use{Key: o.Key, At: at})
	want := mustFind(t, store, o.Key).Session.State()
	require.Equal(t, at, want.LastSeenAt)
	for _, earlier := range []time.Duration{time.Microsecond, time.Minute, time.Hour} {
		touch(t, store, port.Use{Key: o.Key, At: at.Add(-earlier)})
		require.Equal(t, want, mustFind(t, store, o.Key).Session.State())
	}
}

func touchRevivesNothing(t *testing.T, store Store) {
	ended, opened := signIn(t, store, "anna")
	expired := afresh(ended)
	mustOpen(t, store, expired)
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin(""))
	require.NoError(t, err)
	store.Advance(time.Minute)
	wantEnded, wantExpired := mustFind(t, store, ended.Key).Session.State(), mustFind(t, store, expired.Key).Session.State()

	touch(t, store, port.Use{Key: ended.Key, At: opened.Now.Add(time.Minute)})
	require.Equal(t, wantEnded, mustFind(t, store, ended.Key).Session.State())

	store.Advance(2 * idle)
	for _, at := range []time.Duration{2 * time.Minute, 2 * idle} { // a belated use too
		touch(t, store, port.Use{Key: expired.Key, At: opened.Now.Add(at)})
	}
	require.Equal(t, wantExpired, mustFind(t, store, expired.Key).Session.State())
	require.Empty(t, usable(t, store))
}

func touchMany(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	touch(t, store)

	at := opened.Now.Add(time.Minute)
	store.Advance(time.Minute)
	var uses []port.Use
	var known []port.Opening
	for i := range 600 {
		uses = append(uses, port.Use{Key: domain.SessionKey(entropy()), At: at}) // nobody's
		if i%50 == 0 {
			o = afresh(o)
			mustOpen(t, store, o)
			known = append(known, o)
			uses = append(uses, port.Use{Key: o.Key, At: at.Add(time.Second)}, port.Use{Key: o.Key, At: at.Add(time.Duration(i) * time.Millisecond)})
		}
	}
	store.Advance(time.Minute)
	touch(t, store, uses...)
	for i, o := range known {
		latest := max(time.Second, time.Duration(i*50)*time.Millisecond)
		require.Equal(t, at.Add(latest), mustFind(t, store, o.Key).Session.LastSeenAt(), "of two uses the latest")
	}
}

func touchAtOnce(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	var uses []port.Use
	for range 15 {
		o = afresh(o)
		opened = mustOpen(t, store, o)
		uses = append(uses, port.Use{Key: o.Key})
	}
	store.Advance(time.Minute)
	for range 4 {
		results := inParallel(10, func(i int) error {
			mine := slices.Clone(uses)
			for j := range mine {
				mine[j].At = opened.Now.Add(time.Duration(i) * time.Second)
			}
			if i%2 == 0 {
				slices.Reverse(mine)
			}
			return store.Sessions.Touch(t.Context(), mine)
		})
		require.NoError(t, errors.Join(results...))
	}
	for _, use := range uses {
		require.Equal(t, opened.Now.Add(9*time.Second), mustFind(t, store, use.Key).Session.LastSeenAt())
	}
}

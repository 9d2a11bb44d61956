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

// ends checks port.Sessions.End.
func ends(t *testing.T, open Open) {
	t.Run("what the selection names", func(t *testing.T) { endsSelected(t, frozen(t, open)) })
	t.Run("once: the first ending stays", func(t *testing.T) { endsOnce(t, frozen(t, open)) })
	t.Run("one that isn't there", func(t *testing.T) { endsAbsent(t, frozen(t, open)) })
	t.Run("nothing, where nothing is selected", func(t *testing.T) { endsNothing(t, frozen(t, open)) })
	t.Run("what is still accepted, and not what has expired", func(t *testing.T) { endsNotExpired(t, frozen(t, open)) })
	t.Run("sequences grow", func(t *testing.T) { sequencesGrow(t, open(t)) })
	t.Run("one session by many at once", func(t *testing.T) { endsAtOnce(t, open(t)) })
	t.Run("many sessions at once", func(t *testing.T) { sequencesAtOnce(t, open(t)) })
	t.Run("while the session is used", func(t *testing.T) { endRacesTouch(t, open(t)) })
	t.Run("while the user signs in", func(t *testing.T) { endRacesSignIn(t, open(t)) })
}

func endsSelected(t *testing.T, store Store) {
	// Three sessions of Anna and one of Bea, opened anew for each case.
	var anna1, anna2, anna3, bea port.Opening
	var anna, beasID domain.UserID
	none := domain.SessionKey(entropy())
	tests := map[string]struct {
		which func() domain.Selection
		want  []string // which stay usable
	}{
		"a session":              {func() domain.Selection { return domain.Selection{Session: anna2.Session} }, []string{"a1", "a3", "b"}},
		"a session of the user":  {func() domain.Selection { return domain.Selection{Session: anna2.Session, User: anna} }, []string{"a1", "a3", "b"}},
		"a key":                  {func() domain.Selection { return domain.Selection{Key: &bea.Key} }, []string{"a1", "a2", "a3"}},
		"a key of the user":      {func() domain.Selection { return domain.Selection{Key: &bea.Key, User: beasID} }, []string{"a1", "a2", "a3"}},
		"a key of another user":  {func() domain.Selection { return domain.Selection{Key: &bea.Key, User: anna} }, []string{"a1", "a2", "a3", "b"}},
		"a key that isn't there": {func() domain.Selection { return domain.Selection{Key: &none} }, []string{"a1", "a2", "a3", "b"}},
		"a user":                 {func() domain.Selection { return domain.Selection{User: anna} }, []string{"b"}},
		"a user but one session": {func() domain.Selection { return domain.Selection{User: anna, Except: anna1.Session} }, []string{"a1", "b"}},
		"a user but a foreign session": {
			func() domain.Selection { return domain.Selection{User: anna, Except: bea.Session} }, []string{"b"},
		},
		"a user who isn't there": {func() domain.Selection { return domain.Selection{User: "nobody"} }, []string{"a1", "a2", "a3", "b"}},
		"a user with NUL":        {func() domain.Selection { return domain.Selection{User: "a\x00"} }, []string{"a1", "a2", "a3", "b"}},
	}
	for name, tt := range tests {
		anna1 = anOpening("anna")
		anna2, anna3, bea = afresh(anna1), afresh(anna1), anOpening("bea")
		anna = mustOpen(t, store, anna1).Session.UserID()
		mustOpen(t, store, anna2)
		mustOpen(t, store, anna3)
		opened := mustOpen(t, store, bea)
		beasID = opened.Session.UserID()
		byName := map[string]port.Opening{"a1": anna1, "a2": anna2, "a3": anna3, "b": bea}
		names := map[domain.SessionID]string{anna1.Session: "a1", anna2.Session: "a2", anna3.Session: "a3", bea.Session: "b"}
		before := look(t, store)

		why := byAdmin("because of " + name)
		why.At = farFuture // the store knows better
		ended, err := store.Sessions.End(t.Context(), tt.which(), why)
		require.NoError(t, err, name)
		require.Equal(t, 4-len(tt.want), ended.Count, name)
		requireUsable(t, store, names, tt.want...)

		why.At = opened.Now
		for _, stays := range tt.want {
			delete(byName, stays)
		}
		var events []domain.Event
		for _, o := range byName {
			found := mustFind(t, store, o.Key)
			requireEnded(t, why, found)
			events = append(events, why.Event(o.Session, found.User.ID()))
		}
		require.ElementsMatch(t, events, eventsSince(t, store, before), name)
		if ended.Count > 0 {
			require.Positive(t, ended.Sequence, name)
		}
		for _, user := range []domain.UserID{anna, beasID} {
			_, err = store.Sessions.End(t.Context(), domain.Selection{User: user}, byAdmin(""))
			require.NoError(t, err)
		}
	}
}

func endsOnce(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	first, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin("first"))
	require.NoError(t, err)
	require.Equal(t, 1, first.Count)
	ending := byAdmin("first")
	ending.At = opened.Now
	store.Advance(time.Minute)

	leavesNoTrace(t, store, func() {
		for _, which := range []domain.Selection{
			{Session: o.Session}, {Session: o.Session, User: opened.User.ID()}, {Key: &o.Key}, {User: opened.User.ID()},
		} {
			again, err := store.Sessions.End(t.Context(), which, domain.Ending{Cause: domain.CauseByUser, Reason: "second"})
			require.NoError(t, err)
			require.Zero(t, again.Count)
			require.GreaterOrEqual(t, again.Sequence, first.Sequence, "who ends again confirms the first")
		}
	})
	requireEnded(t, ending, mustFind(t, store, o.Key))
}

func endsAbsent(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	_, other := signIn(t, store, "bea")
	key := domain.SessionKey(entropy())
	leavesNoTrace(t, store, func() {
		for name, which := range map[string]domain.Selection{
			"unknown":                 {Session: "unknown"},
			"unknown of a user":       {Session: "unknown", User: opened.User.ID()},
			"another user's":          {Session: o.Session, User: other.User.ID()},
			"of a user not there":     {Session: o.Session, User: "nobody"},
			"another key's":           {Session: o.Session, Key: &key},
			"what no store can keep":  {Session: "\x00"},
			"broken UTF-8":            {Session: "\xff"},
			"of what can't be a user": {Session: o.Session, User: "\x00"},
		} {
			ended, err := store.Sessions.End(t.Context(), which, byAdmin(""))
			require.ErrorIs(t, err, domain.ErrSessionNotFound, name)
			require.Zero(t, ended, name)
		}
	})
}

func endsNothing(t *testing.T, store Store) {
	o, _ := signIn(t, store, "anna")
	leavesNoTrace(t, store, func() {
		for _, which := range []domain.Selection{{}, {Except: o.Session}, {Except: "another"}} {
			ended, err := store.Sessions.End(t.Context(), which, byAdmin(""))
			require.NoError(t, err)
			require.Zero(t, ended.Count)
		}
	})
}

func endsNotExpired(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	store.Advance(idle + grace/2)
	inGrace := mustFind(t, store, o.Key)
	require.NoError(t, inGrace.Session.Check(inGrace.Now))
	ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
	require.NoError(t, err)
	require.Equal(t, 1, ended.Count, "a session in its grace")

	expired := afresh(o)
	mustOpen(t, store, expired)
	store.Advance(2 * idle)
	leavesNoTrace(t, store, func() {
		for _, which := range []domain.Selection{{Session: expired.Session}, {User: opened.User.ID()}, {Key: &expired.Key}} {
			ended, err := store.Sessions.End(t.Context(), which, byAdmin(""))
			require.NoError(t, err)
			require.Zero(t, ended.Count, "an expired session")
			require.Positive(t, ended.Sequence)
		}
	})
	require.Nil(t, mustFind(t, store, expired.Key).Session.State().Ending)

	inGraceToo := afresh(o)
	mustOpen(t, store, inGraceToo)
	store.Advance(idle + grace/2)
	before := look(t, store)
	mustDisable(t, store, opened.User.ID())
	require.Len(t, eventsSince(t, store, before), 2, "the disabling, the end of what is accepted, not of what has expired")
	require.NotNil(t, mustFind(t, store, inGraceToo.Key).Session.State().Ending)
}

func sequencesGrow(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	last := port.Sequence(0)
	grows := func(name string, seq port.Sequence) {
		t.Helper()
		require.Greater(t, seq, last, name)
		last = seq
	}
	for range 2 {
		ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
		require.NoError(t, err)
		grows("ending one", ended.Sequence)

		o = afresh(o)
		mustOpen(t, store, o)
		next := afresh(o)
		next.Earlier = []domain.SessionKey{o.Key}
		grows("replacing", mustOpen(t, store, next).Replaced)

		next = afresh(next)
		next.Most = 1
		grows("the limit", mustOpen(t, store, next).Replaced)

		grows("disabling", mustDisable(t, store, opened.User.ID()))
		mustChange(t, store, opened.User.ID(), enable)

		o = afresh(o)
		mustOpen(t, store, o)
		mustOpen(t, store, afresh(o))
		ended, err = store.Sessions.End(t.Context(), domain.Selection{User: opened.User.ID(), Except: o.Session}, byAdmin(""))
		require.NoError(t, err)
		grows("ending a user's", ended.Sequence)
	}
}

func endsAtOnce(t *testing.T, store Store) {
	o, _ := signIn(t, store, "anna")
	results := inParallel(20, func(int) error {
		ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
		if err == nil && ended.Count == 1 {
			return errChange
		}
		if err == nil && ended.Sequence == 0 {
			return errors.New("nothing to confirm, though it has ended")
		}
		return err
	})
	require.Equal(t, 1, count(results, errChange), "calls that say to have ended it")
	require.Equal(t, 19, count(results, nil), "%v", errors.Join(results...))
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionSessionEnded}), 1)
}

// sequencesAtOnce: two revocations with one number could not both be confirmed by it.
func sequencesAtOnce(t *testing.T, store Store) {
	openings := make([]port.Opening, 20)
	for i := range openings {
		openings[i], _ = signIn(t, store, "anna")
	}
	sequences := make([]port.Sequence, len(openings))
	results := inParallel(len(openings), func(i int) error {
		ended, err := store.Sessions.End(t.Context(), domain.Selection{Session: openings[i].Session}, byAdmin(""))
		sequences[i] = ended.Sequence
		return err
	})
	require.NoError(t, errors.Join(results...))
	slices.Sort(sequences)
	require.Positive(t, sequences[0])
	require.Len(t, slices.Compact(slices.Clone(sequences)), len(sequences), "each its own: %v", sequences)
	require.Empty(t, usable(t, store))
}

func endRacesTouch(t *testing.T, store Store) {
	for round := range 15 {
		o, opened := signIn(t, store, "anna")
		store.Advance(time.Minute)
		uses := []port.Use{{Key: o.Key, At: opened.Now.Add(time.Minute)}}
		work := []func() error{
			func() error { return store.Sessions.Touch(t.Context(), uses) },
			func() error {
				_, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
				return err
			},
		}
		require.NoError(t, errors.Join(inParallel(2, func(i int) error { return work[i]() })...))
		require.NotNil(t, mustFind(t, store, o.Key).Session.State().Ending, "round %d", round)
	}
}

// endRacesSignIn: a sign-in may come before or after, but what had been opened is ended.
func endRacesSignIn(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	for round := range 15 {
		next := afresh(o)
		work := []func() error{
			func() error { _, err := store.Sessions.Open(t.Context(), next); return err },
			func() error {
				_, err := store.Sessions.End(t.Context(), domain.Selection{User: opened.User.ID()}, byAdmin(""))
				return err
			},
		}
		require.NoError(t, errors.Join(inParallel(2, func(i int) error { return work[i]() })...))
		require.NotNil(t, mustFind(t, store, o.Key).Session.State().Ending, "round %d", round)
		o = next
	}
}

package contract

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// replaces checks what an opening takes the place of.
func replaces(t *testing.T, open Open) {
	t.Run("the session that the request came with", func(t *testing.T) { replacesEarlier(t, frozen(t, open)) })
	t.Run("nothing, where there is nothing to end", func(t *testing.T) { replacesNothing(t, frozen(t, open)) })
	t.Run("the oldest past the limit", func(t *testing.T) { replacesOldest(t, frozen(t, open)) })
	t.Run("only what counts towards the limit", func(t *testing.T) { limitCounts(t, frozen(t, open)) })
	t.Run("the limit holds at once", func(t *testing.T) { limitAtOnce(t, open(t)) })
	t.Run("one session by many at once", func(t *testing.T) { replacedOnce(t, open(t)) })
	t.Run("two users each other's at once", func(t *testing.T) { crossReplacement(t, open(t)) })
}

func replacesEarlier(t *testing.T, store Store) {
	anna, first := signIn(t, store, "anna")
	untouched, _ := signIn(t, store, "cleo")
	before := look(t, store)
	store.Advance(time.Minute)

	again := afresh(anna)
	again.Earlier = []domain.SessionKey{anna.Key}
	opened := mustOpen(t, store, again)
	require.Positive(t, opened.Replaced)
	by := again.By
	by.User, by.Session = first.User.ID(), again.Session
	ending := domain.Ending{Cause: domain.CauseReplaced, By: by, At: opened.Now}
	requireEnded(t, ending, mustFind(t, store, anna.Key))
	require.ElementsMatch(t, []domain.Event{
		ending.Event(anna.Session, first.User.ID()),
		{Action: domain.ActionSessionOpened, By: by, User: first.User.ID(), Session: again.Session},
	}, eventsSince(t, store, before))

	other := anOpening("bea")
	other.Earlier = []domain.SessionKey{again.Key}
	replaced := opened.Replaced
	opened = mustOpen(t, store, other)
	require.Greater(t, opened.Replaced, replaced, "another user's session")
	by.User, by.Session = opened.User.ID(), other.Session
	requireEnded(t, domain.Ending{Cause: domain.CauseReplaced, By: by, At: opened.Now}, mustFind(t, store, again.Key))

	require.NoError(t, mustFind(t, store, other.Key).Session.Check(opened.Now), "the new session")
	several := afresh(again)
	mustOpen(t, store, several)
	both := anOpening("emma")
	both.Earlier, both.Most = []domain.SessionKey{several.Key, domain.SessionKey(entropy()), other.Key}, 5
	require.Positive(t, mustOpen(t, store, both).Replaced)
	for _, key := range []domain.SessionKey{several.Key, other.Key} {
		require.Equal(t, domain.CauseReplaced, mustFind(t, store, key).Session.State().Ending.Cause, "one of several")
	}

	idling := afresh(other)
	mustOpen(t, store, idling)
	store.Advance(idle + grace/2)
	late := anOpening("dora")
	late.Earlier = []domain.SessionKey{idling.Key}
	require.Positive(t, mustOpen(t, store, late).Replaced, "a session that is still accepted")
	require.NotNil(t, mustFind(t, store, idling.Key).Session.State().Ending)
	require.Nil(t, mustFind(t, store, untouched.Key).Session.State().Ending, "an unconcerned session")
}

func replacesNothing(t *testing.T, store Store) {
	ended, opened := signIn(t, store, "anna")
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin("first"))
	require.NoError(t, err)
	ending := byAdmin("first")
	ending.At = opened.Now
	expired := afresh(ended)
	mustOpen(t, store, expired)
	store.Advance(lifetime + time.Hour)

	unknown := domain.SessionKey(entropy())
	for name, earlier := range map[string][]domain.SessionKey{
		"none": nil, "unknown": {unknown}, "ended": {ended.Key}, "expired": {expired.Key},
	} {
		o := afresh(ended)
		o.Earlier = earlier
		require.Zero(t, mustOpen(t, store, o).Replaced, name)
	}
	requireEnded(t, ending, mustFind(t, store, ended.Key))
	require.Nil(t, mustFind(t, store, expired.Key).Session.State().Ending)
}

// requireUsable checks which of the openings have a session that can be used, by their names.
func requireUsable(t *testing.T, store Store, names map[domain.SessionID]string, want ...string) {
	t.Helper()
	var got []string
	for _, listed := range usable(t, store) {
		got = append(got, names[listed.Session.ID()])
	}
	require.ElementsMatch(t, want, got, "the sessions that can be used")
}

func replacesOldest(t *testing.T, store Store) {
	names := map[domain.SessionID]string{}
	signInAs := func(name, subject string, most int, earlier ...domain.SessionKey) (port.Opening, port.Opened) {
		store.Advance(time.Second)
		o := anOpening(subject)
		o.Most, o.Earlier = most, earlier
		names[o.Session] = name
		return o, mustOpen(t, store, o)
	}
	signInAs("bea 1", "bea", 3)
	first, _ := signInAs("1", "anna", 3)
	signInAs("2", "anna", 3)
	third, opened := signInAs("3", "anna", 3)
	require.Zero(t, opened.Replaced)

	fourth, opened := signInAs("4", "anna", 3)
	require.Positive(t, opened.Replaced)
	requireUsable(t, store, names, "bea 1", "2", "3", "4")
	by := domain.Principal{User: opened.User.ID(), Session: fourth.Session}
	requireEnded(t, domain.Ending{Cause: domain.CauseReplaced, By: by, At: opened.Now}, mustFind(t, store, first.Key))

	signInAs("5", "anna", 3, third.Key)
	requireUsable(t, store, names, "bea 1", "2", "4", "5")

	signInAs("6", "anna", 1)
	requireUsable(t, store, names, "bea 1", "6")

	_, opened = signInAs("7", "anna", 0)
	require.Zero(t, opened.Replaced)
	requireUsable(t, store, names, "bea 1", "6", "7")
}

func limitCounts(t *testing.T, store Store) {
	expired, _ := signIn(t, store, "anna")
	store.Advance(lifetime + time.Hour)
	ended := afresh(expired)
	mustOpen(t, store, ended)
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin(""))
	require.NoError(t, err)

	live := afresh(expired)
	live.Most = 2
	mustOpen(t, store, live)
	live = afresh(live)
	require.Zero(t, mustOpen(t, store, live).Replaced, "ended and expired sessions count towards the limit")

	store.Advance(idle + grace/2) // still accepted, and so still counted
	require.Positive(t, mustOpen(t, store, afresh(live)).Replaced)
	require.Len(t, usable(t, store), 2)
}

func limitAtOnce(t *testing.T, store Store) {
	o := anOpening("anna")
	o.Most = 3
	results := inParallel(20, func(int) error {
		_, err := store.Sessions.Open(t.Context(), afresh(o))
		return err
	})
	require.Equal(t, 20, count(results, nil), "%v", errors.Join(results...))
	require.Len(t, usable(t, store), 3)
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionSessionEnded}), 17)
}

func replacedOnce(t *testing.T, store Store) {
	earlier, _ := signIn(t, store, "anna")
	results := inParallel(10, func(i int) error {
		o := anOpening("bea" + string(rune('0'+i)))
		o.Earlier = []domain.SessionKey{earlier.Key}
		opened, err := store.Sessions.Open(t.Context(), o)
		if err == nil && opened.Replaced > 0 {
			return errChange
		}
		return err
	})
	require.Equal(t, 1, count(results, errChange), "openings that say to have replaced it")
	require.Equal(t, 9, count(results, nil), "%v", errors.Join(results...))
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionSessionEnded}), 1)
}

// crossReplacement also ends, touches and changes, all at once: whatever order a store locks
// in, it must be one order.
func crossReplacement(t *testing.T, store Store) {
	anna, a := signIn(t, store, "anna")
	bea, b := signIn(t, store, "bea")
	for round := range 12 {
		newAnna, newBea := afresh(anna), afresh(bea)
		newAnna.Earlier, newBea.Earlier = []domain.SessionKey{bea.Key}, []domain.SessionKey{anna.Key}
		newAnna.Most, newBea.Most = 2, 2
		chief := anOpening("chief" + anID()) // made an administrator, and so concerned by the guard
		chief.Admission.AdminEmails = []string{chief.Identity.Email}
		chief.Earlier = []domain.SessionKey{anna.Key}
		uses := []port.Use{{Key: anna.Key, At: a.Now}, {Key: bea.Key, At: a.Now}}
		work := []func() error{
			func() error { _, err := store.Sessions.Open(t.Context(), newAnna); return err },
			func() error { _, err := store.Sessions.Open(t.Context(), newBea); return err },
			func() error { _, err := store.Sessions.Open(t.Context(), chief); return err },
			func() error { return store.Sessions.Touch(t.Context(), uses) },
			func() error { return store.Sessions.Touch(t.Context(), []port.Use{uses[1], uses[0]}) },
			func() error {
				_, err := store.Sessions.End(t.Context(), domain.Selection{User: a.User.ID()}, byAdmin(""))
				return err
			},
			func() error {
				_, _, err := store.Users.Change(t.Context(), b.User.ID(), func(u *domain.User, _ int) error {
					u.Promote(operator(), "")
					return u.Demote(operator(), "", 1)
				})
				return err
			},
		}
		results := inParallel(len(work), func(i int) error { return work[i]() })
		require.NoError(t, errors.Join(results...), "round %d", round)
		anna, bea = newAnna, newBea
	}
}

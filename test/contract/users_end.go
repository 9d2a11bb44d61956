package contract

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

func disablingEnds(t *testing.T, store Store) {
	first, opened := signIn(t, store, "anna")
	second := afresh(first)
	mustOpen(t, store, second)
	other, _ := signIn(t, store, "bea")
	store.Advance(time.Minute)
	before := look(t, store)

	id := opened.User.ID()
	seq := mustDisable(t, store, id)
	require.Positive(t, seq)

	ending := domain.Ending{
		Cause: domain.CauseUserDisabled, By: operator(), At: opened.Now.Add(time.Minute), Reason: "disabled",
	}
	for _, o := range []port.Opening{first, second} {
		found := mustFind(t, store, o.Key)
		requireEnded(t, ending, found)
		require.True(t, found.User.Disabled())
	}
	require.NoError(t, mustFind(t, store, other.Key).Session.Check(ending.At), "another user's session")
	require.ElementsMatch(t, []domain.Event{
		{Action: domain.ActionUserDisabled, By: operator(), User: id, Reason: "disabled"},
		ending.Event(first.Session, id), ending.Event(second.Session, id),
	}, eventsSince(t, store, before))

	store.Advance(time.Minute)
	leavesNoTrace(t, store, func() {
		require.Greater(t, mustDisable(t, store, id), seq, "the sequence of ending the sessions again")
	})
	requireEnded(t, ending, mustFind(t, store, first.Key))
}

func demotingEnds(t *testing.T, store Store) {
	anAdmin(t, store, "bea")
	o, opened := signIn(t, store, "anna")
	id := opened.User.ID()
	mustChange(t, store, id, promote)
	require.NoError(t, mustFind(t, store, o.Key).Session.Check(opened.Now), "the session of one who was promoted")
	before := look(t, store)

	_, seq, err := store.Users.Change(t.Context(), id, demote)
	require.NoError(t, err)
	require.Positive(t, seq)
	ending := domain.Ending{Cause: domain.CauseRightsChanged, By: operator(), At: opened.Now, Reason: "demoted"}
	requireEnded(t, ending, mustFind(t, store, o.Key))
	require.ElementsMatch(t, []domain.Event{
		{Action: domain.ActionUserDemoted, By: operator(), User: id, Reason: "demoted"}, ending.Event(o.Session, id),
	}, eventsSince(t, store, before))

	leavesNoTrace(t, store, func() {
		_, again, err := store.Users.Change(t.Context(), id, demote)
		require.NoError(t, err)
		require.GreaterOrEqual(t, again, seq, "who demotes again, since the first was not confirmed, confirms it")
	})
}

func enablingRevivesNothing(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	mustDisable(t, store, opened.User.ID())
	user, _ := mustChange(t, store, opened.User.ID(), enable)
	require.False(t, user.Disabled())
	require.Empty(t, user.DisabledReason())

	found := mustFind(t, store, o.Key)
	require.False(t, found.User.Disabled())
	require.Equal(t, domain.CauseUserDisabled, found.Session.State().Ending.Cause)
	require.Empty(t, usable(t, store))
	mustOpen(t, store, afresh(o))
	require.Len(t, usable(t, store), 1, "a sign-in after enabling")
}

// disablingRacesSignIn: whichever comes first, nobody is signed in once the user is disabled.
func disablingRacesSignIn(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	for round := range 15 {
		results := inParallel(4, func(i int) error {
			if i == 0 {
				_, _, err := store.Users.Change(t.Context(), opened.User.ID(), disable)
				return err
			}
			_, err := store.Sessions.Open(t.Context(), afresh(o))
			return err
		})
		require.NoError(t, results[0])
		require.Equal(t, 4, count(results, nil)+count(results, domain.ErrUserDisabled), "round %d: %v", round, results)
		require.Empty(t, usable(t, store), "sessions of a disabled user after round %d", round)
		mustChange(t, store, opened.User.ID(), enable)
	}
}

// requireEnded checks how a session has ended. Of who ended it a store tells the user.
func requireEnded(t *testing.T, want domain.Ending, found port.Found) {
	t.Helper()
	var ended *domain.EndedError
	require.True(t, errors.As(found.Session.Check(found.Now), &ended), "the session has ended")
	require.NotNil(t, found.Session.State().Ending, "the session was ended, not left to expire")
	got := ended.Ending
	want.By, got.By = domain.Principal{User: want.By.User}, domain.Principal{User: got.By.User}
	require.Equal(t, want, got)
}

package contract

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Users checks an implementation of port.Users.
func Users(t *testing.T, open Open) {
	t.Run("a user is found as it was kept", func(t *testing.T) { userRoundTrip(t, frozen(t, open)) })
	t.Run("a user who isn't there", func(t *testing.T) { userAbsent(t, open(t)) })
	t.Run("a change that fails leaves no trace", func(t *testing.T) { userChangeFails(t, frozen(t, open)) })
	t.Run("a caller who has gone", func(t *testing.T) { userCallerGone(t, open(t)) })
	t.Run("parallel changes lose none", func(t *testing.T) { userParallelChanges(t, open(t)) })
	t.Run("rights set by hand are remembered", func(t *testing.T) { userRightsByHand(t, open(t)) })

	t.Run("other active admins are counted", func(t *testing.T) { adminsCounted(t, open(t)) })
	t.Run("two admins put each other down at once", func(t *testing.T) { lastAdminOfTwo(t, open(t)) })
	t.Run("many admins step down at once", func(t *testing.T) { lastAdminOfMany(t, open(t)) })

	t.Run("disabling ends the sessions", func(t *testing.T) { disablingEnds(t, frozen(t, open)) })
	t.Run("demoting ends the sessions", func(t *testing.T) { demotingEnds(t, frozen(t, open)) })
	t.Run("enabling revives nothing", func(t *testing.T) { enablingRevivesNothing(t, open(t)) })
	t.Run("disabling while the user signs in", func(t *testing.T) { disablingRacesSignIn(t, open(t)) })

	t.Run("the list is walked while users come in", func(t *testing.T) { userWalk(t, frozen(t, open)) })
	t.Run("the list knows whether there is more", func(t *testing.T) { userPages(t, frozen(t, open)) })
	t.Run("the list is filtered", func(t *testing.T) { userFilters(t, open(t)) })

	t.Run("an invitation waits once", func(t *testing.T) { invitations(t, open(t)) })
	t.Run("one email is invited at once by many", func(t *testing.T) { parallelInvitations(t, open(t)) })
}

func userRoundTrip(t *testing.T, store Store) {
	o := anOpening("anna")
	o.Identity.Name = `Ánna "O'Neil" \ 李 🦊 שלום`
	opened := mustOpen(t, store, o)
	id := opened.User.ID()

	want := domain.NewUser(o.NewUser, o.Identity, opened.Now)
	found, err := store.Users.Find(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want.State(), found.State())
	require.Equal(t, time.Duration(0), found.CreatedAt().Sub(found.CreatedAt().Truncate(time.Microsecond)))

	before := look(t, store)
	reason := `left; "sabbatical" 🏝 — до мая`
	by := domain.Principal{User: id, Session: o.Session, IP: "2001:db8::1", RequestID: "r-77"}
	var changed domain.User
	got, _, err := store.Users.Change(t.Context(), id, func(u *domain.User, _ int) error {
		u.Promote(by, "helps")
		err := u.Disable(by, reason, 1)
		changed = *u
		return err
	})
	require.NoError(t, err)
	require.Equal(t, changed.State(), got.State())
	require.True(t, got.Admin() && got.Disabled() && got.State().RightsByHand)
	require.Equal(t, reason, got.DisabledReason())

	found, err = store.Users.Find(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, got.State(), found.State())
	ending := domain.Ending{Cause: domain.CauseUserDisabled, By: by, Reason: reason}
	require.ElementsMatch(t, append(changed.Events(), ending.Event(o.Session, id)), eventsSince(t, store, before))
}

func userAbsent(t *testing.T, store Store) {
	signIn(t, store, "anna")
	for _, id := range []domain.UserID{"nobody", "", "\x00", "\xff", "%", "'"} {
		_, err := store.Users.Find(t.Context(), id)
		assert.ErrorIs(t, err, domain.ErrUserNotFound, "find %q", id)
		_, seq, err := store.Users.Change(t.Context(), id, func(*domain.User, int) error {
			assert.Fail(t, "a user who isn't there was changed")
			return nil
		})
		assert.ErrorIs(t, err, domain.ErrUserNotFound, "change %q", id)
		assert.Zero(t, seq)
	}
}

func userChangeFails(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	change := func(ctx context.Context, outcome func() error) error {
		_, _, err := store.Users.Change(ctx, opened.User.ID(), func(u *domain.User, _ int) error {
			u.Promote(operator(), "")
			if err := u.Disable(operator(), "", 1); err != nil {
				return err
			}
			return outcome()
		})
		return err
	}
	interrupted(t, store, func(ctx context.Context, middle func()) error {
		return change(ctx, func() error { middle(); return nil })
	})
	leavesNoTrace(t, store, func() {
		_, _, err := store.Users.Change(t.Context(), opened.User.ID(), func(u *domain.User, _ int) error {
			u.Promote(operator(), "")
			return u.Demote(operator(), "", 0)
		})
		require.ErrorIs(t, err, domain.ErrLastAdmin)
	})
	failing(t, store, func(outcome func() error) error { return change(t.Context(), outcome) })
	require.Error(t, mustFind(t, store, o.Key).Session.Check(opened.Now), "the change that succeeded")
}

func userCallerGone(t *testing.T, store Store) {
	_, opened := signIn(t, store, "anna")
	gone(t, store, calls{
		"Find": func(ctx context.Context) error {
			_, err := store.Users.Find(ctx, opened.User.ID())
			return err
		},
		"List": func(ctx context.Context) error {
			_, err := store.Users.List(ctx, port.UserQuery{Limit: 1})
			return err
		},
		"Change": func(ctx context.Context) error {
			_, _, err := store.Users.Change(ctx, opened.User.ID(), disable)
			return err
		},
		"Invite": func(ctx context.Context) error {
			return store.Users.Invite(ctx, domain.Invitation{Email: "bea@gmail.com"})
		},
	})
	require.NoError(t, store.Users.Invite(t.Context(), domain.Invitation{Email: "bea@gmail.com"}))
}

func userParallelChanges(t *testing.T, store Store) {
	_, opened := signIn(t, store, "anna")
	results := inParallel(20, func(int) error {
		_, _, err := store.Users.Change(t.Context(), opened.User.ID(), func(u *domain.User, _ int) error {
			if u.Disabled() {
				u.Enable(operator(), "")
				return nil
			}
			return u.Disable(operator(), "", 1)
		})
		return err
	})
	require.Equal(t, 20, count(results, nil))

	user, err := store.Users.Find(t.Context(), opened.User.ID())
	require.NoError(t, err)
	require.False(t, user.Disabled(), "after an even number of turns")
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionUserDisabled}), 10)
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionUserEnabled}), 10)
}

// userRightsByHand: that somebody has decided about the rights is kept also where the
// decision changes nothing else, and no event tells of it.
func userRightsByHand(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	id := opened.User.ID()
	_, _, err := store.Users.Change(t.Context(), id, demote)
	require.NoError(t, err)

	user, err := store.Users.Find(t.Context(), id)
	require.NoError(t, err)
	require.True(t, user.State().RightsByHand)
	require.NoError(t, mustFind(t, store, o.Key).Session.Check(opened.Now), "the session of one who had no rights to lose")

	o = afresh(o)
	o.Admission.AdminEmails = []string{"anna@gmail.com"}
	opened = mustOpen(t, store, o)
	require.False(t, opened.User.Admin(), "made admin by the settings against what was decided by hand")
}

func adminsCounted(t *testing.T, store Store) {
	a, b, c := anAdmin(t, store, "anna"), anAdmin(t, store, "bea"), anAdmin(t, store, "cleo")
	_, plain := signIn(t, store, "dora")
	counted := func(id domain.UserID) (n int) {
		_, _, err := store.Users.Change(t.Context(), id, func(_ *domain.User, others int) error {
			n = others
			return nil
		})
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 2, counted(a), "the others of three")
	require.Equal(t, 3, counted(plain.User.ID()), "seen by one who is none")

	mustDisable(t, store, b)
	require.Equal(t, 1, counted(a), "a disabled admin doesn't count")
	require.Equal(t, 2, counted(b), "seen by a disabled admin")
	_, _, err := store.Users.Change(t.Context(), c, demote)
	require.NoError(t, err)
	require.Equal(t, 0, counted(a), "nobody is left")
	_, _, err = store.Users.Change(t.Context(), a, demote)
	require.ErrorIs(t, err, domain.ErrLastAdmin)
}

// lastAdminOfTwo: at READ COMMITTED each of the two could see the other as still active.
func lastAdminOfTwo(t *testing.T, store Store) {
	admins := []domain.UserID{anAdmin(t, store, "anna"), anAdmin(t, store, "bea")}
	for round := range 25 {
		results := inParallel(2, func(i int) error {
			change := demote
			if (round+i*round/2)%2 == 0 {
				change = disable
			}
			_, _, err := store.Users.Change(t.Context(), admins[i], change)
			return err
		})
		require.Equal(t, 1, count(results, nil), "put down in round %d: %v", round, results)
		require.Equal(t, 1, count(results, domain.ErrLastAdmin), "refused in round %d: %v", round, results)
		require.Equal(t, 1, activeAdmins(t, store), "active admins after round %d", round)

		for _, id := range admins {
			mustChange(t, store, id, promote)
			mustChange(t, store, id, enable)
		}
	}
}

func lastAdminOfMany(t *testing.T, store Store) {
	var admins []domain.UserID
	for _, subject := range []string{"anna", "bea", "cleo", "dora", "eva", "fay", "gina", "hope"} {
		admins = append(admins, anAdmin(t, store, subject))
	}
	for round := range 5 {
		results := inParallel(len(admins), func(i int) error {
			_, _, err := store.Users.Change(t.Context(), admins[i], demote)
			return err
		})
		require.Equal(t, len(admins)-1, count(results, nil), "round %d: %v", round, results)
		require.Equal(t, 1, count(results, domain.ErrLastAdmin), "round %d: %v", round, results)
		require.Equal(t, 1, activeAdmins(t, store), "active admins after round %d", round)
		for _, id := range admins {
			mustChange(t, store, id, promote)
		}
	}
}

func activeAdmins(t *testing.T, store Store) int {
	t.Helper()
	n := 0
	for _, user := range users(t, store) {
		if user.Admin() && user.Active() {
			n++
		}
	}
	return n
}

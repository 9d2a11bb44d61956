package contract

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// opens checks that an opening is all or nothing, and once.
func opens(t *testing.T, open Open) {
	t.Run("a credential is spent once, whoever comes first", func(t *testing.T) { credentialAtOnce(t, open(t)) })
	t.Run("a spent credential opens nothing", func(t *testing.T) { credentialSpent(t, frozen(t, open)) })
	t.Run("one person signs in first, many times at once", func(t *testing.T) { firstSignIns(t, open(t)) })
	t.Run("many people sign in at once", func(t *testing.T) { peopleAtOnce(t, open(t)) })
	t.Run("a refusal leaves the credential", func(t *testing.T) { refusedOpening(t, frozen(t, open)) })
	t.Run("an id or key that is taken", func(t *testing.T) { clashingOpening(t, frozen(t, open)) })
	t.Run("the caller hangs up at any moment", func(t *testing.T) { interruptedOpening(t, open(t)) })
}

func credentialAtOnce(t *testing.T, store Store) {
	opening := anOpening("anna")
	results := inParallel(100, func(int) error {
		_, err := store.Sessions.Open(t.Context(), withFreshKey(opening))
		return err
	})

	require.Equal(t, 1, count(results, nil), "sessions opened with one credential")
	require.Equal(t, 99, count(results, domain.ErrCredentialSpent))
	after := look(t, store)
	require.Len(t, after.Users, 1)
	require.Len(t, after.Usable, 1)
	require.Len(t, after.Audit, 2, "the account and the session: nothing of the others")
}

func credentialSpent(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	earlier, _ := signIn(t, store, "bea")

	again := withFreshKey(o)
	again.Earlier = []domain.SessionKey{earlier.Key}
	again.Identity.Name = "Another name"
	byAnother := withFreshKey(o)
	byAnother.Identity.Subject, byAnother.Identity.Email = "cleo", "cleo@gmail.com"
	refused := func() {
		t.Helper()
		leavesNoTrace(t, store, func() {
			_, err := store.Sessions.Open(t.Context(), again)
			require.ErrorIs(t, err, domain.ErrCredentialSpent)
			_, err = store.Sessions.Open(t.Context(), byAnother)
			require.ErrorIs(t, err, domain.ErrCredentialSpent)
		})
		_, err := store.Sessions.Find(t.Context(), again.Key)
		require.ErrorIs(t, err, domain.ErrSessionNotFound)
	}
	refused()
	_, err := store.Sessions.End(t.Context(), domain.Selection{User: opened.User.ID()}, byAdmin(""))
	require.NoError(t, err)
	refused()
	store.Advance(2 * lifetime)
	refused()
}

func firstSignIns(t *testing.T, store Store) {
	o := anOpening("anna")
	results := inParallel(50, func(int) error {
		_, err := store.Sessions.Open(t.Context(), afresh(o))
		return err
	})
	require.Equal(t, 50, count(results, nil), "%v", errors.Join(results...))
	after := look(t, store)
	require.Len(t, after.Users, 1)
	require.Len(t, after.Usable, 50)
	require.Len(t, after.Audit, 51, "one account made, 50 sessions opened")
	for _, s := range after.Usable {
		require.Equal(t, after.Users[0].ID, s.UserID)
	}
}

func peopleAtOnce(t *testing.T, store Store) {
	results := inParallel(20, func(i int) error {
		_, err := store.Sessions.Open(t.Context(), anOpening(string(rune('a'+i))+"nna"))
		return err
	})
	require.Equal(t, 20, count(results, nil), "%v", errors.Join(results...))
	require.Len(t, users(t, store), 20)
}

func refusedOpening(t *testing.T, store Store) {
	earlier, _ := signIn(t, store, "cleo")
	first, opened := signIn(t, store, "anna")
	mustDisable(t, store, opened.User.ID())

	disabled := afresh(first)
	disabled.Earlier = []domain.SessionKey{earlier.Key}
	disabled.Identity.Name, disabled.Identity.Email = "Another name", "another@gmail.com"
	disabled.Admission.AdminEmails = []string{"another@gmail.com"}
	leavesNoTrace(t, store, func() {
		_, err := store.Sessions.Open(t.Context(), disabled)
		require.ErrorIs(t, err, domain.ErrUserDisabled)
	})
	mustChange(t, store, opened.User.ID(), enable)
	mustOpen(t, store, disabled)

	earlier, _ = signIn(t, store, "dora")
	uninvited := anOpening("bea")
	uninvited.Admission.Signup = domain.SignupInvited
	uninvited.Earlier = []domain.SessionKey{earlier.Key}
	leavesNoTrace(t, store, func() {
		_, err := store.Sessions.Open(t.Context(), uninvited)
		require.ErrorIs(t, err, domain.ErrNotInvited)
	})
	require.NoError(t, store.Users.Invite(t.Context(), domain.Invitation{Email: "bea@gmail.com"}))
	mustOpen(t, store, uninvited)
}

// clashingOpening: ids and keys are random, so that a clash is a defect and no refusal.
func clashingOpening(t *testing.T, store Store) {
	taken, _ := signIn(t, store, "anna")
	earlier, _ := signIn(t, store, "cleo")

	for name, clash := range map[string]func(o *port.Opening){
		"key":     func(o *port.Opening) { o.Key = taken.Key },
		"session": func(o *port.Opening) { o.Session = taken.Session },
		"user":    func(o *port.Opening) { o.NewUser = taken.NewUser },
	} {
		o := anOpening("of-the-same-" + name)
		o.Earlier = []domain.SessionKey{earlier.Key}
		clash(&o)
		leavesNoTrace(t, store, func() {
			_, err := store.Sessions.Open(t.Context(), o)
			var refusal *domain.Error
			require.Error(t, err, "the same %s", name)
			require.False(t, errors.As(err, &refusal), "the same %s is a defect, not %v", name, err)
		})
		o.Earlier = nil
		mustOpen(t, store, withFreshKey(o)) // its credential was not spent
	}
}

func interruptedOpening(t *testing.T, store Store) {
	previous, _ := signIn(t, store, "anna")
	atAnyMoment(t, func(ctx context.Context, _ int) error {
		subject := "n" + anID()
		invite(t, store, subject+"@gmail.com")
		next := invited(subject, subject+"@gmail.com")
		next.Earlier = []domain.SessionKey{previous.Key}
		before := look(t, store)
		opened, err := store.Sessions.Open(ctx, next)
		after := look(t, store)

		if _, absent := store.Sessions.Find(t.Context(), next.Key); absent != nil {
			require.Error(t, err, "acknowledged, and not there")
			require.Equal(t, before, after, "nothing of it is there")
			mustOpen(t, store, next) // neither its credential nor the invitation was used up
		} else {
			require.Len(t, after.Users, len(before.Users)+1)
			require.Len(t, after.Usable, len(before.Usable), "one replaced by another")
			require.Len(t, after.Audit, len(before.Audit)+3, "account, end, session")
		}
		if err == nil {
			require.Equal(t, next.Session, opened.Session.ID())
		}
		previous = next
		return err
	})
}

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

// admits checks whom an opening takes for whom, and who gets an account.
func admits(t *testing.T, open Open) {
	t.Run("a person is issuer and subject", func(t *testing.T) { personIs(t, open(t)) })
	t.Run("a sign-in takes over what the identity says today", func(t *testing.T) { signsInAgain(t, frozen(t, open)) })
	t.Run("an invitation serves one account", func(t *testing.T) { invitationServesOne(t, open(t)) })
	t.Run("an invitation serves one account, at once", func(t *testing.T) { invitationAtOnce(t, open(t)) })
	t.Run("an invitation needs an authoritative email", func(t *testing.T) { invitationNeedsAuthority(t, open(t)) })
	t.Run("who needs no invitation", func(t *testing.T) { needsNoInvitation(t, open(t)) })
	t.Run("the settings make an administrator", func(t *testing.T) { bootstraps(t, open(t)) })
	t.Run("the settings don't overrule what was decided by hand", func(t *testing.T) { bootstrapOverruled(t, open(t)) })
}

func personIs(t *testing.T, store Store) {
	anna, opened := signIn(t, store, "anna")
	mustChange(t, store, opened.User.ID(), promote)

	for name, change := range map[string]func(who *domain.Identity){
		"another subject": func(who *domain.Identity) { who.Subject = "anna2" },
		"subject's case":  func(who *domain.Identity) { who.Subject = "Anna" },
		"another issuer":  func(who *domain.Identity) { who.Issuer = "https://accounts.example.com" },
	} {
		o := afresh(anna)
		change(&o.Identity)
		other := mustOpen(t, store, o)
		require.Equal(t, o.NewUser, other.User.ID(), "%s with the same email is another user", name)
		require.False(t, other.User.Admin(), "%s with the same email has no rights of the first", name)
	}
	again := afresh(anna)
	again.Identity.Email = "anna.new@gmail.com"
	same := mustOpen(t, store, again)
	require.Equal(t, opened.User.ID(), same.User.ID(), "another email, the same user")
	require.True(t, same.User.Admin())
	require.Len(t, users(t, store), 4)
}

func signsInAgain(t *testing.T, store Store) {
	o, first := signIn(t, store, "anna")
	before := look(t, store)
	store.Advance(time.Hour)

	o = afresh(o)
	o.Identity.Email, o.Identity.Name, o.Identity.Picture = "anna.new@gmail.com", "Anna New", ""
	opened := mustOpen(t, store, o)
	want := first.User
	want.SignIn(o.Identity, first.Now.Add(time.Hour))
	require.Equal(t, want.State(), opened.User.State())
	require.Equal(t, first.User.CreatedAt(), opened.User.CreatedAt())

	user, err := store.Users.Find(t.Context(), first.User.ID())
	require.NoError(t, err)
	require.Equal(t, want.State(), user.State())
	by := domain.Principal{User: user.ID(), Session: o.Session, IP: o.By.IP, RequestID: o.By.RequestID}
	require.Equal(t, []domain.Event{
		{Action: domain.ActionSessionOpened, By: by, User: user.ID(), Session: o.Session},
	}, eventsSince(t, store, before))
}

// invited is the first sign-in of a person while sign-up is by invitation.
func invited(subject, email string) port.Opening {
	o := anOpening(subject)
	o.Identity.Email = email
	o.Admission.Signup = domain.SignupInvited
	return o
}

func invite(t *testing.T, store Store, email string) {
	t.Helper()
	require.NoError(t, store.Users.Invite(t.Context(), domain.Invitation{Email: email, By: operator()}))
}

func requireNotInvited(t *testing.T, store Store, o port.Opening) {
	t.Helper()
	leavesNoTrace(t, store, func() {
		_, err := store.Sessions.Open(t.Context(), o)
		require.ErrorIs(t, err, domain.ErrNotInvited)
	})
}

func invitationServesOne(t *testing.T, store Store) {
	invite(t, store, "anna@gmail.com")
	requireNotInvited(t, store, invited("bea", "bea@gmail.com"))

	first := invited("anna", "Anna@Gmail.com") // however the issuer writes it
	mustOpen(t, store, first)
	requireNotInvited(t, store, invited("anna2", "anna@gmail.com"))
	mustOpen(t, store, afresh(first)) // who has an account needs none
}

func invitationAtOnce(t *testing.T, store Store) {
	for round := range 5 {
		email := "anna" + string(rune('0'+round)) + "@gmail.com"
		invite(t, store, email)
		results := inParallel(10, func(int) error {
			_, err := store.Sessions.Open(t.Context(), invited("anna"+anID(), email))
			return err
		})
		require.Equal(t, 1, count(results, nil), "accounts by one invitation: %v", errors.Join(results...))
		require.Equal(t, 9, count(results, domain.ErrNotInvited), "%v", errors.Join(results...))
		require.Len(t, users(t, store), round+1)
	}
}

func invitationNeedsAuthority(t *testing.T, store Store) {
	invite(t, store, "anna@example.com")
	o := invited("anna", "anna@example.com")
	requireNotInvited(t, store, o)

	hosted := invited("anna2", "anna@example.com")
	hosted.Identity.HostedDomain = "example.com"
	mustOpen(t, store, hosted) // the invitation was still there
}

func needsNoInvitation(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna") // while sign-up was open
	o = afresh(o)
	o.Admission.Signup = domain.SignupInvited
	require.Equal(t, opened.User.ID(), mustOpen(t, store, o).Session.UserID())

	chief := invited("bea", "bea@gmail.com")
	chief.Admission.AdminEmails = []string{"bea@gmail.com"}
	mustOpen(t, store, chief)
}

func bootstraps(t *testing.T, store Store) {
	o, _ := signIn(t, store, "anna")
	before := look(t, store)

	o = afresh(o)
	o.Admission.AdminEmails = []string{"bea@gmail.com", "anna@gmail.com"}
	opened := mustOpen(t, store, o)
	require.True(t, opened.User.Admin(), "who was there before")
	user, err := store.Users.Find(t.Context(), opened.User.ID())
	require.NoError(t, err)
	require.Equal(t, opened.User.State(), user.State())
	require.False(t, user.State().RightsByHand)
	require.True(t, slices.ContainsFunc(eventsSince(t, store, before), func(e domain.Event) bool {
		return e.Action == domain.ActionUserPromoted && e.User == user.ID() && e.Detail == "settings"
	}), "the audit tells")
	mustOpen(t, store, afresh(o))
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionUserPromoted}), 1, "once")

	fresh := anOpening("bea")
	fresh.Admission = o.Admission
	opened = mustOpen(t, store, fresh)
	require.True(t, opened.User.Admin(), "who is new")

	o = afresh(o)
	o.Admission.AdminEmails = nil
	opened = mustOpen(t, store, o)
	require.True(t, opened.User.Admin(), "leaving the settings changes nothing")

	foreign := anOpening("cleo")
	foreign.Identity.Email = "cleo@example.com"
	foreign.Admission.AdminEmails = []string{"cleo@example.com"}
	opened = mustOpen(t, store, foreign)
	require.False(t, opened.User.Admin(), "Google isn't authoritative for the email")
}

func bootstrapOverruled(t *testing.T, store Store) {
	anAdmin(t, store, "bea")
	o := anOpening("anna")
	o.Admission.AdminEmails = []string{"anna@gmail.com"}
	opened := mustOpen(t, store, o)
	_, _, err := store.Users.Change(t.Context(), opened.User.ID(), demote)
	require.NoError(t, err)
	opened = mustOpen(t, store, afresh(o))
	require.False(t, opened.User.Admin())
}

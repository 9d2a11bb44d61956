package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

var boss = domain.Principal{User: "u9", Session: "s9", IP: "192.0.2.9", RequestID: "r9"}

// aUserWho is a user with these rights, as a store gives it.
func aUserWho(change func(*domain.UserState)) domain.User {
	user := aUser()
	state := user.State()
	change(&state)
	return domain.RestoreUser(state)
}

func TestNewUser(t *testing.T) {
	u := domain.NewUser("u1", domain.Identity{
		Issuer: "https://accounts.google.com", Subject: "1", Email: "Anna@Gmail.com", Name: "Anna Berg", Picture: "https://x/p",
	}, noon)
	state := u.State()
	assert.Equal(t, domain.UserState{
		ID: "u1", Issuer: "https://accounts.google.com", Subject: "1", Email: "Anna@Gmail.com", Name: "Anna Berg",
		Picture: "https://x/p", CreatedAt: noon, LastSignInAt: noon,
	}, state)
	restored := domain.RestoreUser(state)
	assert.Equal(t, state, restored.State())
	assert.Empty(t, restored.Events())
	assert.Nil(t, restored.EndsSessions())
	assert.Equal(t, domain.UserID("u1"), u.ID())
	assert.Equal(t, "Anna@Gmail.com", u.Email())
	assert.Equal(t, "Anna Berg", u.Name())
	assert.Equal(t, "https://x/p", u.Picture())
	assert.Equal(t, noon, u.CreatedAt())
	assert.Equal(t, noon, u.LastSignInAt())
	assert.True(t, u.Active())
	assert.False(t, u.Admin() || u.Disabled())
}

func TestRestoreUserKeepsEverything(t *testing.T) {
	state := domain.UserState{
		ID: "u1", Issuer: "i", Subject: "s", Email: "e", Name: "n", Picture: "p", Admin: true, RightsByHand: true,
		Disabled: true, DisabledReason: "r", CreatedAt: noon, LastSignInAt: noon.Add(1),
	}
	u := domain.RestoreUser(state)
	assert.Equal(t, state, u.State())
	assert.True(t, u.Admin() && u.Disabled() && !u.Active())
	assert.Equal(t, "r", u.DisabledReason())
}

func TestSignInTakesOverTheIdentity(t *testing.T) {
	u := aUserWho(func(s *domain.UserState) {
		s.Admin, s.RightsByHand, s.Picture = true, true, "https://x/old"
	})
	want := u.State()
	want.Email, want.Name, want.Picture, want.LastSignInAt = "new@gmail.com", "New", "", noon.Add(time.Hour)
	u.SignIn(domain.Identity{
		Issuer: "another", Subject: "another", Email: "new@gmail.com", Name: "New",
	}, noon.Add(time.Hour))
	assert.Equal(t, want, u.State(), "the person and the rights stay")
	assert.Empty(t, u.Events())
}

func TestSignInCleansWhatTheIdentitySays(t *testing.T) {
	tests := map[string]struct {
		who                  domain.Identity
		email, name, picture string
	}{
		"international":      {domain.Identity{Email: "жук@пример.рф", Name: "Änna 李 שלום 🦊"}, "жук@пример.рф", "Änna 李 שלום 🦊", ""},
		"control characters": {domain.Identity{Email: "a\x00@b.c\n", Name: " A\x00n\x1bna\u0085 ", Picture: "https://x/\x00p"}, "a@b.c", "Anna", "https://x/p"},
		"broken UTF-8":       {domain.Identity{Email: "a\xff@b.c", Name: "\xc3A", Picture: "https://x/\xff"}, "a@b.c", "A", "https://x/"},
		"direction":          {domain.Identity{Email: "a@b.c", Name: "A\u202eB\u2067C\u061cD"}, "a@b.c", "ABCD", ""},
		"200 characters":     {domain.Identity{Email: "a@b.c", Name: strings.Repeat("李", 200)}, "a@b.c", strings.Repeat("李", 200), ""},
		"100 of 3 bytes":     {domain.Identity{Email: "a@b.c", Name: strings.Repeat("李", 100)}, "a@b.c", strings.Repeat("李", 100), ""},
		"201 characters":     {domain.Identity{Email: "a@b.c", Name: strings.Repeat("🦊", 201)}, "a@b.c", strings.Repeat("🦊", 200), ""},
		"no name":            {domain.Identity{Email: "anna.berg@example.com"}, "anna.berg@example.com", "anna.berg", ""},
		"nothing of a name":  {domain.Identity{Email: "anna@example.com", Name: "\x00 \u202e"}, "anna@example.com", "anna", ""},
		"no name, no email":  {domain.Identity{}, "", "", ""},
		"long picture":       {domain.Identity{Email: "a@b.c", Name: "A", Picture: strings.Repeat("p", 1000)}, "a@b.c", "A", strings.Repeat("p", 1000)},
		"picture too long":   {domain.Identity{Email: "a@b.c", Name: "A", Picture: strings.Repeat("p", 1001)}, "a@b.c", "A", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			u := aUserWho(func(s *domain.UserState) { s.Picture = "https://x/old" })
			u.SignIn(tt.who, noon)
			assert.Equal(t, []string{tt.email, tt.name, tt.picture}, []string{u.Email(), u.Name(), u.Picture()})
		})
	}
}

func TestUserChanges(t *testing.T) {
	plain := func(*domain.UserState) {}
	admin := func(s *domain.UserState) { s.Admin = true }
	adminByHand := func(s *domain.UserState) { s.Admin, s.RightsByHand = true, true }
	disabled := func(s *domain.UserState) { s.Disabled, s.DisabledReason = true, "first" }
	disabledAdmin := func(s *domain.UserState) { admin(s); disabled(s) }

	promote := func(u *domain.User) error { u.Promote(boss, "why"); return nil }
	enable := func(u *domain.User) error { u.Enable(boss, "why"); return nil }
	bootstrap := func(u *domain.User) error { u.Bootstrap(boss); return nil }
	demoteBeside := func(others int) func(*domain.User) error {
		return func(u *domain.User) error { return u.Demote(boss, "why", others) }
	}
	disableBeside := func(others int) func(*domain.User) error {
		return func(u *domain.User) error { return u.Disable(boss, "why", others) }
	}

	tests := map[string]struct {
		before func(*domain.UserState)
		change func(*domain.User) error
		err    error
		after  func(*domain.UserState) // what the change makes of it
		event  domain.Action           // empty: none
		detail string
		ends   domain.Cause // empty: no session ends
	}{
		"promote":                            {before: plain, change: promote, after: adminByHand, event: domain.ActionUserPromoted},
		"promote an admin by settings":       {before: admin, change: promote, after: adminByHand},
		"promote an admin by hand":           {before: adminByHand, change: promote, after: adminByHand},
		"promote a disabled user":            {before: disabled, change: promote, after: func(s *domain.UserState) { adminByHand(s); disabled(s) }, event: domain.ActionUserPromoted},
		"demote":                             {before: admin, change: demoteBeside(1), after: func(s *domain.UserState) { s.Admin, s.RightsByHand = false, true }, event: domain.ActionUserDemoted, ends: domain.CauseRightsChanged},
		"demote the last admin":              {before: admin, change: demoteBeside(0), err: domain.ErrLastAdmin, after: admin},
		"demote the last, who is disabled":   {before: disabledAdmin, change: demoteBeside(0), after: func(s *domain.UserState) { disabled(s); s.Admin, s.RightsByHand = false, true }, event: domain.ActionUserDemoted, ends: domain.CauseRightsChanged},
		"demote nobody's admin":              {before: plain, change: demoteBeside(0), after: func(s *domain.UserState) { s.RightsByHand = true }},
		"disable":                            {before: plain, change: disableBeside(0), after: func(s *domain.UserState) { s.Disabled, s.DisabledReason = true, "why" }, event: domain.ActionUserDisabled, ends: domain.CauseUserDisabled},
		"disable an admin":                   {before: admin, change: disableBeside(1), after: func(s *domain.UserState) { s.Admin, s.Disabled, s.DisabledReason = true, true, "why" }, event: domain.ActionUserDisabled, ends: domain.CauseUserDisabled},
		"disable the last admin":             {before: admin, change: disableBeside(0), err: domain.ErrLastAdmin, after: admin},
		"disable again ends what is open":    {before: disabled, change: disableBeside(0), after: disabled, ends: domain.CauseUserDisabled},
		"disable a disabled admin again":     {before: disabledAdmin, change: disableBeside(0), after: disabledAdmin, ends: domain.CauseUserDisabled},
		"enable":                             {before: disabled, change: enable, after: plain, event: domain.ActionUserEnabled},
		"enable who is enabled":              {before: admin, change: enable, after: admin},
		"settings make an admin":             {before: plain, change: bootstrap, after: admin, event: domain.ActionUserPromoted, detail: "settings"},
		"settings and an admin":              {before: admin, change: bootstrap, after: admin},
		"settings and one who was demoted":   {before: func(s *domain.UserState) { s.RightsByHand = true }, change: bootstrap, after: func(s *domain.UserState) { s.RightsByHand = true }},
		"settings and an admin made by hand": {before: adminByHand, change: bootstrap, after: adminByHand},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			u, want := aUserWho(tt.before), aUserWho(tt.after)
			require.ErrorIs(t, tt.change(&u), tt.err)
			assert.Equal(t, want.State(), u.State())

			reason := "why"
			if tt.detail != "" {
				reason = ""
			}
			var events []domain.Event
			if tt.event != "" {
				events = []domain.Event{{Action: tt.event, By: boss, User: "u1", Reason: reason, Detail: tt.detail}}
			}
			assert.Equal(t, events, u.Events())
			var ending *domain.Ending
			if tt.ends != "" {
				ending = &domain.Ending{Cause: tt.ends, By: boss, Reason: "why"}
			}
			assert.Equal(t, ending, u.EndsSessions())
		})
	}
}

func TestDisabledAndDemotedAtOnce(t *testing.T) {
	for name, change := range map[string]func(u *domain.User) error{
		"disabled first": func(u *domain.User) error {
			require.NoError(t, u.Disable(boss, "disabled", 1))
			return u.Demote(boss, "demoted", 1)
		},
		"demoted first": func(u *domain.User) error {
			require.NoError(t, u.Demote(boss, "demoted", 1))
			return u.Disable(boss, "disabled", 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := aUserWho(func(s *domain.UserState) { s.Admin = true })
			require.NoError(t, change(&u))
			assert.Equal(t, &domain.Ending{Cause: domain.CauseUserDisabled, By: boss, Reason: "disabled"}, u.EndsSessions())
			assert.Len(t, u.Events(), 2)
		})
	}
}

func TestInvitation(t *testing.T) {
	invitation, err := domain.NewInvitation("  Änna@Example.COM ", boss)
	require.NoError(t, err)
	assert.Equal(t, domain.Invitation{Email: "änna@example.com", By: boss}, invitation)
	assert.Equal(t, domain.Event{Action: domain.ActionUserInvited, By: boss, Detail: "änna@example.com"}, invitation.Event())

	for _, email := range []string{"", "  ", "anna", "anna@localhost", "a\x00@example.com", "\xff@example.com"} {
		invitation, err := domain.NewInvitation(email, boss)
		var fields *domain.FieldsError
		require.ErrorAs(t, err, &fields, "%q", email)
		assert.NotEmpty(t, fields.Fields["email"])
		assert.Zero(t, invitation)
	}
}

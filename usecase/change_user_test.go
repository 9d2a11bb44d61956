package usecase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase"
)

func TestChangeUser(t *testing.T) {
	yes, no := new(true), new(false)
	tests := map[string]struct {
		whom            string // root is an administrator
		otherAdmin      bool
		change          usecase.UserChange
		want            error
		admin, disabled bool
	}{
		"promote":                          {whom: "ada", change: usecase.UserChange{Admin: yes}, admin: true},
		"disable":                          {whom: "ada", change: usecase.UserChange{Disabled: yes}, disabled: true},
		"disable and promote":              {whom: "ada", change: usecase.UserChange{Admin: yes, Disabled: yes}, admin: true, disabled: true},
		"demote":                           {whom: "root", otherAdmin: true, change: usecase.UserChange{Admin: no}},
		"demote and disable":               {whom: "root", otherAdmin: true, change: usecase.UserChange{Admin: no, Disabled: yes}, disabled: true},
		"demote the last":                  {whom: "root", change: usecase.UserChange{Admin: no}, want: domain.ErrLastAdmin, admin: true},
		"disable the last":                 {whom: "root", change: usecase.UserChange{Disabled: yes}, want: domain.ErrLastAdmin, admin: true},
		"demote the last while enabling":   {whom: "root", change: usecase.UserChange{Admin: no, Disabled: no}, want: domain.ErrLastAdmin, admin: true},
		"change nothing":                   {whom: "root", change: usecase.UserChange{}, admin: true},
		"promote one who is already admin": {whom: "root", change: usecase.UserChange{Admin: yes}, admin: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			uc := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}
			whom := h.signIn(t, tt.whom)
			if tt.otherAdmin {
				other := h.signIn(t, "other")
				_, err := uc.Do(t.Context(), other.User.ID(), usecase.UserChange{Admin: yes}, domain.Principal{})
				require.NoError(t, err)
			}

			_, err := uc.Do(t.Context(), whom.User.ID(), tt.change, by(whom))

			require.ErrorIs(t, err, tt.want)
			user, err := h.Users().Find(t.Context(), whom.User.ID())
			require.NoError(t, err)
			assert.Equal(t, tt.admin, user.Admin())
			assert.Equal(t, tt.disabled, user.Disabled())
		})
	}
}

func TestDemotionEndsTheSessionsAndIsNotUndoneBySettings(t *testing.T) {
	h := newHouse(t)
	uc := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}
	root, ada := h.signIn(t, "root"), h.signIn(t, "ada")
	_, err := uc.Do(t.Context(), ada.User.ID(), usecase.UserChange{Admin: new(true)}, by(root))
	require.NoError(t, err)

	_, err = uc.Do(t.Context(), root.User.ID(), usecase.UserChange{Admin: new(false), Reason: "moved on"}, by(ada))
	require.NoError(t, err)

	_, err = h.authenticate(t, root.Secret)
	var ended *domain.EndedError
	require.ErrorAs(t, err, &ended)
	assert.Equal(t, domain.CauseRightsChanged, ended.Ending.Cause)
	assert.Equal(t, "moved on", ended.Ending.Reason)
	assert.NotEmpty(t, h.revocations.confirmed)
	again := h.signIn(t, "root")
	assert.False(t, again.User.Admin(), "LATCHKEY_ADMIN_EMAILS doesn't overrule people")
}

func TestAReasonHasItsLimit(t *testing.T) {
	h := newHouse(t)
	uc := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}
	ada := h.signIn(t, "ada")

	_, err := uc.Do(t.Context(), ada.User.ID(),
		usecase.UserChange{Disabled: new(true), Reason: longText(501)}, domain.Principal{})

	var fields *domain.FieldsError
	require.ErrorAs(t, err, &fields)
	assert.Contains(t, fields.Fields, "reason")
	_, err = h.authenticate(t, ada.Secret)
	require.NoError(t, err, "nothing was done")
}

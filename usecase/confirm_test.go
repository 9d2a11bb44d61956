package usecase_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase"
)

func TestNothingIsAcknowledgedUnconfirmed(t *testing.T) {
	tests := map[string]func(h *house, ada usecase.LoginOutput) error{
		"signing out": func(h *house, ada usecase.LoginOutput) error {
			uc := &usecase.Logout{Sessions: h.Sessions(), Confirmation: h.confirmation()}
			return uc.Do(context.Background(), usecase.LogoutInput{Secrets: []domain.SessionSecret{ada.Secret}})
		},
		"disabling": func(h *house, ada usecase.LoginOutput) error {
			uc := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}
			_, err := uc.Do(context.Background(), ada.User.ID(), usecase.UserChange{Disabled: new(true)}, domain.Principal{})
			return err
		},
		"ending": func(h *house, ada usecase.LoginOutput) error {
			_, err := h.end().Do(context.Background(), domain.Selection{User: ada.User.ID()}, domain.Ending{Cause: domain.CauseByAdmin})
			return err
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			ada := h.signIn(t, "ada")
			h.revocations.down = domain.ErrUnavailable

			require.ErrorIs(t, end(h, ada), domain.ErrUnconfirmed)

			actions, _ := h.actions(t)
			assert.Equal(t, domain.ActionUnconfirmed, actions[0])
			_, err := h.authenticate(t, ada.Secret)
			require.Error(t, err, "it is done all the same")
		})
	}
}

func TestAReasonIsCleaned(t *testing.T) {
	h := newHouse(t)
	ada := h.signIn(t, "ada")
	uc := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}

	user, err := uc.Do(t.Context(), ada.User.ID(), usecase.UserChange{Disabled: new(true), Reason: " left\x00 us\n"}, domain.Principal{})

	require.NoError(t, err)
	assert.Equal(t, "left us", user.DisabledReason())
}

func TestAnInvitationLetsOneInAndWaitsOnce(t *testing.T) {
	h := newHouse(t)
	h.login.Policy.Admission.Signup = domain.SignupInvited
	uc := &usecase.InviteUser{Users: h.Users()}

	_, err := uc.Do(t.Context(), "Ada@Gmail.com", domain.Principal{})
	require.NoError(t, err)
	_, err = uc.Do(t.Context(), "ada@gmail.com", domain.Principal{})
	require.ErrorIs(t, err, domain.ErrAlreadyInvited)

	h.signIn(t, "ada")
}

// backlog is a port.Retention with so much to sweep, batch by batch.
type backlog []int

func (b *backlog) Sweep(context.Context, time.Duration, int) (int, error) {
	gone := (*b)[0]
	*b = (*b)[1:]
	return gone, nil
}

func TestSweepGoesOnUntilNothingIsLeft(t *testing.T) {
	left := &backlog{1000, 3, 0, 7}
	require.NoError(t, (&usecase.Sweep{Retention: left}).Do(t.Context()))
	assert.Equal(t, backlog{7}, *left)
}

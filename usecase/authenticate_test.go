package usecase_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

func TestAuthenticateTellsWhyNot(t *testing.T) {
	disable := func(t *testing.T, h *house, who usecase.LoginOutput, disabled bool) {
		t.Helper()
		uc := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}
		_, err := uc.Do(t.Context(), who.User.ID(), usecase.UserChange{Disabled: &disabled}, domain.Principal{})
		require.NoError(t, err)
	}
	tests := map[string]struct {
		happens func(t *testing.T, h *house, who usecase.LoginOutput)
		want    error
		cause   domain.Cause
	}{
		"idle": {
			func(_ *testing.T, h *house, _ usecase.LoginOutput) { h.advance(31 * time.Minute) },
			domain.ErrSessionExpired, domain.CauseIdle,
		},
		"lifetime over": {
			func(t *testing.T, h *house, who usecase.LoginOutput) {
				for range 12 * 60 / 20 {
					h.advance(20 * time.Minute)
					_, _ = h.authenticate(t, who.Secret)
					require.NoError(t, h.renewals.Flush(t.Context()))
				}
			},
			domain.ErrSessionExpired, domain.CauseLifetime,
		},
		"disabled": {
			func(t *testing.T, h *house, who usecase.LoginOutput) { disable(t, h, who, true) },
			domain.ErrUserDisabled, "",
		},
		"disabled and enabled again": {
			func(t *testing.T, h *house, who usecase.LoginOutput) {
				disable(t, h, who, true)
				disable(t, h, who, false)
			},
			domain.ErrSessionRevoked, domain.CauseUserDisabled,
		},
		"signed out": {
			func(t *testing.T, h *house, who usecase.LoginOutput) {
				uc := &usecase.Logout{Sessions: h.Sessions(), Confirmation: h.confirmation()}
				require.NoError(t, uc.Do(t.Context(), usecase.LogoutInput{Secrets: []domain.SessionSecret{who.Secret}}))
			},
			domain.ErrSessionRevoked, domain.CauseSignedOut,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			who := h.signIn(t, "ada")
			tt.happens(t, h, who)

			_, err := h.authenticate(t, who.Secret)

			require.ErrorIs(t, err, tt.want)
			var ended *domain.EndedError
			if errors.As(err, &ended) {
				assert.Equal(t, tt.cause, ended.Ending.Cause)
			} else {
				assert.Empty(t, tt.cause)
			}
		})
	}
}

func TestAuthenticateKnowsNoForeignSecret(t *testing.T) {
	h := newHouse(t)
	_, err := h.authenticate(t, entropy())
	require.ErrorIs(t, err, domain.ErrNotAuthenticated)
}

func TestUsesKeepASessionAlive(t *testing.T) {
	h := newHouse(t)
	who := h.signIn(t, "ada")
	for range 5 {
		h.advance(29 * time.Minute)
		found, err := h.authenticate(t, who.Secret)
		require.NoError(t, err)
		assert.True(t, found.Renewed)
		assert.Equal(t, h.now().Add(30*time.Minute), found.Session.IdleExpiresAt())
		require.NoError(t, h.renewals.Flush(t.Context()))
	}
}

func TestAUseSoonAfterAnotherIsNotWritten(t *testing.T) {
	h := newHouse(t)
	who := h.signIn(t, "ada")
	h.advance(59 * time.Second)

	found, err := h.authenticate(t, who.Secret)

	require.NoError(t, err)
	assert.False(t, found.Renewed)
	assert.Equal(t, h.now(), found.Session.LastSeenAt(), "the caller is told the true time all the same")
}

// touches is a port.Sessions that only takes uses.
type touches struct {
	port.Sessions
	down error
	got  []port.Use
}

func (s *touches) Touch(ctx context.Context, uses []port.Use) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.down == nil {
		s.got = append(s.got, uses...)
	}
	return s.down
}

func TestRenewalsThatFailAreWrittenLater(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	one, two := domain.SessionKey{1}, domain.SessionKey{2}
	store := &touches{down: domain.ErrUnavailable}
	renewals := usecase.NewRenewals(store)

	renewals.Note(port.Use{Key: one, At: at.Add(time.Second)})
	renewals.Note(port.Use{Key: one, At: at})
	renewals.Note(port.Use{Key: two, At: at})
	require.ErrorIs(t, renewals.Flush(t.Context()), domain.ErrUnavailable)
	renewals.Note(port.Use{Key: two, At: at.Add(time.Minute)})
	store.down = nil
	require.NoError(t, renewals.Flush(t.Context()))

	assert.ElementsMatch(t, []port.Use{{Key: one, At: at.Add(time.Second)}, {Key: two, At: at.Add(time.Minute)}}, store.got)
}

func TestRenewalsAreWrittenAtAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &touches{}
		renewals := usecase.NewRenewals(store)
		ctx, stop := context.WithCancel(t.Context())
		go renewals.Run(ctx, time.Second, func(err error) { t.Error(err) })

		renewals.Note(port.Use{Key: domain.SessionKey{1}, At: time.Now()})
		time.Sleep(1500 * time.Millisecond)
		synctest.Wait()
		require.Len(t, store.got, 1, "written at the tick")

		renewals.Note(port.Use{Key: domain.SessionKey{2}, At: time.Now()})
		stop()
		synctest.Wait()
		require.Len(t, store.got, 2, "written at the stop")
	})
}

package usecase_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase"
)

func (h *house) end() *usecase.EndSessions {
	return &usecase.EndSessions{Users: h.Users(), Sessions: h.Sessions(), Confirmation: h.confirmation()}
}

func TestEndingAllOthersSparesTheCallersOwn(t *testing.T) {
	h := newHouse(t)
	mine, other, foreign := h.signIn(t, "ada"), h.signIn(t, "ada"), h.signIn(t, "bob")

	count, err := h.end().Do(t.Context(),
		domain.Selection{User: mine.User.ID(), Except: mine.Session.ID()},
		domain.Ending{Cause: domain.CauseByUser, By: by(mine)})

	require.NoError(t, err)
	assert.Equal(t, 1, count)
	assert.Len(t, h.revocations.confirmed, 1)
	for _, spared := range []usecase.LoginOutput{mine, foreign} {
		_, err = h.authenticate(t, spared.Secret)
		require.NoError(t, err)
	}
	_, err = h.authenticate(t, other.Secret)
	require.ErrorIs(t, err, domain.ErrSessionRevoked)
}

func TestEndingWhatIsNotThere(t *testing.T) {
	h := newHouse(t)
	ada, bob := h.signIn(t, "ada"), h.signIn(t, "bob")
	why := domain.Ending{Cause: domain.CauseByUser}

	_, err := h.end().Do(t.Context(), domain.Selection{Session: bob.Session.ID(), User: ada.User.ID()}, why)
	require.ErrorIs(t, err, domain.ErrSessionNotFound, "another user's session")

	_, err = h.end().Do(t.Context(), domain.Selection{User: "nobody"}, why)
	require.ErrorIs(t, err, domain.ErrUserNotFound)

	_, err = h.authenticate(t, bob.Secret)
	require.NoError(t, err)
}

func TestEndingAgainAfterAFailureConfirms(t *testing.T) {
	h := newHouse(t)
	ada := h.signIn(t, "ada")
	which, why := domain.Selection{Session: ada.Session.ID()}, domain.Ending{Cause: domain.CauseByAdmin}
	h.revocations.down = domain.ErrUnavailable

	_, err := h.end().Do(t.Context(), which, why)
	require.ErrorIs(t, err, domain.ErrUnconfirmed)

	h.revocations.down = nil
	_, err = h.end().Do(t.Context(), which, why)
	require.NoError(t, err)
	assert.Len(t, h.revocations.confirmed, 1)
}

func TestLogoutWithoutASessionIsDone(t *testing.T) {
	h := newHouse(t)
	uc := &usecase.Logout{Sessions: h.Sessions(), Confirmation: h.confirmation()}

	require.NoError(t, uc.Do(t.Context(), usecase.LogoutInput{Secrets: []domain.SessionSecret{entropy()}}))

	assert.Empty(t, h.revocations.confirmed)
}

func TestLogoutSaysInTheAuditWhoLeft(t *testing.T) {
	h := newHouse(t)
	ada := h.signIn(t, "ada")
	uc := &usecase.Logout{Sessions: h.Sessions(), Confirmation: h.confirmation()}

	require.NoError(t, uc.Do(t.Context(), usecase.LogoutInput{
		Secrets: []domain.SessionSecret{ada.Secret}, By: domain.Principal{IP: "192.0.2.9", RequestID: "r"},
	}))

	actions, records := h.actions(t)
	require.Equal(t, domain.ActionSessionEnded, actions[0])
	assert.Equal(t, by(ada), records[0].By)
	assert.Equal(t, string(domain.CauseSignedOut), records[0].Detail)
}

func TestLogoutForSomebodyElseEndsNothing(t *testing.T) {
	h := newHouse(t)
	ada, bob := h.signIn(t, "ada"), h.signIn(t, "bob")
	uc := &usecase.Logout{Sessions: h.Sessions(), Confirmation: h.confirmation()}
	both := usecase.LogoutInput{Secrets: []domain.SessionSecret{ada.Secret, bob.Secret}, Only: ada.User.ID()}

	require.ErrorIs(t, uc.Do(t.Context(), both), domain.ErrSessionUserChanged)
	for _, who := range []usecase.LoginOutput{ada, bob} {
		_, err := h.authenticate(t, who.Secret)
		require.NoError(t, err)
	}

	require.NoError(t, uc.Do(t.Context(), usecase.LogoutInput{Secrets: []domain.SessionSecret{bob.Secret}, Only: bob.User.ID()}))
	require.NoError(t, uc.Do(t.Context(), both), "a session that has ended is nobody's any more")
	_, err := h.authenticate(t, ada.Secret)
	require.ErrorIs(t, err, domain.ErrSessionRevoked)
}

package usecase_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

func TestLoginOpensASessionForWhomTheProviderVouches(t *testing.T) {
	h := newHouse(t)

	out := h.signIn(t, "ada")

	found, err := h.authenticate(t, out.Secret)
	require.NoError(t, err)
	assert.Equal(t, "ada@gmail.com", found.User.Email())
	assert.Equal(t, out.Session.ID(), found.Session.ID())
	assert.False(t, found.User.Admin())
	assert.Equal(t, h.now().Add(12*time.Hour), found.Session.ExpiresAt())
	assert.Empty(t, h.revocations.confirmed, "nothing was replaced")
}

func TestLoginMakesTheOperatorsChoiceAnAdministrator(t *testing.T) {
	h := newHouse(t)
	out := h.signIn(t, "root")
	assert.True(t, out.User.Admin())
}

func TestLoginSpendsACredentialOnce(t *testing.T) {
	h := newHouse(t)
	in := usecase.LoginInput{Credential: h.credential("ada")}
	_, err := h.login.Do(t.Context(), in)
	require.NoError(t, err)

	_, err = h.login.Do(t.Context(), in)

	require.ErrorIs(t, err, domain.ErrCredentialSpent)
	_, records := h.actions(t)
	assert.Contains(t, records[0].Detail, "used before")
}

func TestLoginReplacesTheSessionThatTheRequestCameWith(t *testing.T) {
	h := newHouse(t)
	first := h.signIn(t, "ada")
	key := first.Secret.Key()

	_, err := h.login.Do(t.Context(), usecase.LoginInput{Credential: h.credential("bob"), Earlier: []domain.SessionKey{key}})

	require.NoError(t, err)
	assert.Len(t, h.revocations.confirmed, 1)
	_, err = h.authenticate(t, first.Secret)
	require.ErrorIs(t, err, domain.ErrSessionReplaced)
}

func TestLoginKeepsEachRefusalInTheAudit(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, h *house) (credential string)
		want    error
		detail  string
	}{
		"unknown credential": {
			func(*testing.T, *house) string { return "forged.to.ken" },
			domain.ErrInvalidCredential, "invalid_credential: unknown",
		},
		"email not verified": {
			func(_ *testing.T, h *house) string {
				h.identities.Vouch("c", domain.Identity{Email: "ada@gmail.com"}, "")
				return "c"
			},
			domain.ErrEmailNotVerified, "email_not_verified (ada@gmail.com)",
		},
		"foreign domain": {
			func(_ *testing.T, h *house) string {
				h.login.Policy.Admission.HostedDomains = []string{"example.com"}
				return h.credential("ada")
			},
			domain.ErrDomainNotAllowed, "domain_not_allowed (ada@gmail.com)",
		},
		"not invited": {
			func(_ *testing.T, h *house) string {
				h.login.Policy.Admission.Signup = domain.SignupInvited
				return h.credential("ada")
			},
			domain.ErrNotInvited, "not_invited (ada@gmail.com)",
		},
		"disabled": {
			func(t *testing.T, h *house) string {
				ada := h.signIn(t, "ada")
				change := &usecase.ChangeUser{Users: h.Users(), Confirmation: h.confirmation()}
				_, err := change.Do(t.Context(), ada.User.ID(), usecase.UserChange{Disabled: new(true)}, domain.Principal{})
				require.NoError(t, err)
				return h.credential("ada")
			},
			domain.ErrUserDisabled, "user_disabled (ada@gmail.com)",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			credential := tt.prepare(t, h)

			_, err := h.login.Do(t.Context(), usecase.LoginInput{
				Credential: credential, Client: domain.Client{IP: "192.0.2.7"}, RequestID: "r7",
			})

			require.ErrorIs(t, err, tt.want)
			actions, records := h.actions(t)
			require.Equal(t, domain.ActionLoginRefused, actions[0])
			assert.Contains(t, records[0].Detail, tt.detail)
			assert.NotContains(t, records[0].Detail, "forged.to.ken")
			assert.Equal(t, domain.Principal{IP: "192.0.2.7", RequestID: "r7"}, records[0].By)
			assert.Equal(t, name == "disabled", records[0].User != "", "whom it happened to is known of an account alone")
		})
	}
}

// hangingUp is a port.Identities whose caller goes away while it verifies.
type hangingUp struct {
	port.Identities
	hangUp context.CancelFunc
}

func (i hangingUp) Verify(ctx context.Context, credential, nonce string) (domain.Identity, error) {
	who, err := i.Identities.Verify(ctx, credential, nonce)
	i.hangUp()
	return who, err
}

func TestLoginKeepsARefusalThatNobodyWaitsFor(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.login.Identities = hangingUp{h.identities, cancel}

	_, err := h.login.Do(ctx, usecase.LoginInput{Credential: "forged"})

	require.ErrorIs(t, err, domain.ErrInvalidCredential)
	actions, _ := h.actions(t)
	assert.Equal(t, []domain.Action{domain.ActionLoginRefused}, actions)
}

func TestLoginIsLimitedByAddress(t *testing.T) {
	h := newHouse(t)
	h.login.Policy.Rate = domain.Rate{Count: 1, Per: time.Minute}
	try := func(ip string) error {
		_, err := h.login.Do(t.Context(), usecase.LoginInput{Credential: "x", Client: domain.Client{IP: ip}})
		return err
	}

	require.ErrorIs(t, try("192.0.2.1"), domain.ErrInvalidCredential)
	require.ErrorIs(t, try("192.0.2.1"), domain.ErrRateLimited)
	require.ErrorIs(t, try("192.0.2.2"), domain.ErrInvalidCredential)
	require.ErrorIs(t, try("2001:db8:0:1::1"), domain.ErrInvalidCredential)
	require.ErrorIs(t, try("2001:db8:0:1:ffff::2"), domain.ErrRateLimited, "a client has a network of IPv6 to itself")
	require.ErrorIs(t, try("2001:db8:0:2::1"), domain.ErrInvalidCredential)
	h.advance(time.Minute)
	require.ErrorIs(t, try("192.0.2.1"), domain.ErrInvalidCredential)
}

func TestLoginIsNotAcknowledgedBeforeTheEarlierSessionIsKnownToHaveEnded(t *testing.T) {
	h := newHouse(t)
	key := h.signIn(t, "ada").Secret.Key()
	h.revocations.down = domain.ErrUnavailable

	_, err := h.login.Do(t.Context(), usecase.LoginInput{Credential: h.credential("ada"), Earlier: []domain.SessionKey{key}})

	require.ErrorIs(t, err, domain.ErrUnconfirmed)
	actions, _ := h.actions(t)
	assert.Equal(t, domain.ActionUnconfirmed, actions[0])
}

func TestConfirmationOutlivesTheCaller(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	require.NoError(t, h.confirmation().Wait(ctx, 7, domain.Principal{}))

	assert.Equal(t, []port.Sequence{7}, h.revocations.confirmed)
	assert.False(t, h.revocations.withdrawn)
}

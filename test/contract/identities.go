package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Claims is what a credential says. The zero value of a field means that it is not said.
type Claims struct {
	Subject       string
	Email         string
	EmailVerified bool
	HostedDomain  string
	Name          string
	Picture       string
	Nonce         string

	Age             time.Duration // how long ago it was issued
	ForeignAudience bool          // for another application
	ForeignKey      bool          // signed by somebody else
}

// Mint makes a credential for what the identities under test accept: one that is issued now,
// or Age ago, for a lifetime of at most an hour.
type Mint func(t *testing.T, c Claims) string

// Identities checks an implementation of port.Identities. The many ways in which a credential
// can be at fault are its adapter's to test.
func Identities(t *testing.T, open func(t *testing.T) (port.Identities, Mint)) {
	anna := Claims{
		Subject: "1234567890", Email: "Anna.Berg@example.com", EmailVerified: true, HostedDomain: "example.com",
		Name: "Änna 'Fox' 李 🦊", Picture: "https://lh3.googleusercontent.com/a/anna=s96-c",
	}

	t.Run("a valid credential says who it is", func(t *testing.T) {
		identities, mint := open(t)
		credential := mint(t, anna)
		who, err := identities.Verify(t.Context(), credential, "")
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(who.Issuer, "https://"), "the issuer's https form: %q", who.Issuer)
		require.NotZero(t, who.Credential.Hash)
		require.True(t, who.Credential.ExpiresAt.After(time.Unix(0, 0)))
		require.Equal(t, domain.Identity{
			Issuer: who.Issuer, Subject: anna.Subject, Email: anna.Email, EmailVerified: true, HostedDomain: anna.HostedDomain,
			Name: anna.Name, Picture: anna.Picture, Credential: who.Credential,
		}, who)

		again, err := identities.Verify(t.Context(), credential, "")
		require.NoError(t, err, "verifying does not spend")
		require.Equal(t, who, again, "one credential has one id")

		other, err := identities.Verify(t.Context(), mint(t, Claims{Subject: "99", Email: "bea@gmail.com"}), "")
		require.NoError(t, err)
		require.NotEqual(t, who.Credential.Hash, other.Credential.Hash, "another credential has another id")
		require.False(t, other.EmailVerified, "unverified emails are the admission's question")
	})

	t.Run("a credential at fault says so and nothing else", func(t *testing.T) {
		identities, mint := open(t)
		valid := mint(t, anna)
		withNonce := anna
		withNonce.Nonce = "nonce-1"
		aged, foreignAudience, foreignKey := anna, anna, anna
		aged.Age, foreignAudience.ForeignAudience, foreignKey.ForeignKey = 3*time.Hour, true, true
		tests := map[string]struct{ credential, nonce string }{
			"empty":             {"", ""},
			"no credential":     {"anna", ""},
			"dots":              {"..", ""},
			"cut":               {valid[:len(valid)-10], ""},
			"one byte changed":  {valid[:len(valid)-20] + flip(valid[len(valid)-20]) + valid[len(valid)-19:], ""},
			"line break within": {valid[:len(valid)-5] + "\n" + valid[len(valid)-5:], ""},
			"space behind":      {valid + " ", ""},
			"NUL":               {valid + "\x00", ""},
			"very long":         {strings.Repeat(valid, 200), ""},
			"another's nonce":   {mint(t, withNonce), "nonce-2"},
			"no nonce here":     {mint(t, withNonce), ""},
			"old":               {mint(t, aged), ""},
			"foreign audience":  {mint(t, foreignAudience), ""},
			"foreign key":       {mint(t, foreignKey), ""},
		}
		for name, tt := range tests {
			who, err := identities.Verify(t.Context(), tt.credential, tt.nonce)
			require.ErrorIs(t, err, domain.ErrInvalidCredential, name)
			assert.Zero(t, who, name)
			if len(tt.credential) > 20 {
				assert.NotContains(t, err.Error(), tt.credential[:20], name)
			}
			assert.NotContains(t, err.Error(), anna.Email, name)
		}
		_, err := identities.Verify(t.Context(), mint(t, withNonce), "nonce-1")
		require.NoError(t, err)
	})
}

// flip returns another character of base64url.
func flip(b byte) string {
	if b == 'A' {
		return "B"
	}
	return "A"
}

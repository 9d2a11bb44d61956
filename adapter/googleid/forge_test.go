package googleid_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/adapter/googleid"
)

const (
	clientID = "latchkey.apps.example"
	issuer   = "https://accounts.google.com"
)

var noon = time.Date(2030, 5, 4, 12, 0, 0, 0, time.UTC)

// The keys of these tests are made once: it takes longer than everything else.
var (
	googlesKey = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })
	othersKey  = sync.OnceValue(func() *rsa.PrivateKey { return newKey(2048) })
	smallKey   = sync.OnceValue(func() *rsa.PrivateKey { return newKey(1024) })
)

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// forge is a token in the making, good until something is changed.
type forge struct {
	header, claims map[string]any
	rawClaims      string // in place of claims
	sign           func(input string) []byte
}

func newForge(now time.Time) *forge {
	return &forge{
		header: map[string]any{"alg": "RS256", "kid": "google", "typ": "JWT"},
		claims: map[string]any{
			"iss": issuer, "azp": clientID, "aud": clientID, "sub": "110169484474386276334",
			"hd": "example.com", "email": "ada@example.com", "email_verified": true,
			"name": "Ada Lovelace", "picture": "https://lh3.googleusercontent.com/a/ada=s96-c",
			"nbf": now.Unix() - 300, "iat": now.Unix(), "exp": now.Unix() + 3600, "jti": "f6a1",
		},
		sign: signer(googlesKey()),
	}
}

func signer(key *rsa.PrivateKey) func(string) []byte {
	return func(input string) []byte {
		digest := sha256.Sum256([]byte(input))
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			panic(err)
		}
		return signature
	}
}

// with changes claims; nil takes one out.
func (f *forge) with(changes map[string]any) *forge { return f.change(f.claims, changes) }

// head changes the header; nil takes a member out.
func (f *forge) head(changes map[string]any) *forge { return f.change(f.header, changes) }

func (f *forge) change(where, changes map[string]any) *forge {
	for name, v := range changes {
		if where[name] = v; v == nil {
			delete(where, name)
		}
	}
	return f
}

// raw says more in the claims, by the letter, before what is there.
func (f *forge) raw(members string) *forge {
	claims, _ := json.Marshal(f.claims)
	f.rawClaims = "{" + members + "," + string(claims[1:])
	return f
}

func (f *forge) input() string {
	header, _ := json.Marshal(f.header)
	claims, _ := json.Marshal(f.claims)
	if f.rawClaims != "" {
		claims = []byte(f.rawClaims)
	}
	return base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
}

func (f *forge) token() string {
	input := f.input()
	return input + "." + base64.RawURLEncoding.EncodeToString(f.sign(input))
}

// jwk is a public key as an entry of a key set, with changes; nil takes a member out.
func jwk(kid string, key *rsa.PublicKey, changes map[string]any) string {
	entry := map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
	maps.Copy(entry, changes)
	maps.DeleteFunc(entry, func(_ string, v any) bool { return v == nil })
	text, _ := json.Marshal(entry)
	return string(text)
}

func jwks(entries ...string) string { return `{"keys":[` + strings.Join(entries, ",") + `]}` }

// googlesSet is the set with the one key that good tokens are signed with.
func googlesSet() string { return jwks(jwk("google", &googlesKey().PublicKey, nil)) }

// newVerifier verifies with Google's set, at a time that the test holds in its hand.
func newVerifier(t *testing.T, now *time.Time, change func(*googleid.Options)) *googleid.Verifier {
	t.Helper()
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(googlesSet()))
	}))
	t.Cleanup(source.Close)
	clock := func() time.Time { return *now }
	options := googleid.Options{
		Audiences: []string{clientID, "second.apps.example"},
		Issuers:   []string{"accounts.google.com", issuer},
		Clock:     clock,
		Keys:      googleid.NewKeys(googleid.KeysOptions{URL: source.URL, Clock: clock}),
	}
	if change != nil {
		change(&options)
	}
	verifier := googleid.NewVerifier(options)
	_, err := verifier.Verify(t.Context(), newForge(*now).token(), "")
	if !options.RequireNonce {
		require.NoError(t, err, "the good token")
	}
	return verifier
}

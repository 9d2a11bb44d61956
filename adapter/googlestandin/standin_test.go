package googlestandin_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/googleid"
	"latchkey/adapter/googlestandin"
	"latchkey/domain"
)

const (
	public  = "http://localhost:8080"
	allowed = "http://localhost:3000"
)

func options(t *testing.T) googlestandin.Options {
	t.Helper()
	return googlestandin.Options{
		PublicURL:      public,
		AllowedOrigins: []string{allowed},
		Keys:           googlestandin.NewKeyFile(filepath.Join(t.TempDir(), "standin-key.pem")),
		Clock:          time.Now,
		Entropy:        func() (b [32]byte) { _, _ = rand.Read(b[:]); return b },
		Failed:         func(_ context.Context, err error) { t.Errorf("failed: %v", err) },
	}
}

// asked is a request to the handler and what came of it.
func asked(t *testing.T, h http.Handler, method, path, body string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, public+path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, response *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

// order asks for a token.
func order(t *testing.T, h http.Handler, body string) string {
	t.Helper()
	response := asked(t, h, http.MethodPost, "/dev/google/token", body, "Content-Type", "application/json")
	answer := text(t, response)
	require.Equal(t, http.StatusOK, response.StatusCode, answer)
	var out struct{ Credential string }
	require.NoError(t, json.Unmarshal([]byte(answer), &out))
	return out.Credential
}

// claimsOf reads a token without verifying it.
func claimsOf(t *testing.T, credential string) map[string]any {
	t.Helper()
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(credential, ".")[1])
	require.NoError(t, err)
	decoder := json.NewDecoder(bytes.NewReader(payload))
	decoder.UseNumber()
	var claims map[string]any
	require.NoError(t, decoder.Decode(&claims))
	return claims
}

// verifierOf is the real verifier, with the keys of the stand-in.
func verifierOf(h http.Handler) *googleid.Verifier {
	return googleid.NewVerifier(googleid.Options{
		Audiences: []string{googlestandin.DefaultClientID},
		Issuers:   []string{"https://accounts.google.com", "accounts.google.com"},
		Pictures:  []string{public + googlestandin.Path + "avatar/"},
		Clock:     time.Now,
		Keys: googleid.NewKeys(googleid.KeysOptions{
			URL: public + "/dev/google/certs", Transport: googlestandin.Transport(h), Clock: time.Now,
		}),
	})
}

func TestAGoodTokenPassesTheRealVerifier(t *testing.T) {
	h := googlestandin.New(options(t))
	verifier := verifierOf(h)

	who, err := verifier.Verify(t.Context(), order(t, h, `{"email":"jane.doe@firm.test","nonce":"n1"}`), "n1")

	require.NoError(t, err)
	assert.Equal(t, "https://accounts.google.com", who.Issuer)
	assert.Regexp(t, `^\d{21}$`, who.Subject)
	assert.Equal(t, "jane.doe@firm.test", who.Email)
	assert.True(t, who.EmailVerified)
	assert.Equal(t, "firm.test", who.HostedDomain)
	assert.Equal(t, "Jane Doe", who.Name)
	require.True(t, strings.HasPrefix(who.Picture, public+"/dev/google/avatar/JD-"), who.Picture)
	avatar := asked(t, h, http.MethodGet, strings.TrimPrefix(who.Picture, public), "")
	assert.Equal(t, "image/svg+xml", avatar.Header.Get("Content-Type"))
	assert.Contains(t, text(t, avatar), ">JD</text>")

	for _, persona := range googlestandin.Personas() {
		who, err := verifier.Verify(t.Context(), order(t, h, `{"email":"`+persona.Email+`"}`), "")
		require.NoError(t, err)
		assert.Equal(t, persona.Email, who.Email)
	}
}

func TestEveryFaultIsSeenByTheRealVerifier(t *testing.T) {
	h := googlestandin.New(options(t))
	verifier := verifierOf(h)
	names := faultNames(t, h)
	require.Subset(t, names, []string{
		"expired", "future", "wrong_audience", "wrong_issuer", "bad_signature", "unknown_key", "alg_none", "hs256", "no_kid",
		"crit", "twin_signature", "no_subject", "old", "duplicate_claim", "list_audience", "foreign_azp", "too_long", "unverified",
	})
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			credential := order(t, h, `{"email":"ada@example.com","fault":"`+name+`"}`)
			who, err := verifier.Verify(t.Context(), credential, "")
			if strings.HasPrefix(name, "unverified") {
				require.NoError(t, err)
				assert.False(t, who.EmailVerified)
				return
			}
			assert.ErrorIs(t, err, domain.ErrInvalidCredential)
		})
	}
}

// faultNames asks for a fault that there isn't: the answer lists those that there are.
func faultNames(t *testing.T, h http.Handler) []string {
	t.Helper()
	answer := text(t, asked(t, h, http.MethodPost, "/dev/google/token", `{"email":"a@b.test","fault":"?"}`, "Content-Type", "application/json"))
	var problem struct{ Detail string }
	require.NoError(t, json.Unmarshal([]byte(answer), &problem))
	_, list, found := strings.Cut(problem.Detail, "The faults are: ")
	require.True(t, found, answer)
	return strings.Split(strings.TrimSuffix(list, "."), ", ")
}

func TestClaims(t *testing.T) {
	h := googlestandin.New(options(t))
	tests := map[string]struct {
		body string
		want map[string]any // nil: must not be there
	}{
		"a private account": {
			`{"email":"grace@gmail.com"}`,
			map[string]any{"hd": nil, "name": "Grace Hopper", "given_name": "Grace", "family_name": "Hopper", "email_verified": true},
		},
		"one name":                  {`{"email":"cher@gmail.com"}`, map[string]any{"name": "Cher", "given_name": "Cher", "family_name": nil}},
		"an organisation's":         {`{"email":"g.hopper+x@Navy.example"}`, map[string]any{"hd": "navy.example", "name": "G Hopper", "family_name": "Hopper"}},
		"no organisation, by order": {`{"email":"a@firm.test","hd":""}`, map[string]any{"hd": nil}},
		"another organisation":      {`{"email":"a@firm.test","hd":"group.test"}`, map[string]any{"hd": "group.test"}},
		"another audience":          {`{"email":"a@firm.test","aud":"x"}`, map[string]any{"aud": "x", "azp": "x"}},
		"our audience":              {`{"email":"a@firm.test"}`, map[string]any{"aud": "standin.localhost", "azp": "standin.localhost", "nonce": nil}},
		"not verified":              {`{"email":"a@firm.test","email_verified":false}`, map[string]any{"email_verified": false}},
		"who and which":             {`{"email":"a@firm.test","sub":"s-1","name":"Ann Lee Marsh","nonce":"n"}`, map[string]any{"sub": "s-1", "name": "Ann Lee Marsh", "given_name": "Ann Lee", "family_name": "Marsh", "nonce": "n"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			claims := claimsOf(t, order(t, h, tt.body))
			for claim, want := range tt.want {
				assert.Equal(t, want, claims[claim], claim)
			}
		})
	}
	t.Run("times", func(t *testing.T) {
		claims := claimsOf(t, order(t, h, `{"email":"a@firm.test","expires_in":-5}`))
		issued, _ := claims["iat"].(json.Number).Int64()
		expires, _ := claims["exp"].(json.Number).Int64()
		assert.InDelta(t, time.Now().Unix(), issued, 5)
		assert.EqualValues(t, issued-5, expires)
	})
	t.Run("an email is one person for ever, however it is written", func(t *testing.T) {
		sub := func(body string) any { return claimsOf(t, order(t, googlestandin.New(options(t)), body))["sub"] }
		assert.Equal(t, "150300865396255757177", sub(`{"email":"mary@example.org"}`), "accounts in databases hang on it")
		assert.Equal(t, sub(`{"email":"mary@example.org"}`), sub(`{"email":"Mary@Example.org"}`))
		assert.NotEqual(t, sub(`{"email":"mary@example.org"}`), sub(`{"email":"mary@example.com"}`))
	})
	t.Run("no token is made twice", func(t *testing.T) {
		first, second := order(t, h, `{"email":"a@firm.test"}`), order(t, h, `{"email":"a@firm.test"}`)
		assert.NotEqual(t, claimsOf(t, first)["jti"], claimsOf(t, second)["jti"])
	})
}

func TestTokenRequests(t *testing.T) {
	h := googlestandin.New(options(t))
	tests := map[string]struct {
		body   string
		status int
		want   string
	}{
		"no email":               {`{}`, 400, "email is missing"},
		"no address":             {`{"email":"ada"}`, 400, "not an address"},
		"two addresses":          {`{"email":"a@b@c"}`, 400, "not an address"},
		"an address with spaces": {`{"email":"a b@c.test"}`, 400, "not an address"},
		"an unknown field":       {`{"email":"a@b.test","role":"admin"}`, 400, `There is no field \"role\"`},
		"a mistyped field":       {`{"email":"a@b.test","email_verified":"yes"}`, 400, "email_verified can't be a JSON string"},
		"a name with a newline":  {`{"email":"a@b.test","name":"x\ny"}`, 400, "name has"},
		"a sub with a slash":     {`{"email":"a@b.test","sub":"a/b"}`, 400, "sub has"},
		"an hd that is none":     {`{"email":"a@b.test","hd":"-x"}`, 400, "hd is"},
		"an empty aud":           {`{"email":"a@b.test","aud":""}`, 400, "aud has"},
		"an empty nonce":         {`{"email":"a@b.test","nonce":""}`, 400, "nonce has"},
		"a year":                 {`{"email":"a@b.test","expires_in":31536000}`, 400, "expires_in is"},
		"an unknown fault":       {`{"email":"a@b.test","fault":"all"}`, 400, "There is no such fault"},
		"not JSON":               {`email=a@b.test`, 400, "not a JSON object"},
		"a list":                 {`[]`, 400, "not a JSON object"},
		"nothing":                {``, 400, "not a JSON object"},
		"more behind":            {`{"email":"a@b.test"}{}`, 400, "Something follows"},
		"over 64 KiB":            {`{"email":"` + strings.Repeat("a", 64<<10) + `"}`, 413, "64 KiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			response := asked(t, h, http.MethodPost, "/dev/google/token", tt.body, "Content-Type", "application/json")
			assert.Equal(t, tt.status, response.StatusCode)
			assert.Equal(t, "application/problem+json", response.Header.Get("Content-Type"))
			assert.Contains(t, text(t, response), tt.want)
		})
	}
	t.Run("not called JSON", func(t *testing.T) {
		response := asked(t, h, http.MethodPost, "/dev/google/token", `{"email":"a@b.test"}`, "Content-Type", "text/plain")
		assert.Equal(t, http.StatusUnsupportedMediaType, response.StatusCode)
	})
	t.Run("GET", func(t *testing.T) {
		response := asked(t, h, http.MethodGet, "/dev/google/token", "")
		assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode)
		assert.Equal(t, "POST", response.Header.Get("Allow"))
	})
}

func TestOriginsAndHosts(t *testing.T) {
	h := googlestandin.New(options(t))
	body := `{"email":"a@b.test"}`

	for origin, ok := range map[string]bool{
		public: true, allowed: true, "": true,
		"http://localhost:3001": false, "https://localhost:3000": false, "http://evil.example": false, "null": false,
		"http://localhost:3000.evil.example": false,
	} {
		response := asked(t, h, http.MethodPost, "/dev/google/token", body, "Content-Type", "application/json", "Origin", origin)
		assert.Equal(t, ok, response.StatusCode == http.StatusOK, origin)
		echoed := response.Header.Get("Access-Control-Allow-Origin")
		if ok {
			assert.Equal(t, origin, echoed)
		} else {
			assert.Equal(t, http.StatusForbidden, response.StatusCode, origin)
			assert.Empty(t, echoed, origin)
		}
		assert.Equal(t, "Origin", response.Header.Get("Vary"))
	}

	preflight := asked(t, h, http.MethodOptions, "/dev/google/token", "", "Origin", allowed, "Access-Control-Request-Method", "POST")
	assert.Equal(t, http.StatusNoContent, preflight.StatusCode)
	assert.Equal(t, allowed, preflight.Header.Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "Content-Type", preflight.Header.Get("Access-Control-Allow-Headers"))
	preflight = asked(t, h, http.MethodOptions, "/dev/google/token", "", "Origin", "http://evil.example", "Access-Control-Request-Method", "POST")
	assert.Empty(t, preflight.Header.Get("Access-Control-Allow-Origin"))

	for host, ok := range map[string]bool{
		"localhost": true, "localhost:8080": true, "LOCALHOST:1": true, "shop.localhost:8080": true,
		"127.0.0.1:8080": true, "127.9.9.9": true, "[::1]:8080": true, "[::1]": true,
		"evil.example": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false, "192.168.0.7:8080": false, "notlocalhost": false,
	} {
		response := asked(t, h, http.MethodGet, "/dev/google/certs", "", "Host", host)
		assert.Equal(t, ok, response.StatusCode == http.StatusOK, host)
		if !ok {
			assert.Equal(t, http.StatusNotFound, response.StatusCode, host)
		}
		response = asked(t, h, http.MethodGet, "/dev/google/certs", "", "Host", "127.0.0.1:8080", "X-Forwarded-Host", "localhost, "+host)
		assert.Equal(t, ok, response.StatusCode == http.StatusOK, "by a proxy that was asked for "+host)
	}
}

func TestKeysForVerifiers(t *testing.T) {
	h := googlestandin.New(options(t))

	certs := asked(t, h, http.MethodGet, "/dev/google/certs", "")
	assert.Equal(t, "application/json; charset=utf-8", certs.Header.Get("Content-Type"))
	assert.Contains(t, certs.Header.Get("Cache-Control"), "max-age=3600")
	var set struct{ Keys []map[string]string }
	require.NoError(t, json.Unmarshal([]byte(text(t, certs)), &set))
	require.Len(t, set.Keys, 1)
	assert.Equal(t, "RS256", set.Keys[0]["alg"])
	assert.NotContains(t, set.Keys[0], "d", "the private part")

	var configuration map[string]any
	require.NoError(t, json.Unmarshal([]byte(text(t, asked(t, h, http.MethodGet, "/dev/google/.well-known/openid-configuration", ""))), &configuration))
	assert.Equal(t, "https://accounts.google.com", configuration["issuer"])
	assert.Equal(t, public+"/dev/google/certs", configuration["jwks_uri"])
}

func TestClientIDs(t *testing.T) {
	o := options(t)
	o.ClientIDs = []string{"first.apps", "second.apps"}
	h := googlestandin.New(o)
	assert.Equal(t, "first.apps", claimsOf(t, order(t, h, `{"email":"a@b.test"}`))["aud"])

	for page, audience := range map[string]string{"second.apps": "second.apps", "another.apps": "first.apps", "": "first.apps"} {
		response := asked(t, h, http.MethodGet, "/dev/google/gsi/select?mode=popup&origin="+allowed+"&client_id="+page, "")
		assert.Contains(t, text(t, response), `data-audience="`+audience+`"`, "a page that was built for %q", page)
	}
}

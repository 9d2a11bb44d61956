package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSessionCookie(t *testing.T) {
	tests := map[string]struct {
		publicURL string
		sameSite  http.SameSite
		want      string // V is the value
	}{
		"http":  {"http://localhost:8080", http.SameSiteStrictMode, "session_id=V; Path=/; Max-Age=88200; HttpOnly; SameSite=Strict"},
		"lax":   {"http://localhost:8080", http.SameSiteLaxMode, "session_id=V; Path=/; Max-Age=88200; HttpOnly; SameSite=Lax"},
		"https": {"https://app.example.com", http.SameSiteStrictMode, "__Host-session_id=V; Path=/; Max-Age=88200; HttpOnly; Secure; SameSite=Strict"},
		"none":  {"https://app.example.com", http.SameSiteNoneMode, "__Host-session_id=V; Path=/; Max-Age=88200; HttpOnly; Secure; SameSite=None"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(n *needs) { n.PublicURL, n.SameSite = tt.publicURL, tt.sameSite })
			b := h.visitor()
			r := b.post("/api/login", loginBody(h.credential("ada@gmail.com"))).done(http.StatusOK)

			named, _, _ := strings.Cut(tt.want, "=")
			value := b.cookies[named]
			assert.Regexp(t, `^[A-Za-z0-9_-]{43}$`, value)
			assert.Equal(t, []string{strings.Replace(tt.want, "V", value, 1)}, r.setCookies())

			cleared := strings.Replace(strings.Replace(tt.want, "V", "", 1), "Max-Age=88200", "Max-Age=0", 1)
			assert.Equal(t, []string{cleared}, b.post("/api/logout", "").setCookies())
		})
	}
}

func TestSessionCookieIsReadRaw(t *testing.T) {
	h := newHouse(t)
	value := h.user("ada@gmail.com").cookies["session_id"]
	other := h.user("ada@gmail.com").cookies["session_id"]
	unknown := strings.Repeat("A", 43)

	accepted := map[string][]string{
		"alone":                  {"session_id=" + value},
		"among others":           {"a=b; session_id=" + value + "; c"},
		"twice the same":         {"session_id=" + value + "; session_id=" + value},
		"in a line of its own":   {"a=b", "session_id=" + value},
		"beside another's case":  {"SESSION_ID=" + other + "; session_id=" + value},
		"beside the other name":  {"__Host-session_id=" + other + "; session_id=" + value},
		"without the usual room": {"a=b;session_id=" + value},
	}
	for name, lines := range accepted {
		t.Run(name, func(t *testing.T) {
			cookieLines(h, lines).done(http.StatusOK)
		})
	}
	refused := map[string]struct {
		lines   []string
		cleared bool
	}{
		"none":                 {nil, false},
		"another case":         {[]string{"Session_id=" + value}, false},
		"the name for https":   {[]string{"__Host-session_id=" + value}, false},
		"unknown":              {[]string{"session_id=" + unknown}, true},
		"empty":                {[]string{"session_id="}, true},
		"short":                {[]string{"session_id=" + value[:42]}, true},
		"long":                 {[]string{"session_id=" + value + "A"}, true},
		"quoted":               {[]string{`session_id="` + value + `"`}, true},
		"percent-encoded":      {[]string{"session_id=%" + hexOf(value[0]) + value[1:]}, true},
		"padded":               {[]string{"session_id=" + value + "="}, true},
		"standard alphabet":    {[]string{"session_id=" + strings.Repeat("+", 43)}, true},
		"two values":           {[]string{"session_id=" + value + "; session_id=" + other}, true},
		"two values, one junk": {[]string{"session_id=" + value, "session_id=x"}, true},
		"NUL within":           {[]string{"session_id=" + value[:42] + "\x00"}, true},
	}
	for name, tt := range refused {
		t.Run(name, func(t *testing.T) {
			r := cookieLines(h, tt.lines)
			r.refused(http.StatusUnauthorized, "not_authenticated")
			if tt.cleared {
				assert.Equal(t, []string{"session_id=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"}, r.setCookies())
			} else {
				assert.Empty(t, r.setCookies())
			}
		})
	}
}

// The last character of 43 carries 4 bits: four spellings decode to the same secret, and one of them counts.
func TestSessionCookieHasOneSpelling(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	h := newHouse(t)
	value := h.user("ada@gmail.com").cookies["session_id"]
	last := strings.IndexByte(alphabet, value[42])
	for spelling := last + 1; spelling < last+4; spelling++ {
		twin := value[:42] + string(alphabet[spelling])
		cookieLines(h, []string{"session_id=" + twin}).refused(http.StatusUnauthorized, "not_authenticated")
	}
}

func cookieLines(h *house, lines []string) *reply {
	h.t.Helper()
	var headers []string
	for _, line := range lines {
		headers = append(headers, "Cookie", line)
	}
	return h.visitor().get("/api/user", headers...)
}

func hexOf(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&15]})
}

func TestSessionCookieIsSentAgainAsTheSessionIsUsed(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	value := b.cookies["session_id"]
	assert.Empty(t, b.get("/api/user").setCookies(), "just signed in")

	h.clock.advance(time.Minute)

	want := []string{"session_id=" + value + "; Path=/; Max-Age=88200; HttpOnly; SameSite=Strict"}
	assert.Equal(t, want, b.get("/api/user").setCookies())
	assert.Equal(t, want, b.get("/api/customer/999").setCookies(), "refusals renew it too")
	require.Equal(t, value, b.cookies["session_id"])
}

func TestSessionCookieDoesNotPassTheStoreUnlessItCanBeOne(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.sessions = awaySessions{n.sessions, assert.AnError} })
	cookieLines(h, []string{"session_id=junk"}).refused(http.StatusUnauthorized, "not_authenticated")
	cookieLines(h, []string{"session_id=" + strings.Repeat("A", 43)}).refused(http.StatusInternalServerError, "internal_error")
}

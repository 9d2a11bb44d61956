package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"latchkey/domain"
)

func TestLogout(t *testing.T) {
	h := newHouse(t)
	for _, method := range []string{"GET", "POST"} {
		for _, path := range []string{"/api/logout", "/api/logout/"} {
			t.Run(method+path, func(t *testing.T) {
				b := h.user("ada@gmail.com")
				stolen := h.visitor()
				stolen.cookies["session_id"] = b.cookies["session_id"]

				r := b.do(method, path, "").done(http.StatusOK)

				assert.JSONEq(t, `{"cookie": "deleted"}`, r.body)
				assert.Equal(t, []string{"session_id=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"}, r.setCookies())
				problem := stolen.get("/api/user").refused(http.StatusUnauthorized, "session_revoked")
				assert.Equal(t, "signed_out", problem.string("cause"))
				b.do(method, path, "").done(http.StatusOK)
				stolen.do(method, path, "").done(http.StatusOK)
			})
		}
	}
}

func TestLogoutEndsEachSessionThatIsShown(t *testing.T) {
	h := newHouse(t)
	one, two := h.user("ada@gmail.com"), h.user("ada@gmail.com")
	cookie := "session_id=" + one.cookies["session_id"] + "; session_id=junk; session_id=" + two.cookies["session_id"]
	h.visitor().post("/api/logout", "", "Cookie", cookie).done(http.StatusOK)
	one.get("/api/user").refused(http.StatusUnauthorized, "session_revoked")
	two.get("/api/user").refused(http.StatusUnauthorized, "session_revoked")
}

func TestLogoutForSomebodyElseEndsNothing(t *testing.T) {
	h := newHouse(t)
	for _, method := range []string{"GET", "POST"} {
		ada, bob := h.user("ada@gmail.com"), h.user("bob@gmail.com")
		id, other := ada.id(), bob.id()

		r := ada.do(method, "/api/logout", "", "Latchkey-User", other)
		r.refused(http.StatusConflict, "session_user_changed")
		assert.Empty(t, r.setCookies())
		ada.get("/api/user").done(http.StatusOK)

		bob.do("DELETE", "/api/me/sessions/"+bob.sessionID(), "").done(http.StatusNoContent)
		bob.do(method, "/api/logout", "", "Latchkey-User", id).done(http.StatusOK)
		h.visitor().do(method, "/api/logout", "", "Latchkey-User", id).done(http.StatusOK)
		ada.do(method, "/api/logout", "", "Latchkey-User", id).done(http.StatusOK)
	}
}

func TestLogoutByGETIsGuarded(t *testing.T) {
	tests := map[string]struct {
		headers []string
		passes  bool
	}{
		"no browser":                 {nil, true},
		"our page":                   {[]string{"Sec-Fetch-Site", "same-origin"}, true},
		"the address bar":            {[]string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}, true},
		"an allowed page":            {[]string{"Sec-Fetch-Site", "same-site", "Origin", allowedOrigin}, true},
		"an allowed page elsewhere":  {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://spa.example"}, true},
		"an old browser, allowed":    {[]string{"Origin", allowedOrigin}, true},
		"an old browser, ours":       {[]string{"Origin", publicOrigin}, true},
		"a page of the same site":    {[]string{"Sec-Fetch-Site", "same-site"}, false},
		"another site":               {[]string{"Sec-Fetch-Site", "cross-site"}, false},
		"another site's link":        {[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-User", "?1"}, false},
		"another site's picture":     {[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "image"}, false},
		"another origin":             {[]string{"Origin", "https://evil.example"}, false},
		"another origin, same site":  {[]string{"Sec-Fetch-Site", "same-site", "Origin", "http://localhost:3001"}, false},
		"the origin null":            {[]string{"Origin", "null"}, false},
		"two origins":                {[]string{"Origin", allowedOrigin, "Origin", "https://evil.example"}, false},
		"two sites":                  {[]string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"}, false},
		"an unknown site":            {[]string{"Sec-Fetch-Site", "later-standard"}, false},
		"an empty site":              {[]string{"Sec-Fetch-Site", ""}, false},
		"a mode alone":               {[]string{"Sec-Fetch-Mode", "navigate"}, false},
		"a destination alone":        {[]string{"Sec-Fetch-Dest", "image"}, false},
		"a prefetch":                 {[]string{"Sec-Fetch-Site", "same-origin", "Sec-Purpose", "prefetch"}, false},
		"a prerendering":             {[]string{"Sec-Fetch-Site", "none", "Sec-Purpose", "prefetch;prerender"}, false},
		"an old prefetch":            {[]string{"Sec-Fetch-Site", "same-origin", "Purpose", "prefetch"}, false},
		"an old Firefox's prefetch":  {[]string{"X-Moz", "prefetch"}, false},
		"an old Safari's preview":    {[]string{"X-Purpose", "preview"}, false},
		"a prefetch in upper case":   {[]string{"Sec-Purpose", "PREFETCH"}, false},
		"an allowed page's prefetch": {[]string{"Origin", allowedOrigin, "Sec-Purpose", "prefetch"}, false},
	}
	h := newHouse(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := h.user("ada@gmail.com")
			session := h.visitor()
			session.cookies["session_id"] = b.cookies["session_id"]

			r := b.get("/api/logout", tt.headers...)

			if tt.passes {
				r.done(http.StatusOK)
				session.get("/api/user").refused(http.StatusUnauthorized, "session_revoked")
				return
			}
			r.refused(http.StatusForbidden, "cross_origin")
			assert.Empty(t, r.setCookies())
			session.get("/api/user").done(http.StatusOK)
		})
	}
}

func TestLogoutByHEADDoesNothing(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	r := b.do(http.MethodHead, "/api/logout", "").done(http.StatusMethodNotAllowed)
	assert.ElementsMatch(t, []string{"GET", "POST"}, strings.Split(r.header.Get("Allow"), ", "))
	b.get("/api/user").done(http.StatusOK)
}

func TestLogoutKeepsTheCookieWhileTheEndIsNotCertain(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	deaf := h.twin(func(n *needs) { n.revocations = deafRevocations{} })
	r := b.at(deaf).post("/api/logout", "")
	r.refused(http.StatusServiceUnavailable, "unconfirmed")
	assert.Empty(t, r.setCookies())

	away := h.twin(func(n *needs) { n.sessions = awaySessions{n.sessions, domain.ErrUnavailable} })
	r = b.at(away).post("/api/logout", "")
	r.refused(http.StatusServiceUnavailable, "unavailable")
	assert.Empty(t, r.setCookies())
}

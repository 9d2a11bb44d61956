package httpapi

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

func TestLoginOpensASession(t *testing.T) {
	h := newHouse(t)
	b := h.visitor()
	b.get("/api/user").refused(http.StatusUnauthorized, "not_authenticated")

	r := b.post("/api/login", loginBody(h.credential("ada@gmail.com"))).done(http.StatusOK)

	assert.Equal(t, "ada@gmail.com", r.string("Authenticated_as"))
	user := r.object("user")
	assert.Equal(t, "ada@gmail.com", user.string("username"))
	assert.Equal(t, "Mx ada@gmail.com", user.string("name"))
	assert.Equal(t, user.fields, b.get("/api/user").done(http.StatusOK).json().fields)
}

func TestLoginReadsJSONWhateverItIsCalled(t *testing.T) {
	h := newHouse(t)
	for name, contentType := range map[string]string{
		"axios with a string": formType, "json": "application/json", "text": "text/plain", "nonsense": ";;", "none": "",
	} {
		t.Run(name, func(t *testing.T) {
			body := " \r\n" + loginBody(h.credential("ada@gmail.com"))
			h.visitor().post("/api/login/", body, "Content-Type", contentType).done(http.StatusOK)
		})
	}
}

func TestLoginIgnoresGooglesOtherFields(t *testing.T) {
	h := newHouse(t)
	body := `{"clientId": "x", "client_id": null, "select_by": "btn", "nested": {"a": [1, {"b": 2}]}, "credential": "` +
		h.credential("ada@gmail.com") + `"}`
	h.visitor().post("/api/login", body).done(http.StatusOK)
}

func TestLoginRefusals(t *testing.T) {
	unverified := func(i *domain.Identity) { i.EmailVerified = false }
	h := newHouse(t)
	invited := newHouse(t, func(n *needs) { n.policy.Admission.Signup = domain.SignupInvited })
	hosted := newHouse(t, func(n *needs) { n.policy.Admission.HostedDomains = []string{"example.com"} })
	away := newHouse(t, func(n *needs) { n.sessions = awaySessions{n.sessions, domain.ErrUnavailable} })
	disabled := newHouse(t)
	person := disabled.user("ada@gmail.com").id()
	disabled.admin().do("PATCH", "/api/users/"+person, `{"disabled": true}`).done(http.StatusOK)

	tests := map[string]struct {
		house      *house
		body       string
		wantStatus int
		wantCode   string
	}{
		"nothing":                {h, "", 400, "malformed_request"},
		"an array":               {h, `["credential"]`, 400, "malformed_request"},
		"text":                   {h, `credential`, 400, "malformed_request"},
		"not JSON":               {h, `{"credential": `, 400, "malformed_request"},
		"trailing data":          {h, `{"credential": "x"} {}`, 400, "malformed_request"},
		"the credential twice":   {h, `{"credential": "x", "credential": "y"}`, 400, "malformed_request"},
		"another field twice":    {h, `{"credential": "x", "a": {"b": 1, "b": 2}}`, 400, "malformed_request"},
		"a number":               {h, `{"credential": 1}`, 400, "malformed_request"},
		"an object":              {h, `{"credential": {}}`, 400, "malformed_request"},
		"broken UTF-8":           {h, "{\"credential\": \"\xff\"}", 400, "malformed_request"},
		"no credential":          {h, `{}`, 400, "missing_credential"},
		"null":                   {h, `{"credential": null}`, 400, "missing_credential"},
		"empty":                  {h, `{"credential": ""}`, 400, "missing_credential"},
		"another spelling":       {h, `{"Credential": "x"}`, 400, "missing_credential"},
		"too long a credential":  {h, loginBody(strings.Repeat("x", 8<<10+1)), 413, "payload_too_large"},
		"too long a body":        {h, loginBody(strings.Repeat("x", 64<<10)), 413, "payload_too_large"},
		"the longest credential": {h, loginBody(strings.Repeat("x", 8<<10)), 401, "invalid_credential"},
		"an unknown credential":  {h, loginBody("unknown"), 401, "invalid_credential"},
		"an unverified email":    {h, loginBody(h.credential("ada@gmail.com", unverified)), 403, "email_not_verified"},
		"not invited":            {invited, loginBody(invited.credential("ada@gmail.com")), 403, "not_invited"},
		"a foreign organisation": {hosted, loginBody(hosted.credential("ada@gmail.com")), 403, "domain_not_allowed"},
		"a disabled user":        {disabled, loginBody(disabled.credential("ada@gmail.com")), 403, "user_disabled"},
		"no database":            {away, loginBody(away.credential("ada@gmail.com")), 503, "unavailable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := tt.house.visitor().post("/api/login", tt.body)
			r.refused(tt.wantStatus, tt.wantCode)
			assert.Empty(t, r.setCookies())
		})
	}
}

func TestLoginTakesACredentialOnce(t *testing.T) {
	h := newHouse(t)
	body := loginBody(h.credential("ada@gmail.com"))
	h.visitor().post("/api/login", body).done(http.StatusOK)
	spent := h.visitor().post("/api/login", body).refused(http.StatusUnauthorized, "invalid_credential")
	unknown := h.visitor().post("/api/login", loginBody("x")).refused(http.StatusUnauthorized, "invalid_credential")
	assert.Equal(t, unknown.string("detail"), spent.string("detail"), "one text for every fault")
}

func TestLoginSaysInTheLogWhichCheckFailed(t *testing.T) {
	h := newHouse(t)
	h.visitor().post("/api/login", loginBody("unknown"))
	lines := h.logs.lines(t, "credential refused")
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0]["err"], "verify credential")
}

func TestLoginEndsTheEarlierSession(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	earlier := &browser{h: h, cookies: map[string]string{"session_id": b.cookies["session_id"]}}

	b.post("/api/login", loginBody(h.credential("ada@gmail.com"))).done(http.StatusOK)

	b.get("/api/user").done(http.StatusOK)
	assert.NotEqual(t, earlier.cookies["session_id"], b.cookies["session_id"])
	problem := earlier.get("/api/user").refused(http.StatusUnauthorized, "session_replaced")
	assert.Equal(t, "replaced", problem.string("cause"))
}

func TestLoginEndsWhateverSessionsTheRequestShows(t *testing.T) {
	h := newHouse(t)
	one, two := h.user("ada@gmail.com"), h.user("bob@gmail.com")
	shown := "session_id=" + one.cookies["session_id"] + "; session_id=junk; session_id=" + two.cookies["session_id"]

	h.visitor().post("/api/login", loginBody(h.credential("cleo@gmail.com")), "Cookie", shown).done(http.StatusOK)

	for _, b := range []*browser{one, two} {
		b.get("/api/user").refused(http.StatusUnauthorized, "session_replaced")
	}
}

func TestLoginIsLimited(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.policy.Rate = domain.Rate{Count: 2, Per: time.Minute} })
	h.user("ada@gmail.com")
	h.user("ada@gmail.com")
	r := h.visitor().post("/api/login", loginBody(h.credential("ada@gmail.com")))
	r.refused(http.StatusTooManyRequests, "rate_limited")
	assert.Equal(t, "30", r.header.Get("Retry-After"))
	h.clock.advance(30 * time.Second)
	h.user("ada@gmail.com")
}

func TestLoginThatCannotBeConfirmedSaysSo(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	deaf := h.twin(func(n *needs) { n.revocations = deafRevocations{} })
	r := b.at(deaf).post("/api/login", loginBody(deaf.credential("ada@gmail.com")))
	r.refused(http.StatusServiceUnavailable, "unconfirmed")
	assert.NotEmpty(t, r.header.Get("Retry-After"))
	b.get("/api/user").refused(http.StatusUnauthorized, "session_replaced")
}

func TestLoginFromOtherOrigins(t *testing.T) {
	h := newHouse(t)
	for origin, allowed := range map[string]bool{
		publicOrigin: true, allowedOrigin: true, "https://evil.example": false, "null": false, googleOrigin: false,
		"https://localhost:8080": false, "http://localhost:8080.evil.example": false,
	} {
		for _, contentType := range []string{"application/json", formType, "text/plain"} {
			t.Run(origin+" "+contentType, func(t *testing.T) {
				body := loginBody(h.credential("ada@gmail.com"))
				r := h.visitor().post("/api/login", body, "Content-Type", contentType, "Origin", origin)
				if allowed {
					r.done(http.StatusOK)
				} else {
					r.refused(http.StatusForbidden, "cross_origin")
					assert.Empty(t, r.setCookies())
				}
			})
		}
	}
}

// Google's redirect mode: its page posts a form with the token that its script has left as a cookie.
func TestLoginByRedirect(t *testing.T) {
	const token = "g-csrf"
	tests := map[string]struct {
		origin, sent, cookie string
		credential           string // empty: a good one
		standin              bool
		wantLocation         string
	}{
		"from Google":                   {origin: googleOrigin, sent: token, cookie: token, wantLocation: "/"},
		"from the stand-in":             {origin: publicOrigin, sent: token, cookie: token, standin: true, wantLocation: "/"},
		"from ours without a stand-in":  {origin: publicOrigin, sent: token, cookie: token, wantLocation: "/login?error=cross_origin"},
		"from another allowed origin":   {origin: allowedOrigin, sent: token, cookie: token, standin: true, wantLocation: "/login?error=cross_origin"},
		"from a stranger":               {origin: "https://evil.example", sent: token, cookie: token, wantLocation: "/login?error=cross_origin"},
		"from nowhere":                  {sent: token, cookie: token, wantLocation: "/login?error=cross_origin"},
		"from null":                     {origin: "null", sent: token, cookie: token, wantLocation: "/login?error=cross_origin"},
		"from Google's twin over http":  {origin: "http://accounts.google.com", sent: token, cookie: token, wantLocation: "/login?error=cross_origin"},
		"another token":                 {origin: googleOrigin, sent: "other", cookie: token, wantLocation: "/login?error=cross_origin"},
		"no token":                      {origin: googleOrigin, cookie: token, wantLocation: "/login?error=cross_origin"},
		"no cookie":                     {origin: googleOrigin, sent: token, wantLocation: "/login?error=cross_origin"},
		"neither token nor cookie":      {origin: googleOrigin, wantLocation: "/login?error=cross_origin"},
		"no credential":                 {origin: googleOrigin, sent: token, cookie: token, credential: "none", wantLocation: "/login?error=missing_credential"},
		"a bad credential":              {origin: googleOrigin, sent: token, cookie: token, credential: "bad", wantLocation: "/login?error=invalid_credential"},
		"a credential that is too long": {origin: googleOrigin, sent: token, cookie: token, credential: strings.Repeat("x", 9<<10), wantLocation: "/login?error=payload_too_large"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(n *needs) { n.Standin = tt.standin })
			form := url.Values{"select_by": {"btn"}}
			switch tt.credential {
			case "":
				form.Set("credential", h.credential("ada@gmail.com"))
			case "none":
			default:
				form.Set("credential", tt.credential)
			}
			b := h.visitor()
			if tt.sent != "" {
				form.Set("g_csrf_token", tt.sent)
			}
			if tt.cookie != "" {
				b.cookies["g_csrf_token"] = tt.cookie
			}
			headers := []string{"Content-Type", formType + "; charset=utf-8", "Sec-Fetch-Site", "cross-site"}
			if tt.origin != "" {
				headers = append(headers, "Origin", tt.origin)
			}

			r := b.post("/api/login", form.Encode(), headers...).done(http.StatusSeeOther)

			assert.Equal(t, tt.wantLocation, r.header.Get("Location"))
			_, signedIn := b.cookies["session_id"]
			assert.Equal(t, tt.wantLocation == "/", signedIn)
		})
	}
}

func TestLoginByRedirectWithAFormThatCannotBeRead(t *testing.T) {
	h := newHouse(t)
	fields := "g_csrf_token=t&credential="
	for name, tt := range map[string]struct{ form, want string }{
		"broken":          {"credential=%zz", "malformed_request"},
		"two credentials": {fields + "a&credential=b", "malformed_request"},
		"two alike":       {fields + "a&credential=a", "malformed_request"},
		"two tokens":      {fields + h.credential("ada@gmail.com") + "&g_csrf_token=t", "malformed_request"},
		"too large":       {fields + strings.Repeat("x", 64<<10), "payload_too_large"},
	} {
		r := h.visitor().post("/api/login", tt.form, "Content-Type", formType, "Origin", googleOrigin, "Cookie", "g_csrf_token=t")
		assert.Equal(t, "/login?error="+tt.want, r.done(http.StatusSeeOther).header.Get("Location"), name)
		assert.Empty(t, r.setCookies(), name)
	}
	object := loginBody(strings.Repeat("x", 64<<10))
	h.visitor().post("/api/login", object, "Content-Type", formType).refused(http.StatusRequestEntityTooLarge, "payload_too_large")

	late := h.visitor().cutOff("POST", "/api/login")
	late.Header.Set("Content-Type", formType)
	late.Body = io.NopCloser(iotest.ErrReader(os.ErrDeadlineExceeded))
	r := h.visitor().send(late).done(http.StatusSeeOther)
	assert.Equal(t, "/login?error=request_timeout", r.header.Get("Location"))
	assert.Equal(t, "close", r.header.Get("Connection"))
}

func TestLoginByRedirectWithEmptyTokens(t *testing.T) {
	h := newHouse(t)
	form := url.Values{"credential": {h.credential("ada@gmail.com")}, "g_csrf_token": {""}}
	r := h.visitor().post("/api/login", form.Encode(), "Content-Type", formType, "Origin", googleOrigin, "Cookie", "g_csrf_token=")
	assert.Equal(t, "/login?error=cross_origin", r.done(http.StatusSeeOther).header.Get("Location"))
}

func TestNonce(t *testing.T) {
	h := newHouse(t)
	b := h.visitor()
	r := b.get("/api/login/nonce").done(http.StatusOK)
	nonce := r.string("nonce")
	assert.Equal(t, []string{"login_nonce=" + nonce + "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax"}, r.setCookies())
	assert.NotEqual(t, nonce, h.visitor().get("/api/login/nonce").string("nonce"))
	assert.Equal(t, r.setCookies(), b.get("/api/login/nonce").setCookies(), "another tab of the browser")
	assert.NotContains(t, h.visitor().get("/api/login/nonce", "Cookie", "login_nonce=mine").body, "mine")

	bound := func() string {
		credential := h.credential("ada@gmail.com")
		who, err := h.identities.Verify(t.Context(), credential, "")
		require.NoError(t, err)
		h.identities.Vouch(credential, who, nonce)
		return loginBody(credential)
	}
	h.visitor().post("/api/login", bound()).refused(http.StatusUnauthorized, "invalid_credential")
	h.visitor().post("/api/login", bound(), "Cookie", "login_nonce="+nonce+"; login_nonce=another").
		refused(http.StatusUnauthorized, "invalid_credential")
	r = b.post("/api/login", bound()).done(http.StatusOK)
	assert.Contains(t, r.setCookies(), "login_nonce=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", "it has served")
	assert.NotEqual(t, nonce, b.get("/api/login/nonce").string("nonce"))
}

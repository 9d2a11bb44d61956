package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// apiRoutes is every route of the API, with 1 for each id.
func apiRoutes(t *testing.T) (routes [][2]string) {
	t.Helper()
	for _, route := range testEngine(t).Routes() {
		if isAPI(route.Path) {
			routes = append(routes, [2]string{route.Method, strings.ReplaceAll(route.Path, ":id", "1")})
		}
	}
	require.Greater(t, len(routes), 30)
	return routes
}

func TestRoutesAnswerWithAndWithoutASlash(t *testing.T) {
	h := newHouse(t)
	for _, route := range apiRoutes(t) {
		plain, slashed := h.visitor().do(route[0], route[1], ""), h.visitor().do(route[0], route[1]+"/", "")
		assert.NotEqual(t, http.StatusNotFound, plain.status, route)
		assert.Equal(t, plain.status, slashed.status, route)
		assert.Empty(t, slashed.header.Get("Location"), route)
		assert.Equal(t, plain.header.Get("Content-Security-Policy"), slashed.header.Get("Content-Security-Policy"), route)
	}
}

func TestRoutesAnswerHEADAsGETWithoutTheBody(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	for _, path := range []string{"/healthz", "/api/config", "/api/user"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+path, nil)
		require.NoError(t, err)
		head, err := server.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, head.Body.Close())
		get := h.visitor().get(path)
		assert.Equal(t, get.status, head.StatusCode)
		assert.Equal(t, get.header.Get("Content-Type"), head.Header.Get("Content-Type"))
		assert.Positive(t, head.ContentLength)
	}
}

func TestRoutesKnowTheirMethods(t *testing.T) {
	h := newHouse(t)
	allowed := map[string][]string{}
	for _, route := range apiRoutes(t) {
		allowed[route[1]] = append(allowed[route[1]], route[0])
	}
	for path, methods := range allowed {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} {
			if slices.Contains(methods, method) {
				continue
			}
			r := h.visitor().do(method, path, "")
			if method != http.MethodHead {
				r.refused(http.StatusMethodNotAllowed, "method_not_allowed")
			}
			assert.ElementsMatch(t, methods, strings.Split(r.header.Get("Allow"), ", "), "%s %s", method, path)
		}
		r := h.visitor().do(http.MethodOptions, path+"/", "").done(http.StatusNoContent)
		assert.ElementsMatch(t, methods, strings.Split(r.header.Get("Allow"), ", "), path)
	}
}

func TestPathsThatAreNotThere(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{
		"/api", "/api/", "/api/unknown", "/api/user/x", "/api/customer/1/2", "/api/user//", "//api/user", "/api//user", "/api/customers",
		"/api/USER", "/api/../api/unknown", "/api/user%2F", "/api/%00", "/api/unknown.js", "/api/me/sessions/a/b",
	} {
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS"} {
			if path == "//api/user" || path == "/api/user%2F" {
				continue // the first is a page's, the second names the user
			}
			h.visitor().do(method, path, "").refused(http.StatusNotFound, "not_found")
		}
	}
	page := h.visitor().get("/customers/7").done(http.StatusOK)
	assert.Contains(t, page.header.Get("Content-Type"), "text/html")
	assert.Equal(t, http.StatusNotFound, h.visitor().get("/missing.js").status)
	assert.Equal(t, http.StatusOK, h.visitor().get("/apis").status)
	assert.Equal(t, "/dev/google/gsi/client", h.visitor().get("/dev/google/gsi/client").done(http.StatusOK).body)
	assert.Equal(t, "/dev/google/token", h.visitor().post("/dev/google/token", "{}").done(http.StatusOK).body)
}

func TestRoutesThatAreOff(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.Standin, n.StandinHandler, n.Swagger = false, nil, false })
	for _, path := range []string{"/dev/google/gsi/client", "/swagger/doc.json", "/swagger/index.html"} {
		r := h.visitor().get(path)
		assert.NotContains(t, r.header.Get("Content-Type"), "json", path)
	}
}

// The order of checks: who are you, for whom does the page act, may you; and only then what do you want.
func TestChecksComeInOrder(t *testing.T) {
	h := newHouse(t)
	user, root := h.user("ada@gmail.com"), h.admin()
	for _, route := range apiRoutes(t) {
		method, path := route[0], route[1]
		if method == http.MethodHead || !needsSession(path) {
			continue
		}
		where := fmt.Sprintf("%s %s", method, path)
		h.visitor().do(method, path+"?limit=junk", "junk").refused(http.StatusUnauthorized, "not_authenticated")
		if method != http.MethodGet {
			r := user.do(method, path+"?limit=junk", "junk", "Latchkey-User", root.id())
			r.refused(http.StatusConflict, "session_user_changed")
			r = user.do(method, path, "junk", "Origin", "https://evil.example")
			r.refused(http.StatusForbidden, "cross_origin")
		}
		if r := user.do(method, path+"?limit=junk", "junk", "Latchkey-User", user.id()); needsAdmin(path) {
			r.refused(http.StatusForbidden, "admin_required")
		} else {
			assert.NotContains(t, []int{401, 403}, r.status, where)
		}
		user = h.user("ada@gmail.com") // some of these have ended the session
	}
	user.get("/api/user", "Latchkey-User", root.id()).done(http.StatusOK)
}

func needsSession(path string) bool {
	return !slices.Contains([]string{"/healthz", "/readyz", "/api/config", "/api/login", "/api/login/nonce", "/api/logout"}, path)
}

func needsAdmin(path string) bool {
	return slices.ContainsFunc([]string{"/api/users", "/api/sessions", "/api/audit", "/api/env", "/api/debug"}, func(prefix string) bool {
		return strings.HasPrefix(path, prefix)
	})
}

func TestErrorsCarryTheHeadersOfAllAnswers(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.sessions = panicking{n.sessions} })
	for path, status := range map[string]int{
		"/api/user": 401, "/api/unknown": 404, "/api/login/nonce?": 405, "/api/panic": 404, "/api/me": 500,
	} {
		b := h.visitor()
		method := http.MethodGet
		if status == 405 {
			method = http.MethodDelete
		}
		if status == 500 {
			b.cookies["session_id"] = strings.Repeat("A", 43)
		}
		r := b.do(method, path, "", "Origin", allowedOrigin).done(status)
		assert.Equal(t, allowedOrigin, r.header.Get("Access-Control-Allow-Origin"), path)
		assert.Equal(t, "true", r.header.Get("Access-Control-Allow-Credentials"), path)
		assert.Equal(t, "cross-origin", r.header.Get("Cross-Origin-Resource-Policy"), path)
		r = b.do(method, path, "", "Origin", "https://evil.example")
		assert.Empty(t, r.header.Get("Access-Control-Allow-Origin"), path)
		assert.Contains(t, r.header.Get("Content-Security-Policy"), "default-src 'none'", path)
	}
}

type panicking struct{ port.Sessions }

func (panicking) Find(context.Context, domain.SessionKey) (port.Found, error) { panic("a defect") }

func TestPanicIsADefectAndIsLogged(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.sessions = panicking{n.sessions} })
	r := cookieLines(h, []string{"session_id=" + strings.Repeat("A", 43)})
	r.refused(http.StatusInternalServerError, "internal_error")
	assert.NotContains(t, r.body, "a defect")
	lines := h.logs.lines(t, "request failed")
	require.Len(t, lines, 1)
	assert.Contains(t, lines[0]["err"], "a defect at latchkey/adapter/httpapi.panicking.Find:")
	assert.NotContains(t, lines[0]["err"], ".go:", "no file")
	require.Len(t, h.logs.lines(t, "request"), 1)
	assert.InDelta(t, 500, h.logs.lines(t, "request")[0]["status"], 0)
}

func TestPanicAfterTheAnswerBeganBreaksItOff(t *testing.T) {
	h := newHouse(t, func(n *needs) {
		n.StandinHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "half")
			panic("a defect")
		})
	})
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() { h.visitor().get("/dev/google/x") })
	assert.Len(t, h.logs.lines(t, "request failed"), 1)
	assert.Len(t, h.logs.lines(t, "request"), 1)
}

// A client that hung up gets no answer, and nobody is told that something failed.
func TestClientThatHungUpIsNobodysFault(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := newRequest("GET", "/api/user", "").WithContext(ctx)
	r.Header.Set("Cookie", "session_id="+b.cookies["session_id"])
	answer := b.send(r).done(statusClientGone)
	assert.Empty(t, answer.body)
	assert.Empty(t, h.logs.lines(t, "request failed"))
	lines := h.logs.lines(t, "request")
	assert.InDelta(t, statusClientGone, lines[len(lines)-1]["status"], 0)
}

func TestOutagesAreNeitherDefectsNorRefusals(t *testing.T) {
	tests := map[string]struct {
		err        error
		wantStatus int
		wantCode   string
		wantLog    string
	}{
		"unavailable":          {fmt.Errorf("select session: %w", domain.ErrUnavailable), 503, "unavailable", "something needed can't be reached"},
		"a defect":             {errors.New("select session: no column"), 500, "internal_error", "request failed"},
		"cancelled by nobody":  {context.Canceled, 500, "internal_error", "request failed"},
		"someone's time is up": {context.DeadlineExceeded, 500, "internal_error", "request failed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, func(n *needs) { n.sessions = awaySessions{n.sessions, tt.err} })
			r := cookieLines(h, []string{"session_id=" + strings.Repeat("A", 43)})
			r.refused(tt.wantStatus, tt.wantCode)
			assert.Empty(t, r.setCookies())
			assert.Equal(t, tt.wantStatus == 503, r.header.Get("Retry-After") != "")
			assert.NotContains(t, r.body, "select")
			assert.Len(t, h.logs.lines(t, tt.wantLog), 1)
		})
	}
}

func TestWaitingTooLongIsAnOutage(t *testing.T) {
	h := newHouse(t)
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	r := newRequest("POST", "/api/login", loginBody(h.credential("ada@gmail.com"))).WithContext(ctx)
	h.visitor().send(r).refused(http.StatusServiceUnavailable, "unavailable")
	x := &exchange{ResponseWriter: httptest.NewRecorder()}
	r = r.WithContext(context.WithValue(ctx, exchangeKey{}, x))
	problem := problems{discard()}.describe(r, fmt.Errorf("wait: %w", context.DeadlineExceeded))
	assert.Equal(t, "unavailable", problem.Code)
}

func TestRequestsAreLogged(t *testing.T) {
	var observed []string
	h := newHouse(t, func(n *needs) {
		n.Observe = func(method, route string, status int, took time.Duration) {
			observed = append(observed, fmt.Sprintf("%s %s %d %t", method, route, status, took > 0))
		}
	})
	b := h.user("ada@gmail.com")
	id := b.id()
	r := b.get("/api/customer/17/?token=secret-in-query")
	h.visitor().get("/anything?token=secret-in-query")
	h.visitor().get("/api/secret-in-path")
	h.visitor().do("SECRET", "/api/user", "")

	lines := h.logs.lines(t, "request")
	require.Len(t, lines, 6)
	line := lines[2]
	assert.Equal(t, "GET", line["method"])
	assert.Equal(t, "/api/customer/:id", line["route"])
	assert.InDelta(t, 404, line["status"], 0)
	assert.Equal(t, "not_found", line["code"])
	assert.InDelta(t, len(r.body), line["bytes"], 0)
	assert.Equal(t, "192.0.2.1", line["ip"])
	assert.Equal(t, id, line["user"])
	assert.Positive(t, line["took_ms"])
	assert.Equal(t, "page", lines[3]["route"])
	assert.Equal(t, "unmatched", lines[4]["route"])
	assert.NotContains(t, h.logs.String(), "secret")
	assert.NotContains(t, h.logs.String(), "SECRET")
	assert.Equal(t, []string{
		"POST /api/login 200 true", "GET /api/user 200 true", "GET /api/customer/:id 404 true", "GET page 200 true",
		"GET unmatched 404 true", "other unmatched 405 true",
	}, observed)
}

func TestRequestIDs(t *testing.T) {
	proxied := newHouse(t, func(n *needs) { n.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
	direct := newHouse(t)
	for id, kept := range map[string]bool{
		"abc-DEF_1.2": true, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false, "a b": false, "a\"b": false, "é": false, "": false,
	} {
		assert.Equal(t, kept, proxied.visitor().get("/healthz", "X-Request-ID", id).header.Get("X-Request-ID") == id, id)
		assert.NotEqual(t, id, direct.visitor().get("/healthz", "X-Request-ID", id).header.Get("X-Request-ID"))
	}
	own := direct.visitor().get("/healthz").header.Get("X-Request-ID")
	assert.Regexp(t, "^[a-z2-7]{26}$", own)
	assert.NotEqual(t, own, direct.visitor().get("/healthz").header.Get("X-Request-ID"))

	x := &exchange{requestID: "r1"}
	attrs := RequestAttrs(context.WithValue(t.Context(), exchangeKey{}, x))
	assert.Equal(t, "[request_id=r1]", fmt.Sprint(attrs))
	assert.Empty(t, RequestAttrs(t.Context()))
}

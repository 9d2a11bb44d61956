package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Whatever is behind a session refuses all the same without a usable one.
func TestEveryRouteRefusesWithoutAUsableSession(t *testing.T) {
	tests := map[string]struct {
		browser    func(h *house) *browser
		wantStatus int
		wantCode   string
	}{
		"nobody": {(*house).visitor, 401, "not_authenticated"},
		"expired": {func(h *house) *browser {
			b := h.admin()
			h.clock.advance(idle + time.Minute)
			return b
		}, 401, "session_expired"},
		"revoked": {func(h *house) *browser {
			b := h.admin()
			b.at(h).do("DELETE", "/api/me/sessions/"+b.sessionID(), "").done(http.StatusNoContent)
			return b
		}, 401, "session_revoked"},
		"replaced": {func(h *house) *browser {
			b, later := h.admin(), h.visitor()
			later.cookies["session_id"] = b.cookies["session_id"]
			later.post("/api/login", loginBody(h.credential("root@gmail.com"))).done(http.StatusOK)
			return b
		}, 401, "session_replaced"},
		"disabled": {func(h *house) *browser {
			b := h.admin()
			second := h.user("ada@gmail.com")
			b.do("PATCH", "/api/users/"+second.id(), `{"admin": true}`).done(http.StatusOK)
			second.do("PATCH", "/api/users/"+b.id(), `{"disabled": true}`).done(http.StatusOK)
			return b
		}, 403, "user_disabled"},
		"no database": {func(h *house) *browser {
			return h.admin().at(h.twin(func(n *needs) { n.sessions = awaySessions{n.sessions, domain.ErrUnavailable} }))
		}, 503, "unavailable"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := tt.browser(newHouse(t))
			for _, route := range apiRoutes(t) {
				if needsSession(route[1]) && route[0] != http.MethodHead {
					b.do(route[0], route[1], "").refused(tt.wantStatus, tt.wantCode)
				}
			}
		})
	}
}

func TestEveryBodyIsReadTheSame(t *testing.T) {
	h := newHouse(t)
	root := h.admin()
	root.post("/api/customer", grace).done(http.StatusCreated)
	for _, route := range [][2]string{
		{"POST", "/api/customer"}, {"PUT", "/api/customer/1"}, {"POST", "/api/users"}, {"PATCH", "/api/users/" + root.id()},
	} {
		root.do(route[0], route[1], `{"unknown": 1}`).refused(400, "malformed_request")
		root.do(route[0], route[1], `{}`+strings.Repeat(" ", 64<<10)).refused(413, "payload_too_large")
		root.do(route[0], route[1], `{}`, "Content-Type", "text/plain").refused(415, "unsupported_media_type")
		root.send(root.cutOff(route[0], route[1])).refused(408, "request_timeout")
	}
	r := root.send(root.cutOff("POST", "/api/login"))
	r.refused(408, "request_timeout")
	assert.Equal(t, "close", r.header.Get("Connection"))
	assert.NotContains(t, h.logs.String(), `"WARN"`, "the client's matter")
}

func TestSigningOutRefusals(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	deaf := h.twin(func(n *needs) { n.revocations = deafRevocations{} })
	away := h.twin(func(n *needs) { n.sessions = awaySessions{n.sessions, domain.ErrUnavailable} })
	b.post("/api/logout", "", "Origin", "https://evil.example").refused(403, "cross_origin")
	b.post("/api/logout", "", "Sec-Fetch-Site", "cross-site").refused(403, "cross_origin")
	for _, method := range []string{"GET", "POST"} {
		b.at(away).do(method, "/api/logout", "").refused(503, "unavailable")
		b.at(deaf).do(method, "/api/logout", "").refused(503, "unconfirmed")
	}
}

func TestBodyThatDoesNotArriveWhole(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	r := newRequest("POST", "/api/customer", grace)
	r.Header.Set("Cookie", "session_id="+b.cookies["session_id"])
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"name"`), iotest.ErrReader(errors.New("connection reset"))))
	h.visitor().send(r).refused(http.StatusBadRequest, "malformed_request")
}

// cutOff is a request whose body the server has given up waiting for.
func (b *browser) cutOff(method, path string) *http.Request {
	r := newRequest(method, path, grace)
	r.Header.Set("Cookie", "session_id="+b.cookies["session_id"])
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"name"`), iotest.ErrReader(os.ErrDeadlineExceeded)))
	return r
}

// slowBody arrives in its own time.
type slowBody struct {
	io.Reader
	takes time.Duration
}

func (b *slowBody) Read(p []byte) (int, error) {
	time.Sleep(b.takes)
	b.takes = 0
	return b.Reader.Read(p)
}

type stuckCustomers struct{ port.Customers }

func (stuckCustomers) Add(ctx context.Context, _ ...domain.Customer) ([]domain.Customer, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestSlowBodyIsNoOutage(t *testing.T) {
	slowly := func(b *browser) *reply {
		r := newRequest("POST", "/api/customer", grace)
		r.Header.Set("Cookie", "session_id="+b.cookies["session_id"])
		r.Body = io.NopCloser(&slowBody{r.Body, 2 * patience})
		return b.send(r)
	}
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		b := h.user("ada@gmail.com")
		slowly(b).done(http.StatusCreated)
		assert.NotContains(t, h.logs.String(), `"WARN"`)

		began := time.Now()
		stuck := b.at(h.twin(func(n *needs) { n.customers = stuckCustomers{n.customers} }))
		slowly(stuck).refused(http.StatusServiceUnavailable, "unavailable")
		assert.Equal(t, 3*patience, time.Since(began), "the patience begins when the body is there")
	})
}

func TestClientThatHangsUpWithinItsBody(t *testing.T) {
	ended := make(chan int, 1)
	h := newHouse(t, func(n *needs) {
		n.Observe = func(_, _ string, status int, _ time.Duration) { ended <- status }
	})
	server := httptest.NewServer(h.handler)
	t.Cleanup(server.Close)
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	_, err = connection.Write([]byte("POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"credential\": \""))
	require.NoError(t, err)
	require.NoError(t, connection.Close())

	assert.Less(t, <-ended, http.StatusInternalServerError)
	assert.Empty(t, h.logs.lines(t, "request failed"))
}

func TestClientThatIsCutOffWithinItsBodyIsToldSo(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.NoError(t, http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)))
		h.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	_, err = connection.Write([]byte("POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"credential\": \""))
	require.NoError(t, err)

	answer, err := io.ReadAll(connection)

	require.NoError(t, err, "the server ends the connection")
	assert.Contains(t, string(answer), "HTTP/1.1 408 Request Timeout\r\n")
	assert.Contains(t, string(answer), "Connection: close\r\n")
	assert.Contains(t, string(answer), `"code":"request_timeout"`)
	assert.NotContains(t, h.logs.String(), `"WARN"`)
}

func TestAnswersCanBeFlushed(t *testing.T) {
	arrived := make(chan struct{})
	h := newHouse(t, func(n *needs) {
		n.StandinHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "first")
			assert.NoError(t, http.NewResponseController(w).Flush())
			assert.NoError(t, http.NewResponseController(w).SetWriteDeadline(time.Time{}))
			<-arrived
		})
	})
	server := httptest.NewServer(h.handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/dev/google/stream", nil)
	require.NoError(t, err)
	answer, err := server.Client().Do(r)
	require.NoError(t, err)
	first := make([]byte, 5)
	_, err = io.ReadFull(answer.Body, first)
	require.NoError(t, err)
	close(arrived)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, "first", string(first))
}

func TestEveryKindHasItsStatus(t *testing.T) {
	kinds := map[domain.Kind]int{
		domain.KindInvalid: 400, domain.KindUnauthenticated: 401, domain.KindForbidden: 403, domain.KindNotFound: 404,
		domain.KindConflict: 409, domain.KindStale: 412, domain.KindFields: 422, domain.KindLimited: 429, domain.KindUnavailable: 503, 0: 500,
	}
	for kind, want := range kinds {
		assert.Equal(t, want, status(kind))
	}
}

func TestHandlerNeedsAReadablePage(t *testing.T) {
	o := webOptions()
	o.Page = brokenFS{aBuild()}
	_, err := NewHandler(o, UseCases{}, discard(), entropy(), epoch)
	assert.Error(t, err)
}

func TestNonceCookieUnderHTTPS(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.PublicURL = "https://app.example.com" })
	r := h.visitor().get("/api/login/nonce").done(http.StatusOK)
	assert.Equal(t, []string{
		"__Host-login_nonce=" + r.string("nonce") + "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=None",
	}, r.setCookies())
}

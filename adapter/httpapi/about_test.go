package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestConfig(t *testing.T) {
	h := newHouse(t, func(n *needs) {
		n.GoogleClientID, n.GISURL, n.Version = "standin.localhost", "/dev/google/gsi/client", "1.2.3"
	})
	assert.JSONEq(t, `{"google_client_id": "standin.localhost", "gis_url": "/dev/google/gsi/client", "standin": true, "version": "1.2.3"}`,
		h.visitor().get("/api/config/").done(http.StatusOK).body)
}

func TestEnv(t *testing.T) {
	h := newHouse(t, func(n *needs) {
		n.Settings = []Setting{{"LATCHKEY_ADDR", "127.0.0.1:8080", "default", "listen address"}}
	})
	assert.JSONEq(t, `{"results": [{"name": "LATCHKEY_ADDR", "value": "127.0.0.1:8080", "source": "default", "description": "listen address"}],
		"next_cursor": null}`, h.admin().get("/api/env/").done(http.StatusOK).body)
}

func TestDebugHeaders(t *testing.T) {
	h := newHouse(t)
	root := h.admin()
	root.cookies["theme"] = "secret-theme"
	r := root.get("/api/debug_headers/?x=1", "Authorization", "Bearer secret-bearer", "Proxy-Authorization", "Basic secret-basic",
		"Cookie", "lonely-secret; a=b=secret-c", "X-Custom", "one", "X-Custom", "two",
		"X-Amzn-Oidc-Accesstoken", "secret-a", "x-jwt-claims", "secret-b", "Client-SECRET", "secret-c", "X-Api-Key", "secret-d",
		"X-Auth-Request-Email", "secret-e", "Set-Cookie2", "secret-f", "X-Password", "secret-g", "Cf-Access-Jwt-Assertion", "secret-h",
		"Saml-Assertion", "secret-i", "X-Two-Tokens", "secret-j", "X-Two-Tokens", "secret-k",
		"Referer", "https://a.example/page?code=secret-l?secret-m").done(http.StatusOK)
	seen := r.json()
	headers := seen.object("headers").fields
	assert.NotContains(t, r.body, "secret-")
	assert.Equal(t, []any{"one", "two"}, headers["X-Custom"])
	assert.Equal(t, []any{"[hidden]"}, headers["Authorization"])
	assert.Equal(t, []any{"[hidden]", "[hidden]"}, headers["X-Two-Tokens"])
	assert.Equal(t, []any{"https://a.example/page?[hidden]"}, headers["Referer"])
	assert.Equal(t, []any{"https://a.example/page"}, root.get("/api/debug_headers", "Referer", "https://a.example/page").object("headers").fields["Referer"])
	assert.Equal(t, []any{"session_id=[hidden]", "theme=[hidden]", " =[hidden]; a=[hidden]"}, headers["Cookie"])
	assert.Equal(t, []string{"GET", "/api/debug_headers", "HTTP/1.1", "example.com", "192.0.2.1:1234", "192.0.2.1"}, []string{
		seen.string("method"), seen.string("path"), seen.string("proto"), seen.string("host"), seen.string("remote_addr"), seen.string("client_ip"),
	})
}

func TestHealth(t *testing.T) {
	var down error
	h := newHouse(t, func(n *needs) {
		n.Ready = []Check{
			{"database", func(context.Context) error { return nil }},
			{"keys", func(context.Context) error { return down }},
			{"feed", func(context.Context) error { return down }},
		}
	})
	b := h.visitor()
	for _, slash := range []string{"", "/"} {
		assert.JSONEq(t, `{"status": "ok"}`, b.get("/healthz"+slash).done(http.StatusOK).body)
		assert.JSONEq(t, `{"status": "ok", "parts": {"database": "ok", "keys": "ok", "feed": "ok"}}`, b.get("/readyz"+slash).done(http.StatusOK).body)
	}
	down = errors.New("dial tcp db.internal:5432: refused")
	r := b.get("/readyz")
	problem := r.refused(http.StatusServiceUnavailable, "unavailable")
	assert.Equal(t, "Not ready: feed, keys.", problem.string("detail"))
	assert.Equal(t, map[string]any{"database": "ok", "keys": "unavailable", "feed": "unavailable"}, problem.object("parts").fields)
	assert.NotContains(t, r.body, "db.internal")
	assert.NotEmpty(t, r.header.Get("Retry-After"))
	warnings := h.logs.lines(t, "something needed can't be reached")
	require.Len(t, warnings, 1)
	assert.Equal(t, "not ready: feed: dial tcp db.internal:5432: refused; keys: dial tcp db.internal:5432: refused", warnings[0]["err"])
	assert.Equal(t, 1, strings.Count(h.logs.String(), `"WARN"`), "one for each probe")
	b.get("/healthz").done(http.StatusOK)
}

func TestClientAddress(t *testing.T) {
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	tests := map[string]struct {
		remote    string
		forwarded []string
		want      string
		byProxy   bool
	}{
		"no proxy":                   {"192.0.2.1:1234", nil, "192.0.2.1", false},
		"a stranger's word":          {"192.0.2.1:1234", []string{"198.51.100.7"}, "192.0.2.1", false},
		"a proxy that says nothing":  {"10.0.0.1:1234", nil, "10.0.0.1", true},
		"a proxy":                    {"10.0.0.1:1234", []string{"198.51.100.7"}, "198.51.100.7", true},
		"two proxies":                {"10.0.0.1:1234", []string{"198.51.100.7, 10.0.0.2"}, "198.51.100.7", true},
		"proxies all the way":        {"10.0.0.1:1234", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3", true},
		"the client lies":            {"10.0.0.1:1234", []string{"10.9.9.9, 203.0.113.9, 198.51.100.7"}, "198.51.100.7", true},
		"the client's line is older": {"10.0.0.1:1234", []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7", true},
		"junk":                       {"10.0.0.1:1234", []string{"junk"}, "10.0.0.1", true},
		"junk before a proxy":        {"10.0.0.1:1234", []string{"198.51.100.7, junk, 10.0.0.2"}, "10.0.0.2", true},
		"an address with a port":     {"10.0.0.1:1234", []string{"198.51.100.7:4711"}, "198.51.100.7", true},
		"IPv6":                       {"[fd00::1]:1234", []string{"2001:DB8::7"}, "2001:db8::7", true},
		"IPv6 in brackets":           {"[fd00::1]:1234", []string{"[2001:db8::7]"}, "2001:db8::7", true},
		"IPv6 with a port":           {"[fd00::1]:1234", []string{"[2001:db8::7]:4711"}, "2001:db8::7", true},
		"IPv4 as IPv6":               {"[::ffff:10.0.0.1]:1234", []string{"::ffff:198.51.100.7"}, "198.51.100.7", true},
		"no address":                 {"@", []string{"198.51.100.7"}, "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRequest("GET", "/", "")
			r.RemoteAddr = tt.remote
			for _, line := range tt.forwarded {
				r.Header.Add("X-Forwarded-For", line)
			}
			ip, byProxy := trusted.client(r)
			assert.Equal(t, tt.want, ip)
			assert.Equal(t, tt.byProxy, byProxy)
		})
	}
}

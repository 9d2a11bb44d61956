package googlestandin_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"latchkey/adapter/googlestandin"
)

func TestPages(t *testing.T) {
	// What stands in front may have set the headers of the app.
	standin := googlestandin.New(options(t))
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
		standin.ServeHTTP(w, r)
	})
	tests := map[string]struct{ path, kind, want string }{
		"script":    {"gsi/client", "text/javascript; charset=utf-8", "google"},
		"button":    {"gsi/button?origin=" + allowed, "text/html; charset=utf-8", "Sign in with Google"},
		"chooser":   {"gsi/select?mode=popup&origin=" + allowed, "text/html; charset=utf-8", "to continue to <strong>localhost:3000</strong>"},
		"redirect":  {"gsi/select?mode=redirect&origin=" + public + "&login_uri=" + public + "/api/login", "text/html; charset=utf-8", `data-login-uri="http://localhost:8080/api/login"`},
		"One Tap":   {"gsi/onetap?mode=onetap&origin=" + public, "text/html; charset=utf-8", "ada@example.com"},
		"index":     {"", "text/html; charset=utf-8", "twin_signature"},
		"style":     {"assets/frame.css", "text/css; charset=utf-8", "color-scheme"},
		"scripts":   {"assets/select.js", "text/javascript; charset=utf-8", "postMessage"},
		"a slash":   {"gsi/client/", "text/javascript; charset=utf-8", "google"},
		"scripts 2": {"assets/button.js", "text/javascript; charset=utf-8", "postMessage"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			response := asked(t, h, http.MethodGet, "/dev/google/"+tt.path, "")
			body := text(t, response)
			assert.Equal(t, http.StatusOK, response.StatusCode)
			assert.Equal(t, tt.kind, response.Header.Get("Content-Type"))
			assert.Contains(t, body, tt.want)
			assert.NotContains(t, body, "style=", "the policy forbids it")
			assert.Empty(t, response.Header.Values("Cross-Origin-Opener-Policy"))
			assert.Empty(t, response.Header.Values("X-Frame-Options"))
			assert.Equal(t, "cross-origin", response.Header.Get("Cross-Origin-Resource-Policy"))
			assert.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"))
			policy := response.Header.Get("Content-Security-Policy")
			assert.Contains(t, policy, "default-src 'none'")
			assert.Contains(t, policy, "frame-ancestors 'self' http://localhost:8080 http://localhost:3000")
			assert.NotContains(t, policy, "unsafe")
		})
	}
}

func TestPagesOfUnknownOriginsGetNothing(t *testing.T) {
	h := googlestandin.New(options(t))
	for name, query := range map[string]string{
		"no origin":                "",
		"another origin":           "origin=http://evil.example",
		"another scheme":           "origin=https://localhost:3000",
		"an origin and more":       "origin=http://localhost:3000/x",
		"markup":                   "origin=" + url.QueryEscape(`"><script>alert(1)</script>`),
		"a login_uri elsewhere":    "origin=" + public + "&login_uri=http://evil.example/login",
		"a login_uri that is none": "origin=" + public + "&login_uri=" + url.QueryEscape("javascript:alert(1)"),
		"a login_uri with a name":  "origin=" + public + "&login_uri=http://localhost:8080@evil.example/",
	} {
		for _, page := range []string{"select", "onetap", "button"} {
			response := asked(t, h, http.MethodGet, "/dev/google/gsi/"+page+"?"+query, "")
			body := text(t, response)
			assert.Equal(t, http.StatusBadRequest, response.StatusCode, name)
			assert.Contains(t, body, "LATCHKEY_ALLOWED_ORIGINS", name)
			assert.NotContains(t, body, "ada@example.com", name)
			assert.NotContains(t, body, "<script>alert", name)
		}
	}
	t.Run("the next page gets its own again", func(t *testing.T) {
		response := asked(t, h, http.MethodGet, "/dev/google/gsi/select?origin="+allowed, "")
		assert.Contains(t, text(t, response), "Choose an account")
	})
	t.Run("a page of the host that was asked is at home", func(t *testing.T) {
		response := asked(t, h, http.MethodGet, "/dev/google/gsi/select?origin=http://127.0.0.1:8080", "", "Host", "127.0.0.1:8080")
		assert.Equal(t, http.StatusOK, response.StatusCode)
	})
}

func TestAssetsAreAskedForAgainButSentOnce(t *testing.T) {
	h := googlestandin.New(options(t))
	first := asked(t, h, http.MethodGet, "/dev/google/gsi/client", "")
	assert.Equal(t, "no-cache", first.Header.Get("Cache-Control"))

	second := asked(t, h, http.MethodGet, "/dev/google/gsi/client", "", "If-None-Match", first.Header.Get("ETag"))

	assert.Equal(t, http.StatusNotModified, second.StatusCode)
}

func TestAvatars(t *testing.T) {
	h := googlestandin.New(options(t))
	for name, status := range map[string]int{
		"AL-210.svg": 200, "A-0.svg": 200, "%E5%B1%B1-359.svg": 200, "%3F-1.svg": 200, "%3C%26-1.svg": 200,
		"AL.svg": 404, "AL-360.svg": 404, "AL--1.svg": 404, "-1.svg": 404, "ABC-1.svg": 404, "AL-210.png": 404, "AL-x.svg": 404,
	} {
		response := asked(t, h, http.MethodGet, "/dev/google/avatar/"+name, "")
		assert.Equal(t, status, response.StatusCode, name)
		if status == 200 {
			assert.NoError(t, xml.Unmarshal([]byte(text(t, response)), &struct{}{}), "markup in the letters is text: %s", name)
		}
	}
}

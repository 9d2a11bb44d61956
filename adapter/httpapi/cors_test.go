package httpapi

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// guarded is the chain that stands before every handler, with secureHeaders round it.
func guarded(o Options, handler http.HandlerFunc) http.Handler {
	p := problems{slog.New(slog.DiscardHandler)}
	rec := &recorder{problems: p, log: p.log, entropy: func() [32]byte { return [32]byte{} }, clock: epoch}
	return rec.around(secureHeaders(o)(crossOrigin(o, p)(handler)))
}

func epoch() time.Time { return time.Time{} }

func corsHeaders(h http.Header) map[string]string {
	found := map[string]string{}
	for _, name := range []string{
		"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers",
		"Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age",
	} {
		if value := h.Get(name); value != "" {
			found[name] = value
		}
	}
	return found
}

// foreignOrigins resemble the allowed http://localhost:3000 and https://spa.example, or ours.
var foreignOrigins = map[string]string{
	"a stranger":            "https://evil.example",
	"null":                  "null",
	"empty":                 "",
	"another scheme":        "https://localhost:3000",
	"another scheme, other": "http://spa.example",
	"another port":          "http://localhost:3001",
	"no port":               "http://localhost",
	"the default port":      "https://spa.example:443",
	"a subdomain":           "https://a.spa.example",
	"a parent":              "https://example",
	"a longer name":         "https://spa.example.evil.test",
	"a longer start":        "https://evilspa.example",
	"in capitals":           "HTTPS://SPA.EXAMPLE",
	"with a slash":          "http://localhost:3000/",
	"with a user":           "http://localhost:3000@evil.example",
	"two in one":            "http://localhost:3000 https://evil.example",
	"a list":                "http://localhost:3000, https://evil.example",
	"any":                   "*",
	"ours by https":         "https://localhost:8080",
	"Google":                "https://accounts.google.com",
}

func TestCORSIsForAllowedOriginsOnEveryAnswer(t *testing.T) {
	wanted := func(origin string) map[string]string {
		return map[string]string{
			"Access-Control-Allow-Origin":      origin,
			"Access-Control-Allow-Credentials": "true",
			"Access-Control-Expose-Headers":    "ETag, Location, Retry-After, X-Request-ID",
		}
	}
	for name, handler := range map[string]http.HandlerFunc{
		"success":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
		"refusal":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"not found": http.NotFound,
		"panic":     func(http.ResponseWriter, *http.Request) { panic("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			h := guarded(webOptions(), handler)
			for _, method := range []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS"} {
				for _, origin := range []string{"http://localhost:3000", "https://spa.example"} {
					answer := ask(h, method, "/api/user", "Origin", origin)

					assert.Equal(t, wanted(origin), corsHeaders(answer.Header), method)
					assert.Equal(t, "cross-origin", answer.Header.Get("Cross-Origin-Resource-Policy"), method)
					assert.Contains(t, answer.Header.Values("Vary"), "Origin", method)
				}
			}
		})
	}
}

func TestCORSIsForNobodyElse(t *testing.T) {
	h := guarded(webOptions(), nothing)
	for name, origin := range foreignOrigins {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			answer := ask(h, method, "/api/user", "Origin", origin, "Access-Control-Request-Method", "POST")

			assert.Empty(t, corsHeaders(answer.Header), "%s by %s", method, name)
			assert.Equal(t, "same-origin", answer.Header.Get("Cross-Origin-Resource-Policy"), name)
			assert.Equal(t, []string{"Origin"}, answer.Header.Values("Vary"), name)
		}
	}
	without := ask(h, http.MethodGet, "/api/user")
	assert.Empty(t, corsHeaders(without.Header))
	assert.Equal(t, []string{"Origin"}, without.Header.Values("Vary"), "caches must know that Origin counts")

	ours := ask(h, http.MethodGet, "/api/user", "Origin", publicOrigin)
	assert.Empty(t, corsHeaders(ours.Header), "our own pages need none")

	twice := ask(h, http.MethodGet, "/api/user", "Origin", allowedOrigin, "Origin", "https://evil.example")
	assert.Empty(t, corsHeaders(twice.Header), "two Origin lines")
}

func TestPreflightOfAnAllowedOriginIsAnsweredAtOnce(t *testing.T) {
	h := guarded(webOptions(), func(http.ResponseWriter, *http.Request) { t.Error("the handler was asked") })

	answer := ask(h, http.MethodOptions, "/api/customer/7",
		"Origin", allowedOrigin, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "if-match,latchkey-user")

	assert.Equal(t, http.StatusNoContent, answer.StatusCode)
	assert.Equal(t, map[string]string{
		"Access-Control-Allow-Origin":      allowedOrigin,
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Expose-Headers":    "ETag, Location, Retry-After, X-Request-ID",
		"Access-Control-Allow-Methods":     "GET, HEAD, POST, PUT, PATCH, DELETE",
		"Access-Control-Allow-Headers":     "Content-Type, If-Match, Latchkey-User, X-Request-ID",
		"Access-Control-Max-Age":           "7200",
	}, corsHeaders(answer.Header))
	assert.Equal(t, []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"}, answer.Header.Values("Vary"))
}

func TestOtherOPTIONSReachTheHandler(t *testing.T) {
	teapot := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }
	for name, headers := range map[string][]string{
		"no preflight":        {"Origin", allowedOrigin},
		"a foreign preflight": {"Origin", "https://evil.example", "Access-Control-Request-Method", "PUT"},
		"no page":             {},
	} {
		answer := ask(guarded(webOptions(), teapot), http.MethodOptions, "/api/user", headers...)
		assert.Equal(t, http.StatusTeapot, answer.StatusCode, name)
	}
}

func TestForeignPagesDoNotWrite(t *testing.T) {
	tests := map[string][]string{
		"cross-site, no origin":             {"Sec-Fetch-Site", "cross-site"},
		"same-site, no origin":              {"Sec-Fetch-Site", "same-site"},
		"cross-site, another name's origin": {"Sec-Fetch-Site", "cross-site", "Origin", "http://example.com"},
		"two origins":                       {"Origin", allowedOrigin, "Origin", "https://evil.example"},
		"another name's origin and more":    {"Origin", "http://example.com", "Origin", "https://evil.example"},
		"the same origin twice":             {"Origin", publicOrigin, "Origin", publicOrigin},
	}
	for name, origin := range foreignOrigins {
		tests[name] = []string{"Origin", origin}
		tests[name+", posing as same-origin"] = []string{"Origin", origin, "Sec-Fetch-Site", "same-origin"}
		tests[name+", cross-site"] = []string{"Origin", origin, "Sec-Fetch-Site", "cross-site"}
	}
	h := guarded(webOptions(), func(http.ResponseWriter, *http.Request) { t.Error("the handler was asked") })
	for name, headers := range tests {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "BREW"} {
				answer := ask(h, method, "/api/customer", headers...)

				require.Equal(t, http.StatusForbidden, answer.StatusCode)
				require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
				var problem Problem
				require.NoError(t, json.Unmarshal([]byte(text(t, answer)), &problem))
				assert.Equal(t, "cross_origin", problem.Code)
				assert.NotEmpty(t, problem.RequestID)
			}
		})
	}
}

func TestOwnAndAllowedPagesAndProgramsWrite(t *testing.T) {
	tests := map[string][]string{
		"a program":                    {},
		"the app":                      {"Origin", publicOrigin, "Sec-Fetch-Site", "same-origin"},
		"the app, old browser":         {"Origin", publicOrigin},
		"the app, no origin":           {"Sec-Fetch-Site", "same-origin"},
		"the address bar":              {"Sec-Fetch-Site", "none"},
		"another name of the server":   {"Origin", "http://example.com", "Sec-Fetch-Site", "same-origin"}, // httptest's Host
		"another name, old browser":    {"Origin", "http://example.com"},
		"an allowed page":              {"Origin", allowedOrigin, "Sec-Fetch-Site", "same-site"},
		"an allowed page of elsewhere": {"Origin", "https://spa.example", "Sec-Fetch-Site", "cross-site"},
		"behind a proxy of the page's": {"Origin", allowedOrigin, "Sec-Fetch-Site", "same-origin"},
	}
	for name, headers := range tests {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
				assert.Equal(t, http.StatusOK, ask(guarded(webOptions(), nothing), method, "/api/customer", headers...).StatusCode, method)
			}
		})
	}
}

func TestPagesThatCameOverHTTPDoNotWriteToHTTPS(t *testing.T) {
	o := webOptions()
	o.PublicURL = "https://example.com" // httptest's Host
	h := guarded(o, nothing)

	assert.Equal(t, http.StatusForbidden, ask(h, "POST", "/api/customer", "Origin", "http://example.com").StatusCode)
	assert.Equal(t, http.StatusForbidden, ask(h, "POST", "/api/customer", "Origin", "http://example.com", "Sec-Fetch-Site", "cross-site").StatusCode)
	assert.Equal(t, http.StatusOK, ask(h, "POST", "/api/customer", "Origin", "https://example.com").StatusCode)
}

func TestOnlyAFormForTheSignInPassesToItsOwnGuard(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	tests := map[string]struct {
		method, path, contentType string
		passes                    bool
	}{
		"the form":            {"POST", "/api/login", form, true},
		"with a slash":        {"POST", "/api/login/", form, true},
		"with a charset":      {"POST", "/api/login", form + "; charset=utf-8", true},
		"JSON":                {"POST", "/api/login", "application/json", false},
		"text":                {"POST", "/api/login", "text/plain", false},
		"a file form":         {"POST", "/api/login", "multipart/form-data; boundary=x", false},
		"nothing said":        {"POST", "/api/login", "", false},
		"another method":      {"PUT", "/api/login", form, false},
		"another path":        {"POST", "/api/logout", form, false},
		"a path below":        {"POST", "/api/login/link", form, false},
		"a path that ends so": {"POST", "/x/api/login", form, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answer := ask(guarded(webOptions(), nothing), tt.method, tt.path, "Content-Type", tt.contentType,
				"Origin", "https://accounts.google.com", "Sec-Fetch-Site", "cross-site")

			assert.Equal(t, tt.passes, answer.StatusCode == http.StatusOK)
			assert.Empty(t, corsHeaders(answer.Header), "passing is not reading")
		})
	}
}

func TestReadingIsNobodysWrite(t *testing.T) {
	for _, method := range []string{"GET", "HEAD"} {
		answer := ask(guarded(webOptions(), nothing), method, "/api/user", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		assert.Equal(t, http.StatusOK, answer.StatusCode, method)
	}
}

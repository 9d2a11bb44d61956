package httpapi

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	publicOrigin  = "http://localhost:8080"
	allowedOrigin = "http://localhost:3000"
)

func webOptions() Options {
	return Options{
		PublicURL:      publicOrigin,
		AllowedOrigins: []string{allowedOrigin, "https://spa.example"},
		Standin:        true,
		Swagger:        true,
		Page: fstest.MapFS{"index.html": &fstest.MapFile{Data: []byte(
			"<!doctype html><head><script>theme()</script><script src=\"/a.js\"></script></head>" +
				"<body>text<script type=\"module\">\n\tstart('<b>');\n</script></body>")}},
	}
}

// nothing answers 200 without a header of its own.
var nothing = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })

func headersOf(o Options, path string) http.Header {
	return ask(secureHeaders(o)(nothing), http.MethodGet, path).Header
}

func TestHeadersGoByThePath(t *testing.T) {
	const (
		api     = "api"
		app     = "app"
		swagger = "swagger"
		standin = "standin"
	)
	everywhere := map[string]string{"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": ""}
	profiles := map[string]map[string]string{
		api: {
			"Cache-Control":                "no-store",
			"Content-Security-Policy":      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "",
			"Permissions-Policy":           "",
			"Referrer-Policy":              "strict-origin-when-cross-origin",
		},
		app: {
			"Cache-Control":                "",
			"Cross-Origin-Resource-Policy": "",
			"Cross-Origin-Opener-Policy":   "same-origin-allow-popups",
			"Permissions-Policy":           "identity-credentials-get=(self)",
			"Referrer-Policy":              "strict-origin-when-cross-origin",
		},
		standin: {
			"Cache-Control":                "",
			"Content-Security-Policy":      "",
			"Cross-Origin-Resource-Policy": "",
			"Cross-Origin-Opener-Policy":   "",
			"Permissions-Policy":           "",
			"Referrer-Policy":              "",
		},
	}
	profiles[swagger] = profiles[app]

	off := webOptions()
	off.Standin, off.Swagger = false, false

	tests := map[string]struct {
		o       Options
		profile string
		paths   []string
	}{
		"the API":                {webOptions(), api, []string{"/api", "/api/", "/api/user", "/api/customer/7", "/api/nope.js", "/healthz", "/readyz"}},
		"the app":                {webOptions(), app, []string{"/", "/index.html", "/customers", "/apiary", "/healthzy", "/swaggered", "/docs2", "/dev", "/dev/googles", "/_app/immutable/x.js", "/API/user"}},
		"Swagger":                {webOptions(), swagger, []string{"/swagger", "/swagger/", "/swagger/index.html", "/swagger/doc.json", "/swagger/a/b", "/docs", "/docs/"}},
		"the stand-in":           {webOptions(), standin, []string{"/dev/google", "/dev/google/", "/dev/google/gsi/client", "/dev/google/certs"}},
		"what is off is the app": {off, app, []string{"/swagger", "/swagger/index.html", "/docs", "/dev/google/gsi/client"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, path := range tt.paths {
				h := headersOf(tt.o, path)

				for _, wanted := range []map[string]string{everywhere, profiles[tt.profile]} {
					for header, value := range wanted {
						assert.Equal(t, value, h.Get(header), "%s of %s", header, path)
					}
				}
				script := directive(t, h, "script-src")
				assert.Equal(t, tt.profile == app, strings.Contains(script, "'sha256-"), "inline scripts of %s: %s", path, script)
				style := directive(t, h, "style-src")
				assert.Equal(t, tt.profile == swagger, strings.Contains(style, "'unsafe-hashes'"), "inline styles of %s: %s", path, style)
			}
		})
	}
}

func TestHandlersMayReplaceHeaders(t *testing.T) {
	own := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'self'")
	})

	answer := ask(secureHeaders(webOptions())(own), http.MethodGet, "/")

	assert.Equal(t, []string{"frame-ancestors 'self'"}, answer.Header.Values("Content-Security-Policy"))
}

func TestHTTPSIsInsistedOn(t *testing.T) {
	o := webOptions()
	o.PublicURL = "https://app.example"
	for _, path := range []string{"/", "/api/user", "/swagger/index.html", "/dev/google/certs", "/healthz"} {
		assert.Equal(t, "max-age=63072000; includeSubDomains", headersOf(o, path).Get("Strict-Transport-Security"), path)
	}
}

func TestPolicyOfThePages(t *testing.T) {
	withStandin, withGoogle := webOptions(), webOptions()
	withGoogle.Standin = false
	const standin = " http://localhost:8080/dev/google/"

	for _, path := range []string{"/", "/swagger/index.html"} {
		tests := map[string]struct {
			o    Options
			want map[string]string
		}{
			"Google's button": {withGoogle, map[string]string{
				"default-src":     "'none'",
				"img-src":         "'self' data: https://*.googleusercontent.com",
				"connect-src":     "'self' https://accounts.google.com/gsi/",
				"frame-src":       "https://accounts.google.com/gsi/",
				"object-src":      "'none'",
				"base-uri":        "'none'",
				"form-action":     "'self'",
				"frame-ancestors": "'none'",
			}},
			"the stand-in's": {withStandin, map[string]string{
				"default-src":     "'none'",
				"img-src":         "'self' data: https://*.googleusercontent.com" + standin,
				"connect-src":     "'self' https://accounts.google.com/gsi/" + standin,
				"frame-src":       "https://accounts.google.com/gsi/ 'self'" + standin,
				"object-src":      "'none'",
				"base-uri":        "'none'",
				"form-action":     "'self'",
				"frame-ancestors": "'none'",
			}},
		}
		for name, tt := range tests {
			t.Run(name+" on "+path, func(t *testing.T) {
				h := headersOf(tt.o, path)
				for name, value := range tt.want {
					assert.Equal(t, value, directive(t, h, name), name)
				}
				assert.Contains(t, directive(t, h, "script-src"), "'self' https://accounts.google.com/gsi/client")
				assert.Contains(t, directive(t, h, "style-src"), "'self' https://accounts.google.com/gsi/style")
				assert.NotContains(t, h.Get("Content-Security-Policy"), "unsafe-inline")
				assert.NotContains(t, h.Get("Content-Security-Policy"), "unsafe-eval")
			})
		}
	}
}

func TestInlineScriptsAreHashed(t *testing.T) {
	hash := func(script string) string { return sourceHash([]byte(script)) }
	// What `printf 'theme()' | openssl dgst -sha256 -binary | base64` gives.
	require.Equal(t, "'sha256-Rfr3GgHZFiXm+TmNr+li+0sZ4J9FGllo8jsXcJF5XZ8='", hash("theme()"))

	tests := map[string]struct {
		page string
		want []string
	}{
		"none":                      {"<p>theme()</p>", nil},
		"one":                       {"<script>theme()</script>", []string{hash("theme()")}},
		"to the byte":               {"<script>\n a < b && c(\"</p>\") \n</script>", []string{hash("\n a < b && c(\"</p>\") \n")}},
		"in capitals, with a type":  {`<SCRIPT type="module" nonce=">">theme()</SCRIPT >`, []string{hash("theme()")}},
		"not what has a source":     {`<script src="a.js">theme()</script>`, nil},
		"not what follows a script": {"<script></script>theme()", nil},
		"not what is a comment":     {"<!-- <script>theme()</script> -->", nil},
		"each":                      {"<script>a()</script><p>b</p><script>c()</script>", []string{hash("a()"), hash("c()")}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dist := fstest.MapFS{"index.html": &fstest.MapFile{Data: []byte(tt.page)}}
			assert.Equal(t, tt.want, inlineScripts(dist))
		})
	}
	assert.Empty(t, inlineScripts(fstest.MapFS{}), "before the first build")
	assert.Empty(t, inlineScripts(nil), "without pages")
}

func TestPolicyAllowsThePagesOwnScripts(t *testing.T) {
	script := directive(t, headersOf(webOptions(), "/customers"), "script-src")

	assert.Contains(t, script, sourceHash([]byte("theme()")))
	assert.Contains(t, script, sourceHash([]byte("\n\tstart('<b>');\n")))
	assert.Len(t, regexp.MustCompile("'sha256-").FindAllString(script, -1), 2)
}

// directive returns what the policy says under the name; empty where it says nothing.
func directive(t *testing.T, h http.Header, name string) string {
	t.Helper()
	require.LessOrEqual(t, len(h.Values("Content-Security-Policy")), 1)
	for part := range strings.SplitSeq(h.Get("Content-Security-Policy"), "; ") {
		if sources, ok := strings.CutPrefix(part, name+" "); ok {
			return sources
		}
	}
	return ""
}

package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

const (
	standinPrefix  = "/dev/google/" // where the stand-in for Google lies
	resourcePolicy = "Cross-Origin-Resource-Policy"
)

// headerProfile is the headers that every answer under some paths starts with; a handler
// may still replace them.
type headerProfile struct {
	covers  func(path string) bool
	headers map[string]string
}

// headerProfiles is the one table of security headers; of several that cover a path, the
// first counts.
func headerProfiles(o Options) []headerProfile {
	const (
		referrer = "strict-origin-when-cross-origin"
		popups   = "same-origin-allow-popups" // Google's sign-in opens one and hears from it
	)
	return []headerProfile{
		{
			covers: under("/api", "/healthz", "/readyz"),
			headers: map[string]string{
				"Cache-Control":           "no-store",
				"Content-Security-Policy": apiPolicy,
				resourcePolicy:            "same-origin", // crossOrigin lifts it for allowed origins
				"Referrer-Policy":         referrer,
			},
		},
		{
			// The stand-in sets its own: it is framed by other pages and must hear from them.
			covers: where(o.Standin, under(strings.TrimSuffix(standinPrefix, "/"))),
		},
		{
			covers: where(o.Swagger, under("/swagger", "/docs")),
			headers: map[string]string{
				"Content-Security-Policy":    pagePolicy(o, nil, swaggerStyles()),
				"Cross-Origin-Opener-Policy": popups,
				"Permissions-Policy":         "identity-credentials-get=(self)",
				"Referrer-Policy":            referrer,
			},
		},
		{
			covers: func(string) bool { return true },
			headers: map[string]string{
				"Content-Security-Policy":    pagePolicy(o, inlineScripts(o.Page), nil),
				"Cross-Origin-Opener-Policy": popups,
				"Permissions-Policy":         "identity-credentials-get=(self)",
				"Referrer-Policy":            referrer,
			},
		},
	}
}

// secureHeaders puts the headers of the path's profile on every answer. The page's inline
// scripts are hashed here, once.
func secureHeaders(o Options) func(http.Handler) http.Handler {
	profiles := headerProfiles(o)
	secure := strings.HasPrefix(o.PublicURL, "https://")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("X-Content-Type-Options", "nosniff")
			if secure {
				h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
			}
			for _, profile := range profiles {
				if !profile.covers(r.URL.Path) {
					continue
				}
				for name, value := range profile.headers {
					h.Set(name, value)
				}
				break
			}
			next.ServeHTTP(w, r)
		})
	}
}

// under covers the paths named and all below them.
func under(roots ...string) func(string) bool {
	return func(path string) bool {
		for _, root := range roots {
			if rest, ok := strings.CutPrefix(path, root); ok && (rest == "" || rest[0] == '/') {
				return true
			}
		}
		return false
	}
}

// where covers nothing unless the thing is on.
func where(on bool, covers func(string) bool) func(string) bool {
	return func(path string) bool { return on && covers(path) }
}

const apiPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pagePolicy is the Content-Security-Policy of a page that signs people in with Google's
// button. Google names the sources at
// https://developers.google.com/identity/gsi/web/guides/get-google-api-clientid#content_security_policy
func pagePolicy(o Options, scripts, styles []string) string {
	frames := []string{"https://accounts.google.com/gsi/"}
	var standin []string
	if o.Standin {
		frames = append(frames, "'self'")
		standin = []string{o.PublicURL + standinPrefix} // the page may have been opened by another name
	}
	return strings.Join([]string{
		"default-src 'none'",
		sources("script-src", "'self' https://accounts.google.com/gsi/client", scripts, standin),
		sources("style-src", "'self' https://accounts.google.com/gsi/style", styles, standin),
		sources("img-src", "'self' data: https://*.googleusercontent.com", standin),
		sources("connect-src", "'self' https://accounts.google.com/gsi/", standin),
		sources("frame-src", "", frames, standin),
		"font-src 'self'",
		"manifest-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}

func sources(directive, always string, more ...[]string) string {
	words := append([]string{directive}, strings.Fields(always)...)
	return strings.Join(append(words, slices.Concat(more...)...), " ")
}

// inlineScripts returns the hashes of the scripts that stand in the page itself, as CSP
// writes them; none where the page has not been built.
func inlineScripts(dist fs.FS) []string {
	if dist == nil {
		return nil
	}
	document, err := fs.ReadFile(dist, shell)
	if err != nil {
		return nil
	}
	var hashes []string
	inline := false
	tokens := html.NewTokenizer(bytes.NewReader(document))
	for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
		switch kind {
		case html.StartTagToken:
			token := tokens.Token()
			inline = token.Data == "script" && !slices.ContainsFunc(token.Attr, func(a html.Attribute) bool { return a.Key == "src" })
		case html.TextToken:
			if inline {
				hashes = append(hashes, sourceHash(tokens.Raw()))
			}
		default:
			inline = false
		}
	}
	return hashes
}

func sourceHash(source []byte) string {
	sum := sha256.Sum256(source)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

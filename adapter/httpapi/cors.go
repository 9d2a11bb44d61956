package httpapi

import (
	"mime"
	"net/http"
	"slices"
	"strings"
)

// crossOrigin answers an allowed origin with CORS headers, its preflights at once, and every
// other with none. A write from a page of any other origin than ours and the allowed is
// refused with errCrossOrigin. A form for the sign-in passes: its handler decides whether it
// is Google's.
func crossOrigin(o Options, p problems) func(http.Handler) http.Handler {
	known := origins{own: o.PublicURL, allowed: o.AllowedOrigins}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Origin")
			origin := r.Header.Values("Origin")
			allowed := len(origin) == 1 && slices.Contains(known.allowed, origin[0])
			if allowed {
				allow(w.Header(), origin[0])
			}
			switch {
			case allowed && isPreflight(r):
				answerPreflight(w)
			case !isSafe(r.Method) && !isSignInForm(r) && !known.mayWrite(r):
				p.answer(w, r, errCrossOrigin)
			default:
				next.ServeHTTP(w, r)
			}
		})
	}
}

// allow lets pages of the origin read the answer.
func allow(h http.Header, origin string) {
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", "ETag, Location, Retry-After, X-Request-ID")
	if h.Get(resourcePolicy) != "" {
		h.Set(resourcePolicy, "cross-origin")
	}
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

func answerPreflight(w http.ResponseWriter) {
	h := w.Header()
	h.Add("Vary", "Access-Control-Request-Method")
	h.Add("Vary", "Access-Control-Request-Headers")
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", "Content-Type, If-Match, Latchkey-User, X-Request-ID")
	h.Set("Access-Control-Max-Age", "7200") // seconds; Chromium keeps none longer
	w.WriteHeader(http.StatusNoContent)
}

// isSafe reports whether the method asks for nothing to be changed (RFC 9110, 9.2.1).
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func isSignInForm(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // a bad one is no form
	return media == formType &&
		r.Method == http.MethodPost && strings.TrimSuffix(r.URL.Path, "/") == "/api/login"
}

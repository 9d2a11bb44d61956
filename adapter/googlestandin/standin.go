// Package googlestandin stands in for Google Identity Services where there is no internet:
// the sign-in script with its button, account chooser and One Tap, the signing keys, and
// tokens on demand, good and bad. A page and a verifier see no difference but the address.
package googlestandin

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"latchkey/usecase/port"
)

// Path is where everything lies; the handler is asked with whole paths.
const Path = "/dev/google/"

// DefaultClientID is the audience where no client id is set.
const DefaultClientID = "standin.localhost"

// Options are what a Standin goes by.
type Options struct {
	PublicURL      string   // the origin that browsers see, without a slash at the end
	AllowedOrigins []string // other origins whose pages may use the sign-in
	ClientIDs      []string // the first is the audience of tokens; empty: DefaultClientID
	Keys           Keys
	Clock          port.Clock
	Entropy        port.Entropy

	// Failed is told why something could not be done, which the answer doesn't say; nil:
	// nobody is.
	Failed func(context.Context, error)
}

// Standin answers everything under Path. It sets its own headers, a Content-Security-Policy
// included, and no Cross-Origin-Opener-Policy, which would cut a popup off from its page. To
// hosts other than localhost it is not there. Every path works with and without a slash at
// the end.
type Standin struct {
	options Options
	origins []string
	signer  signer
	mux     *http.ServeMux
	policy  string
}

// New makes a Standin. The key is fetched, or made, when it is first needed.
func New(o Options) *Standin {
	if len(o.ClientIDs) == 0 {
		o.ClientIDs = []string{DefaultClientID}
	}
	s := &Standin{
		options: o,
		origins: append([]string{o.PublicURL}, o.AllowedOrigins...),
		signer:  signer{keys: o.Keys},
		mux:     http.NewServeMux(),
	}
	s.policy = contentPolicy(s.origins)
	s.mux.HandleFunc("GET "+Path+"{$}", s.index)
	s.mux.HandleFunc("GET "+Path+"gsi/client", s.asset("client.js"))
	s.mux.HandleFunc("GET "+Path+"gsi/button", s.page("button.html"))
	s.mux.HandleFunc("GET "+Path+"gsi/select", s.page("select.html"))
	s.mux.HandleFunc("GET "+Path+"gsi/onetap", s.page("onetap.html"))
	for _, name := range []string{"frame.css", "button.js", "select.js"} {
		s.mux.HandleFunc("GET "+Path+"assets/"+name, s.asset(name))
	}
	s.mux.HandleFunc("GET "+Path+"avatar/{name}", s.avatar)
	s.mux.HandleFunc("GET "+Path+"certs", s.certs)
	s.mux.HandleFunc("GET "+Path+".well-known/openid-configuration", s.discovery)
	s.mux.HandleFunc("POST "+Path+"token", s.token)
	return s
}

// Ready loads the key, so that a place where it can't be kept is noticed at the start.
func (s *Standin) Ready(ctx context.Context) error {
	_, err := s.signer.key(ctx)
	return err
}

// ServeHTTP answers a request under Path.
func (s *Standin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !isLocalhost(r.Host) || broughtFromOutside(r) { // a foreign name that leads here is DNS rebinding
		problem(w, http.StatusNotFound, "not_found", "The Google stand-in answers on localhost only.")
		return
	}
	header := w.Header()
	header.Del("Cross-Origin-Opener-Policy")
	header.Del("X-Frame-Options")
	header.Set("Content-Security-Policy", s.policy)
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	header.Set("Referrer-Policy", "strict-origin") // no-referrer would make the Origin of a form null
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" && s.allowed(r, origin) {
		header.Set("Access-Control-Allow-Origin", origin)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			header.Set("Access-Control-Allow-Methods", "GET, POST")
			header.Set("Access-Control-Allow-Headers", "Content-Type")
			header.Set("Access-Control-Max-Age", "600")
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	if path := strings.TrimSuffix(r.URL.Path, "/"); path != r.URL.Path && path+"/" != Path {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = path, ""
	}
	s.mux.ServeHTTP(w, r)
}

// allowed reports whether pages of the origin may be handed a credential: the configured
// ones, and those of the host that was asked.
func (s *Standin) allowed(r *http.Request, origin string) bool {
	return slices.Contains(s.origins, origin) || origin == "http://"+r.Host || origin == "https://"+r.Host
}

// isLocalhost reports whether the Host header names this machine (RFC 6761, section 6.3).
func isLocalhost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// broughtFromOutside reports whether a proxy says that a browser asked another host than this
// machine: many put localhost in the place of the Host that they were asked by.
func broughtFromOutside(r *http.Request) bool {
	for host := range strings.SplitSeq(strings.Join(r.Header.Values("X-Forwarded-Host"), ","), ",") {
		if host = strings.TrimSpace(host); host != "" && !isLocalhost(host) {
			return true
		}
	}
	return false
}

// contentPolicy lets the pages load what lies here and nothing else, be framed by allowed
// pages, and post a credential to them.
func contentPolicy(origins []string) string {
	allowed := "'self' " + strings.Join(origins, " ")
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		"connect-src 'self'",
		"base-uri 'none'",
		"form-action " + allowed,
		"frame-ancestors " + allowed,
	}, "; ")
}

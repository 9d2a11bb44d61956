// Package googlestandin stands in for Google Identity Services where there is no internet:
// the sign-in script with its button, account chooser and One Tap, the signing keys, and
// tokens on demand, good and bad. A page and a verifier see no difference but the address.
package googlestandin

import (
	"context"
	"net/http"

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
}

// Keys keeps the key that tokens are signed with, where all replicas find it.
type Keys interface {
	// StandinKey returns the kept key: PEM. Where none is kept it keeps what fresh returns;
	// of several callers at the same time, in any number of processes, all get the same.
	StandinKey(ctx context.Context, fresh func() ([]byte, error)) ([]byte, error)
}

// Standin answers everything under Path. It sets its own headers, a Content-Security-Policy
// included, and no Cross-Origin-Opener-Policy, which would cut a popup off from its page. To
// hosts other than localhost it is not there.
type Standin struct {
	options Options
}

// New makes a Standin. The key is fetched, or made, when it is first needed.
func New(o Options) *Standin { return &Standin{options: o} }

// ServeHTTP answers a request under Path.
func (s *Standin) ServeHTTP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// Transport takes requests to the handler without a network, so that keys can be had before
// the listener is open and whatever lies between.
func Transport(h http.Handler) http.RoundTripper { return transport{h} }

type transport struct{ handler http.Handler }

// RoundTrip answers the request.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return nil, http.ErrNotSupported }

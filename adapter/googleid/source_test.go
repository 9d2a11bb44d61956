package googleid_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"latchkey/adapter/googleid"
)

// source is a real HTTP server for key sets over pipes in place of sockets, so that a
// synctest bubble sees all of its waiting and time can be the bubble's.
type source struct {
	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []time.Time
}

// newSource starts a source; Transport takes requests to it.
func newSource(t *testing.T, answer http.HandlerFunc) (*source, http.RoundTripper) {
	t.Helper()
	s := &source{answer: answer}
	listener := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: s}
	transport := &http.Transport{DialContext: listener.dial}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
	})
	return s, transport
}

// ServeHTTP answers as the test has it.
func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, time.Now())
	answer := s.answer
	s.mu.Unlock()
	answer(w, r)
}

func (s *source) answers(answer http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

func (s *source) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// set answers a body with Cache-Control for an hour.
func set(body string) http.HandlerFunc { return cached(body, "public, max-age=3600", "") }

func cached(body, control, age string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", control)
		if age != "" {
			w.Header().Set("Age", age)
		}
		_, _ = w.Write([]byte(body))
	}
}

// hang answers nothing for as long as anybody listens.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(googlesSet()))
	}
}

// rig is a verifier over a source, in a bubble of its own time.
type rig struct {
	*source
	keys     *googleid.Keys
	verifier *googleid.Verifier
	skew     time.Duration // by which the clock differs from the bubble's

	mu      sync.Mutex
	fetches []googleid.Fetch
}

func newRig(t *testing.T, answer http.HandlerFunc) *rig {
	t.Helper()
	r := &rig{}
	var transport http.RoundTripper
	r.source, transport = newSource(t, answer)
	clock := func() time.Time { return time.Now().Round(0).Add(r.skew) }
	r.keys = googleid.NewKeys(googleid.KeysOptions{
		URL: "http://keys.example/certs", Transport: transport, Clock: clock,
		Fetched: func(f googleid.Fetch) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.fetches = append(r.fetches, f)
		},
	})
	r.verifier = googleid.NewVerifier(googleid.Options{
		Audiences: []string{clientID}, Issuers: []string{issuer}, Keys: r.keys, Clock: clock,
	})
	return r
}

// run keeps the keys fresh until the test ends.
func (r *rig) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.keys.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

// verify presents a token that is good if its key is known, and says how long that took.
func (r *rig) verify(ctx context.Context, kid string) (time.Duration, error) {
	began := time.Now()
	token := newForge(began.Add(r.skew)).head(map[string]any{"kid": kid}).token()
	_, err := r.verifier.Verify(ctx, token, "")
	return time.Since(began), err
}

// last is the outcome of the last fetch.
func (r *rig) last() googleid.Fetch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.fetches) == 0 {
		return googleid.Fetch{Err: errors.New("no fetch has ended")}
	}
	return r.fetches[len(r.fetches)-1]
}

// pipes is a net.Listener for net.Pipe.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Accept returns the next connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listening.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr says that there is none.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

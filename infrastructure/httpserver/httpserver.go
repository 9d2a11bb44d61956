// Package httpserver provides listening, serving with limits on what a client may take up,
// and an orderly stop.
package httpserver

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

const (
	// A client has headerTime for its headers and then bodyTime for its body, more where the
	// body is large and keeps coming: one that sends too slowly is gone within 10 s.
	headerTime = 4 * time.Second
	bodyTime   = 5 * time.Second
	bodyRate   = 64 << 10 // bytes a second that earn a body more time

	// stallTime is how long a client may take no byte of its answer. An answer as a whole has
	// no limit (http.Server.WriteTimeout stays unset): streams stay open for hours.
	stallTime = 30 * time.Second

	idleTime    = 2 * time.Minute // longer than the minute that load balancers keep a connection
	headerBytes = 32 << 10
)

// Endpoint is an open listener and what answers on it.
type Endpoint struct {
	Listener net.Listener // Listener.Addr() is the bound address, the chosen port for port 0
	Handler  http.Handler
}

// Serve answers on all endpoints until ctx ends. Then it calls onDrain, which may be nil,
// for streams to be told to end; accepts nothing more; waits at most grace for the requests
// under way; and closes what is left, whose contexts end. The endpoints stop in their order:
// put the one that reports on the others last. It returns nil after a stop that ctx asked
// for, and closes every listener in any case.
func Serve(ctx context.Context, grace time.Duration, onDrain func(), endpoints ...Endpoint) error {
	// Requests outlive ctx by the grace period, and must not outlive Serve.
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()

	failed := make(chan error, len(endpoints))
	servers := make([]*http.Server, len(endpoints))
	for i, e := range endpoints {
		servers[i] = newServer(base, e.Handler)
		go func() { failed <- servers[i].Serve(stallListener{e.Listener}) }()
	}

	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	}
	if onDrain != nil {
		onDrain()
	}
	drain(base, grace, servers)
	for _, e := range endpoints {
		_ = e.Listener.Close() // closed already, but for a server that had no time to begin
	}
	return err
}

func drain(ctx context.Context, grace time.Duration, servers []*http.Server) {
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(ctx); err != nil {
			slog.WarnContext(ctx, "requests were cut off at the end of the grace period", "grace", grace)
			_ = server.Close() // its error is that of closing a listener, closed before
		}
	}
}

func newServer(base context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           timeBodies(handler),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
	}
}

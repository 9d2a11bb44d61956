package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"latchkey/adapter/googleid"
	"latchkey/adapter/httpapi"
	"latchkey/infrastructure/config"
	"latchkey/infrastructure/httpserver"
	"latchkey/infrastructure/logging"
	"latchkey/infrastructure/metrics"
	"latchkey/usecase"
)

const (
	drainTime  = 10 * time.Second // for requests under way at a stop
	renewEvery = 200 * time.Millisecond
	sweepEvery = time.Hour
)

// application is what serve runs.
type application struct {
	handler  http.Handler
	metrics  *metrics.Metrics
	keys     *googleid.Keys
	renewals *usecase.Renewals
	sweep    *usecase.Sweep
}

type serveCommand struct{}

func (serveCommand) Run(ctx context.Context, cfg config.Config, in process) error {
	log := logging.New(in.stderr, cfg.LogJSON, cfg.LogLevel, httpapi.RequestAttrs)
	slog.SetDefault(log)
	if cfg.GoogleStandin {
		log.InfoContext(ctx, "the Google stand-in is on: whoever reaches this server can sign in as anybody; for development only")
	}
	if cfg.GoogleStandinLoud {
		log.WarnContext(ctx, "the Google stand-in is on and the listen address is not loopback: whoever reaches it can sign in as anybody",
			"addr", cfg.Addr)
	}
	if len(cfg.GoogleClientIDs) == 0 && !cfg.GoogleStandin {
		log.WarnContext(ctx, "nobody can sign in: LATCHKEY_GOOGLE_CLIENT_ID is not set and the Google stand-in is off")
	}
	if cfg.PublicLocal && isElsewhere(cfg) {
		log.WarnContext(ctx, "browsers are told another port than the one listened on: set LATCHKEY_PUBLIC_URL too, unless something forwards it",
			"public_url", cfg.PublicURL, "addr", cfg.Addr)
	}
	app, closeStores, err := newApplication(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer closeStores()
	endpoints, err := app.listen(ctx, cfg)
	if err != nil {
		return err
	}
	stopWork := app.work(ctx, log)
	defer stopWork()
	ready := []any{"open", cfg.PublicURL, "version", version, "addr", endpoints[0].Listener.Addr().String()}
	if len(endpoints) > 1 {
		ready = append(ready, "ops", endpoints[1].Listener.Addr().String())
	}
	log.InfoContext(ctx, "ready", ready...)
	err = httpserver.Serve(ctx, drainTime, nil, endpoints...)
	log.InfoContext(context.WithoutCancel(ctx), "stopped")
	return err
}

// isElsewhere reports whether the public URL names another port than a listener that this
// machine alone reaches, so that hardly anything stands between them.
func isElsewhere(cfg config.Config) bool {
	host, port, err := net.SplitHostPort(cfg.Addr)
	public, parseErr := url.Parse(cfg.PublicURL)
	if err != nil || parseErr != nil || port == "0" {
		return false
	}
	listening, err := netip.ParseAddr(host)
	loopback := host == "localhost" || err == nil && listening.IsLoopback()
	return loopback && public.Port() != port && public.Scheme == "http"
}

// listen opens the listeners: the one for browsers, and where it is set the one for operations.
func (a *application) listen(ctx context.Context, cfg config.Config) ([]httpserver.Endpoint, error) {
	listener, err := httpserver.Listen(ctx, "LATCHKEY_ADDR", cfg.Addr)
	if err != nil {
		return nil, err
	}
	endpoints := []httpserver.Endpoint{{Listener: listener, Handler: a.handler}}
	if cfg.OpsAddr == "" {
		return endpoints, nil
	}
	ops, err := httpserver.Listen(ctx, "LATCHKEY_OPS_ADDR", cfg.OpsAddr)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	return append(endpoints, httpserver.Endpoint{Listener: ops, Handler: a.operations()}), nil
}

// operations answers on the listener that operators alone reach.
func (a *application) operations() http.Handler {
	mux := http.NewServeMux()
	for _, path := range []string{"/healthz", "/healthz/", "/readyz", "/readyz/"} {
		mux.Handle(path, a.handler)
	}
	mux.Handle("GET /metrics", a.metrics.Handler())
	mux.Handle("/debug/pprof/", metrics.Profiles())
	return mux
}

// work starts what goes on beside the requests. stop ends it and waits, so that what is
// collected is written before the stores close.
func (a *application) work(ctx context.Context, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	group.Go(func() { _ = a.keys.Run(ctx) })
	group.Go(func() {
		a.renewals.Run(ctx, renewEvery, func(err error) {
			log.WarnContext(ctx, "uses of sessions could not be written; trying again", "err", err)
		})
	})
	group.Go(func() { a.sweepRegularly(ctx, log) })
	return func() {
		cancel()
		group.Wait()
	}
}

func (a *application) sweepRegularly(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		if err := a.sweep.Do(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "old records could not be swept; trying again in an hour", "err", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

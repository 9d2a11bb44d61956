package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"latchkey/adapter/googleid"
	"latchkey/adapter/googlestandin"
	"latchkey/adapter/httpapi"
	"latchkey/docs"
	"latchkey/domain"
	"latchkey/frontend"
	"latchkey/infrastructure/config"
	"latchkey/infrastructure/metrics"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

func provideClock() port.Clock { return time.Now }

func provideEntropy() port.Entropy {
	return func() (b [32]byte) {
		_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read
		return b
	}
}

func provideLoginPolicy(cfg config.Config) usecase.LoginPolicy {
	signup := domain.SignupOpen
	if cfg.SignupInvited {
		signup = domain.SignupInvited
	}
	admins := make([]string, len(cfg.AdminEmails))
	for i, email := range cfg.AdminEmails {
		admins[i] = domain.FoldEmail(email)
	}
	return usecase.LoginPolicy{
		Admission:       domain.Admission{HostedDomains: cfg.GoogleHostedDomains, Signup: signup, AdminEmails: admins},
		Life:            domain.Lifetime{Idle: cfg.SessionIdle, Max: cfg.SessionMax},
		SessionsPerUser: cfg.SessionsPerUser,
		Rate:            domain.Rate(cfg.LoginRate),
	}
}

// standin is the stand-in for Google, or nothing where it is off.
type standin struct{ *googlestandin.Standin }

func provideStandin(cfg config.Config, keys googlestandin.Keys, clock port.Clock, entropy port.Entropy, log *slog.Logger) standin {
	if !cfg.GoogleStandin {
		return standin{}
	}
	return standin{googlestandin.New(googlestandin.Options{
		PublicURL:      cfg.PublicURL,
		AllowedOrigins: cfg.AllowedOrigins,
		ClientIDs:      cfg.GoogleClientIDs,
		Keys:           keys,
		Clock:          clock,
		Entropy:        entropy,
		Failed: func(ctx context.Context, err error) {
			log.ErrorContext(ctx, "the Google stand-in failed", "err", err)
		},
	})}
}

func (s standin) on() bool { return s.Standin != nil }

// handler is an untyped nil where the stand-in is off.
func (s standin) handler() http.Handler {
	if !s.on() {
		return nil
	}
	return s.Standin
}

// audiences are the client ids whose tokens count.
func (s standin) audiences(cfg config.Config) []string {
	if len(cfg.GoogleClientIDs) == 0 && s.on() {
		return []string{googlestandin.DefaultClientID}
	}
	return cfg.GoogleClientIDs
}

// provideKeysOptions says where signing keys come from: an address that was set, else the
// stand-in where it is on, else Google.
func provideKeysOptions(cfg config.Config, s standin, clock port.Clock, log *slog.Logger) googleid.KeysOptions {
	options := googleid.KeysOptions{URL: cfg.GoogleJWKSURL, Clock: clock, Fetched: logFetch(log)}
	if s.on() && !cfg.GoogleJWKSURLGiven {
		options.URL = cfg.PublicURL + googlestandin.Path + "certs"
		options.Transport = googlestandin.Transport(s)
	}
	return options
}

func logFetch(log *slog.Logger) func(googleid.Fetch) {
	return func(f googleid.Fetch) {
		if f.Err != nil {
			log.Warn("signing keys could not be fetched", "err", f.Err)
			return
		}
		log.Debug("signing keys fetched", "keys", f.Keys, "skipped", f.Skipped)
	}
}

func provideVerifierOptions(cfg config.Config, s standin, keys *googleid.Keys, clock port.Clock) googleid.Options {
	options := googleid.Options{
		Audiences:    s.audiences(cfg),
		Issuers:      cfg.GoogleIssuers,
		RequireNonce: cfg.RequireNonce,
		Keys:         keys,
		Clock:        clock,
	}
	if s.on() {
		options.Pictures = []string{cfg.PublicURL + googlestandin.Path}
	}
	return options
}

func provideSweep(cfg config.Config, retention port.Retention) *usecase.Sweep {
	return &usecase.Sweep{Retention: retention, Keep: cfg.AuditRetention}
}

// gisURL is where pages get Google's script from.
const gisURL = "https://accounts.google.com/gsi/client"

func provideOptions(cfg config.Config, s standin, keys *googleid.Keys, checks []httpapi.Check, watch *metrics.Metrics) httpapi.Options {
	options := httpapi.Options{
		PublicURL:      cfg.PublicURL,
		AllowedOrigins: cfg.AllowedOrigins,
		TrustedProxies: cfg.TrustedProxies,
		SameSite:       cfg.CookieSameSite,
		IdleLifetime:   cfg.SessionIdle,
		GISURL:         gisURL,
		Standin:        s.on(),
		StandinHandler: s.handler(),
		Version:        version,
		Page:           frontend.Dist(),
		Swagger:        cfg.Swagger,
		OpenAPI:        docs.OpenAPI(),
		Ready:          append(checks, httpapi.Check{Name: "signing keys", Check: keys.Ready}),
		Observe:        watch.Request,
	}
	if ids := s.audiences(cfg); len(ids) > 0 {
		options.GoogleClientID = ids[0]
	}
	if s.on() {
		options.GISURL = cfg.PublicURL + googlestandin.Path + "gsi/client"
	}
	for _, setting := range cfg.Settings() {
		options.Settings = append(options.Settings, httpapi.Setting{
			Name: setting.Name, Value: setting.Value, Source: string(setting.Source), Description: setting.Meaning,
		})
	}
	return options
}

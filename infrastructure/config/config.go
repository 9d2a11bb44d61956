// Package config provides the settings of the program: read from flags, environment, .env
// and defaults, checked all at once, and listed without their secrets.
package config

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Config holds the effective settings. Read fills it; every value in it is usable.
type Config struct {
	Addr    string // host:port to listen on
	OpsAddr string // host:port of the second listener; empty: none

	PublicURL    string // the origin that browsers see, without a trailing slash
	PublicOnHTTP bool   // the public URL is plain http: no Secure, no __Host- prefix, no HSTS
	PublicLocal  bool   // the public URL is this machine's own: localhost or a loopback address

	DatabaseURL          SecretURL
	DatabaseMigrationURL SecretURL // the database URL where none is set
	DatabaseListenURL    SecretURL // the database URL where none is set
	MigrateOnServe       bool      // serve brings the schema up to date before it listens
	SessionStoreURL      SecretURL // empty: none

	GoogleClientIDs     []string
	GoogleJWKSURL       string
	GoogleJWKSURLGiven  bool // somebody set it: it wins over the stand-in's keys
	GoogleIssuers       []string
	GoogleHostedDomains []string // lower case; empty: any
	GoogleStandin       bool
	GoogleStandinLoud   bool // the stand-in is on and reachable from other machines: warn at the start
	RequireNonce        bool

	SignupInvited  bool // only the invited get an account
	AdminEmails    []string
	AllowedOrigins []string
	TrustedProxies []netip.Prefix

	SessionIdle     time.Duration
	SessionMax      time.Duration
	SessionsPerUser int // 0: no limit
	SessionCache    bool
	SessionLease    time.Duration
	CookieSameSite  http.SameSite
	LoginRate       Rate
	AuditRetention  time.Duration

	Swagger  bool
	LogJSON  bool // one JSON object a line; else text
	LogLevel slog.Level

	settings []Setting
}

// Sources are the places that settings come from, strongest first.
type Sources struct {
	// Flags holds the flags that were given on the command line, by setting name
	// (LATCHKEY_ADDR, not addr). A flag that was not given must not be in it.
	Flags map[string]string
	// Environ is the environment, as os.Environ has it.
	Environ []string
	// ReadFile reads a file by its path, as os.ReadFile does: ".env", and what a …_FILE
	// setting names. Nil: no file is read.
	ReadFile func(path string) ([]byte, error)
	// Terminal says that logs go to a terminal, which makes text their default form.
	Terminal bool
}

// Read finds the value of every setting and checks them. An empty value stands for the
// default. The error is a Faults: everything that is wrong, at once, without any secret.
func Read(from Sources) (Config, error) {
	given, faults := collect(from)

	var cfg Config
	effective := make(map[string]string, len(table()))
	unusable := map[string]bool{}
	for _, s := range table() {
		value := given[s.name].value
		if value == "" {
			value = s.fallback(from.Terminal)
		}
		if err := s.apply(&cfg, value); err != nil {
			unusable[s.name] = true
			faults = append(faults, s.fault(value, err))
		}
		effective[s.name] = value
	}
	for _, f := range faults {
		unusable[strings.TrimSuffix(f.Setting, fileSuffix)] = true
	}
	cfg.GoogleJWKSURLGiven = given["LATCHKEY_GOOGLE_JWKS_URL"].value != ""
	faults = append(faults, cfg.resolve(effective, unusable)...)
	if len(faults) > 0 {
		return Config{}, faults
	}

	cfg.settings = list(given, effective)
	return cfg, nil
}

// Settings lists every setting with its effective value and where that came from, for
// people: passwords are masked.
func (c Config) Settings() []Setting { return slices.Clone(c.settings) }

// OnPostgres says that the database is PostgreSQL; else it is the embedded one.
func (c Config) OnPostgres() bool { return c.DatabaseURL.onPostgres() }

// SQLitePath is the path of the embedded database's file; empty on PostgreSQL.
func (c Config) SQLitePath() string {
	path, ok := strings.CutPrefix(c.DatabaseURL.Reveal(), "sqlite://")
	if !ok {
		return ""
	}
	return path
}

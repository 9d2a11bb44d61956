package config

import (
	"errors"
	"log/slog"
	"net/http"
)

// table is the one list of settings: reading, checking, --help and the manual follow it.
func table() []setting {
	return []setting{
		{
			name: "LATCHKEY_ADDR", normal: "127.0.0.1:8080", example: "127.0.0.1:8080",
			meaning: "listen address",
			apply:   func(c *Config, v string) error { return into(&c.Addr, v, parseAddr) },
		},
		{
			name: "LATCHKEY_OPS_ADDR", normalText: "none", example: "127.0.0.1:9090",
			meaning: "second listener for /metrics, /healthz, /readyz and pprof",
			apply:   func(c *Config, v string) error { return into(&c.OpsAddr, v, optional(parseAddr)) },
		},
		{
			name: "LATCHKEY_PUBLIC_URL", normal: "http://localhost:8080", example: "https://app.example.com",
			meaning: "the origin that browsers see; https makes the cookie Secure and sends HSTS",
			apply:   func(c *Config, v string) error { return into(&c.PublicURL, v, parseOrigin) },
		},
		{
			name: "LATCHKEY_DATABASE_URL", normal: "sqlite://var/latchkey.db", secret: true,
			example: "postgres://latchkey:PASSWORD@db.example.com:5432/latchkey?sslmode=require",
			meaning: "sqlite://PATH or postgres://…: users, customers, sessions and audit",
			apply:   func(c *Config, v string) error { return into(&c.DatabaseURL, v, parseDatabaseURL) },
		},
		{
			name: "LATCHKEY_DATABASE_MIGRATION_URL", normalText: "the database URL", secret: true,
			example: "postgres://owner:PASSWORD@db.example.com:5432/latchkey?sslmode=require",
			meaning: "the owner's connection for migrate, where the service's own role may not change the schema",
			apply:   func(c *Config, v string) error { return into(&c.DatabaseMigrationURL, v, optional(parseDatabaseURL)) },
		},
		{
			name: "LATCHKEY_DATABASE_LISTEN_URL", normalText: "the database URL", secret: true,
			example: "postgres://latchkey:PASSWORD@db.example.com:5432/latchkey?sslmode=require",
			meaning: "no effect yet: a direct connection for the revocation feed, where the other goes through a pooler",
			apply:   func(c *Config, v string) error { return into(&c.DatabaseListenURL, v, optional(parsePostgresURL)) },
		},
		{
			name: "LATCHKEY_MIGRATE", normal: auto, example: on,
			meaning: "auto: serve migrates SQLite, and refuses an old PostgreSQL schema; on: it migrates both; off: neither",
			apply:   func(_ *Config, v string) error { return oneOf(v, auto, on, off) },
		},
		{
			name: "LATCHKEY_SESSION_STORE_URL", normalText: "none", secret: true,
			example: "redis://:PASSWORD@cache.example.com:6379/0",
			meaning: "not to be set yet: redis://…: session look-ups and last-seen times in Valkey/Redis, before the database",
			apply:   func(c *Config, v string) error { return into(&c.SessionStoreURL, v, optional(parseRedisURL)) },
		},
		{
			name: "LATCHKEY_GOOGLE_CLIENT_ID", normalText: "none", example: "1234567890-abcdef.apps.googleusercontent.com",
			meaning: "accepted audience of sign-in tokens; several, separated by commas",
			apply:   func(c *Config, v string) error { return into(&c.GoogleClientIDs, v, listOf(parseClientID)) },
		},
		{
			name: "LATCHKEY_GOOGLE_JWKS_URL", normal: "https://www.googleapis.com/oauth2/v3/certs",
			example: "https://www.googleapis.com/oauth2/v3/certs",
			meaning: "where signing keys come from",
			apply:   func(c *Config, v string) error { return into(&c.GoogleJWKSURL, v, parseKeysURL) },
		},
		{
			name: "LATCHKEY_GOOGLE_ISSUERS", normal: "https://accounts.google.com,accounts.google.com",
			example: "https://accounts.google.com,accounts.google.com",
			meaning: "accepted issuers of sign-in tokens",
			apply:   func(c *Config, v string) error { return into(&c.GoogleIssuers, v, listOf(parseWord)) },
		},
		{
			name: "LATCHKEY_GOOGLE_HOSTED_DOMAINS", normalText: "any", example: "example.com,example.org",
			meaning: "accepted Google Workspace domains",
			apply:   func(c *Config, v string) error { return into(&c.GoogleHostedDomains, v, listOf(parseDomain)) },
		},
		{
			name: "LATCHKEY_GOOGLE_STANDIN", normal: auto, example: auto,
			meaning: "a stand-in for Google's sign-in, for work offline; auto: on when no client id is set, " +
				"the public URL is localhost and the listen address is loopback; on: also behind another listen address; off",
			apply: func(_ *Config, v string) error { return oneOf(v, auto, on, off) },
		},
		{
			name: "LATCHKEY_REQUIRE_NONCE", normal: "false", example: "true",
			meaning: "refuse sign-in tokens without a nonce",
			apply:   func(c *Config, v string) error { c.RequireNonce = v == "true"; return oneOf(v, "true", "false") },
		},
		{
			name: "LATCHKEY_SIGNUP", normal: "open", example: "invited",
			meaning: "who gets an account: open, or invited for invited emails and those of LATCHKEY_ADMIN_EMAILS alone",
			apply:   func(c *Config, v string) error { c.SignupInvited = v == "invited"; return oneOf(v, "open", "invited") },
		},
		{
			name: "LATCHKEY_ADMIN_EMAILS", normalText: "none", example: "ada@example.com,grace@example.com",
			meaning: "emails made administrators at sign-in, if Google is authoritative for them and nobody decided by hand",
			apply:   func(c *Config, v string) error { return into(&c.AdminEmails, v, listOf(parseEmail)) },
		},
		{
			name: "LATCHKEY_ALLOWED_ORIGINS", normalText: "none", example: "http://localhost:3000,https://app.example.com",
			meaning: "other origins whose pages may call the API with credentials",
			apply:   func(c *Config, v string) error { return into(&c.AllowedOrigins, v, listOf(parseOrigin)) },
		},
		{
			name: "LATCHKEY_TRUSTED_PROXIES", normalText: "none", example: "10.0.0.0/8,fd00::/8",
			meaning: "networks (CIDR) of the proxies whose X-Forwarded-For counts",
			apply:   func(c *Config, v string) error { return into(&c.TrustedProxies, v, listOf(parseNetwork)) },
		},
		{
			name: "LATCHKEY_SESSION_IDLE", normal: "30m", example: "30m",
			meaning: "how long a session lives without use",
			apply:   func(c *Config, v string) error { return into(&c.SessionIdle, v, parseDuration) },
		},
		{
			name: "LATCHKEY_SESSION_MAX", normal: "12h", example: "12h",
			meaning: "how long a session lives at the most",
			apply:   func(c *Config, v string) error { return into(&c.SessionMax, v, parseDuration) },
		},
		{
			name: "LATCHKEY_SESSIONS_PER_USER", normal: "20", example: "20",
			meaning: "past it a sign-in ends the user's oldest session; 0: no limit",
			apply:   func(c *Config, v string) error { return into(&c.SessionsPerUser, v, parseCount) },
		},
		{
			name: "LATCHKEY_SESSION_CACHE", normal: on, example: off,
			meaning: "no effect yet, every check asks the store; off: the same once there is a cache",
			apply:   func(c *Config, v string) error { c.SessionCache = v == on; return oneOf(v, on, off) },
		},
		{
			name: "LATCHKEY_SESSION_LEASE", normal: "1s", example: "1s",
			meaning: "no effect yet: longest that a replica may answer from memory without proof that it hears revocations",
			apply:   func(c *Config, v string) error { return into(&c.SessionLease, v, parseDuration) },
		},
		{
			name: "LATCHKEY_COOKIE_SAMESITE", normal: "strict", example: "lax",
			meaning: "SameSite of the session cookie: strict, lax, or none (https only)",
			apply:   func(c *Config, v string) error { return into(&c.CookieSameSite, v, parseSameSite) },
		},
		{
			name: "LATCHKEY_LOGIN_RATE", normal: "30/m", example: "30/m",
			meaning: "sign-ins per client address; 0: no limit",
			apply:   func(c *Config, v string) error { return into(&c.LoginRate, v, parseRate) },
		},
		{
			name: "LATCHKEY_AUDIT_RETENTION", normal: "2160h", example: "2160h",
			meaning: "how long audit entries and ended sessions are kept",
			apply:   func(c *Config, v string) error { return into(&c.AuditRetention, v, parseDuration) },
		},
		{
			name: "LATCHKEY_SWAGGER", normal: auto, example: off,
			meaning: "Swagger UI; auto: on when the public URL is localhost; on; off",
			apply:   func(_ *Config, v string) error { return oneOf(v, auto, on, off) },
		},
		{
			name: "LATCHKEY_LOG_FORMAT", normal: "json", onTerminal: "text", normalText: "text on a terminal, else json",
			example: "json", meaning: "form of the log lines: text or json",
			apply: func(c *Config, v string) error { c.LogJSON = v == "json"; return oneOf(v, "text", "json") },
		},
		{
			name: "LATCHKEY_LOG_LEVEL", normal: "info", example: "debug",
			meaning: "least level that is logged: debug, info, warn, error",
			apply:   func(c *Config, v string) error { return into(&c.LogLevel, v, parseLevel) },
		},
	}
}

const (
	auto = "auto"
	on   = "on"
	off  = "off"
)

// into parses value and stores the result; on an error the target stays as it was.
func into[T any](target *T, value string, parse func(string) (T, error)) error {
	parsed, err := parse(value)
	if err != nil {
		return err
	}
	*target = parsed
	return nil
}

func parseSameSite(value string) (http.SameSite, error) {
	switch value {
	case "strict":
		return http.SameSiteStrictMode, nil
	case "lax":
		return http.SameSiteLaxMode, nil
	case "none":
		return http.SameSiteNoneMode, nil
	default:
		return 0, oneOf(value, "strict", "lax", "none")
	}
}

func parseLevel(value string) (slog.Level, error) {
	if err := oneOf(value, "debug", "info", "warn", "error"); err != nil {
		return 0, err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(value)); err != nil {
		return 0, errors.New("is no log level")
	}
	return level, nil
}

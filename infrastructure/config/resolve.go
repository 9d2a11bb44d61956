package config

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// resolve decides what follows from several settings together and reports combinations
// that can't be. effective holds each setting's text and is brought to what counts;
// settings in unusable have no value to judge by.
func (c *Config) resolve(effective map[string]string, unusable map[string]bool) Faults {
	var faults Faults
	rule := func(fault Fault, broken bool, needs ...string) {
		for _, name := range append(needs, fault.Setting) {
			if unusable[name] {
				return
			}
		}
		if broken {
			faults = append(faults, fault)
		}
	}

	public, err := url.Parse(c.PublicURL)
	if err != nil {
		public = &url.URL{}
	}
	c.PublicOnHTTP = public.Scheme == "http"
	c.PublicLocal = isLocal(public.Hostname())
	host, _, _ := net.SplitHostPort(c.Addr)
	loopback := isLocal(host)

	c.resolveDatabase(effective, rule)
	c.resolveStandin(effective, rule, loopback)

	c.Swagger = resolveSwitch(effective, "LATCHKEY_SWAGGER", c.PublicLocal)

	rule(Fault{
		"LATCHKEY_SESSION_IDLE", "is longer than LATCHKEY_SESSION_MAX", "LATCHKEY_SESSION_IDLE=30m LATCHKEY_SESSION_MAX=12h",
	}, c.SessionIdle > c.SessionMax, "LATCHKEY_SESSION_MAX")
	rule(Fault{
		"LATCHKEY_COOKIE_SAMESITE", `is "none", which browsers accept under https alone, and LATCHKEY_PUBLIC_URL is plain http`,
		"LATCHKEY_PUBLIC_URL=https://app.example.com",
	}, c.CookieSameSite == http.SameSiteNoneMode && c.PublicOnHTTP, "LATCHKEY_PUBLIC_URL")
	rule(Fault{
		"LATCHKEY_OPS_ADDR", "is the same as LATCHKEY_ADDR", "LATCHKEY_OPS_ADDR=127.0.0.1:9090",
	}, c.OpsAddr != "" && c.OpsAddr == c.Addr && !strings.HasSuffix(c.Addr, ":0"), "LATCHKEY_ADDR")

	// Remove this rule when a session store can be opened.
	rule(Fault{
		"LATCHKEY_SESSION_STORE_URL", "is set, but this build has no session store beside the database yet: leave it empty",
		"LATCHKEY_SESSION_STORE_URL=",
	}, !c.SessionStoreURL.Empty())
	return faults
}

func (c *Config) resolveDatabase(effective map[string]string, rule func(Fault, bool, ...string)) {
	if c.DatabaseMigrationURL.Empty() {
		c.DatabaseMigrationURL = c.DatabaseURL
		effective["LATCHKEY_DATABASE_MIGRATION_URL"] = c.DatabaseURL.Reveal()
	}
	rule(Fault{
		"LATCHKEY_DATABASE_MIGRATION_URL", "names another kind of database than LATCHKEY_DATABASE_URL", "",
	}, c.DatabaseMigrationURL.onPostgres() != c.OnPostgres(), "LATCHKEY_DATABASE_URL")

	rule(Fault{
		"LATCHKEY_DATABASE_LISTEN_URL", "has a meaning on PostgreSQL alone, and LATCHKEY_DATABASE_URL is not PostgreSQL",
		"LATCHKEY_DATABASE_LISTEN_URL=",
	}, !c.DatabaseListenURL.Empty() && !c.OnPostgres(), "LATCHKEY_DATABASE_URL")
	if c.DatabaseListenURL.Empty() {
		c.DatabaseListenURL = c.DatabaseURL
		effective["LATCHKEY_DATABASE_LISTEN_URL"] = c.DatabaseURL.Reveal()
	}

	c.MigrateOnServe = resolveSwitch(effective, "LATCHKEY_MIGRATE", !c.OnPostgres())
}

func (c *Config) resolveStandin(effective map[string]string, rule func(Fault, bool, ...string), loopback bool) {
	const name = "LATCHKEY_GOOGLE_STANDIN"
	rule(Fault{
		name, `is "on", but LATCHKEY_PUBLIC_URL is not localhost: anybody could sign in as anybody`, name + "=off",
	}, effective[name] == on && !c.PublicLocal, "LATCHKEY_PUBLIC_URL")

	c.GoogleStandin = resolveSwitch(effective, name, len(c.GoogleClientIDs) == 0 && c.PublicLocal && loopback)
	c.GoogleStandinLoud = c.GoogleStandin && !loopback
}

// resolveSwitch turns auto into what it means here, in effective too.
func resolveSwitch(effective map[string]string, name string, meaning bool) bool {
	if effective[name] == auto {
		effective[name] = off
		if meaning {
			effective[name] = on
		}
	}
	return effective[name] == on
}

package config_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/config"
)

func TestUnknownNames(t *testing.T) {
	tests := map[string]struct{ entry, want string }{
		"unknown":               {"LATCHKEY_COLOUR=red", "LATCHKEY_COLOUR is no setting of this program"},
		"close to one":          {"LATCHKEY_DATABSE_URL=x", "LATCHKEY_DATABASE_URL is"},
		"ports":                 {"LATCHKEY_PORTS=1", "LATCHKEY_PORTS is no setting"},
		"Kubernetes host":       {entry: "LATCHKEY_SERVICE_HOST=10.0.0.1"},
		"Kubernetes named port": {entry: "LATCHKEY_SERVICE_PORT_HTTP=80"},
		"Kubernetes port":       {entry: "LATCHKEY_PORT=tcp://10.0.0.1:80"},
		"Kubernetes port parts": {entry: "LATCHKEY_PORT_80_TCP_ADDR=10.0.0.1"},
		"Kubernetes other name": {entry: "LATCHKEY_WEB_SERVICE_HOST=10.0.0.1"},
		"somebody else's":       {entry: "LATCH=1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := environment(tt.entry)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestEveryWrongEntryOfAListIsNamed(t *testing.T) {
	_, err := environment("LATCHKEY_ALLOWED_ORIGINS=localhost:3000,http://localhost:3000,*,null")
	for _, entry := range []string{`"localhost:3000"`, `"*"`, `"null"`} {
		require.ErrorContains(t, err, "the entry "+entry)
	}
	assert.NotContains(t, err.Error(), `the entry "http://localhost:3000"`)
}

func TestUnusableValues(t *testing.T) {
	tests := map[string][]string{
		"LATCHKEY_ADDR":                   {"8080", "localhost", "h:99999", "h:http", "http://localhost:8080"},
		"LATCHKEY_OPS_ADDR":               {"9090", "127.0.0.1:8080"},
		"LATCHKEY_PUBLIC_URL":             {"localhost:8080", "ftp://h", "http://", "https://h/", "https://h/app", "https://h?x", "https://u@h", "https://h:0", "https://h:"},
		"LATCHKEY_DATABASE_URL":           {"mysql://h/d", "sqlite://", "sqlite://:memory:", "sqlite://var/", "sqlite://x.db?mode=ro", "var/latchkey.db", "postgres://h/d?sslmode=maybe", "postgres://h/d#x"},
		"LATCHKEY_DATABASE_MIGRATION_URL": {"sqlite://", "postgres://h/d"},
		"LATCHKEY_DATABASE_LISTEN_URL":    {"sqlite://x.db", "postgres://h/d"},
		"LATCHKEY_MIGRATE":                {"yes", "ON"},
		"LATCHKEY_SESSION_STORE_URL":      {"http://h", "redis://", "redis://h:6379"},
		"LATCHKEY_GOOGLE_CLIENT_ID":       {",", "a b", "GOCSPX-abc", "ok,ünï"},
		"LATCHKEY_GOOGLE_JWKS_URL":        {"http://keys.example.com", "certs", "https://u:p@h/k"},
		"LATCHKEY_GOOGLE_ISSUERS":         {",", "a b"},
		"LATCHKEY_GOOGLE_HOSTED_DOMAINS":  {" , ,", "example", "me@example.com", "https://example.com"},
		"LATCHKEY_GOOGLE_STANDIN":         {"true", "yes"},
		"LATCHKEY_REQUIRE_NONCE":          {"1", "on"},
		"LATCHKEY_SIGNUP":                 {"closed"},
		"LATCHKEY_ADMIN_EMAILS":           {"ada", "Ada <ada@example.com>", "ada@example.com;bob@example.com"},
		"LATCHKEY_ALLOWED_ORIGINS":        {"*", "null", "localhost:3000", "http://localhost:3000/", "https://*.example.com", "https://bücher.example", "http://ok,x"},
		"LATCHKEY_TRUSTED_PROXIES":        {"10.0.0.1", "10.0.0.0/33", "proxy"},
		"LATCHKEY_SESSION_IDLE":           {"30", "0", "-1m", "0s", "13h"},
		"LATCHKEY_SESSION_MAX":            {"12", "29m"},
		"LATCHKEY_SESSIONS_PER_USER":      {"-1", "many", "1.5"},
		"LATCHKEY_SESSION_CACHE":          {"auto", "true"},
		"LATCHKEY_SESSION_LEASE":          {"1", "0s"},
		"LATCHKEY_COOKIE_SAMESITE":        {"Strict", "none"},
		"LATCHKEY_LOGIN_RATE":             {"30", "30/d", "x/m", "-1/m", "0/m", "/m"},
		"LATCHKEY_AUDIT_RETENTION":        {"90d"},
		"LATCHKEY_SWAGGER":                {"true"},
		"LATCHKEY_LOG_FORMAT":             {"xml"},
		"LATCHKEY_LOG_LEVEL":              {"INFO", "trace", "info+1"},
	}
	for _, name := range config.Names() {
		assert.Contains(t, tests, name, "every setting has unusable values")
	}
	for name, values := range tests {
		for _, value := range values {
			t.Run(name+"="+value, func(t *testing.T) {
				_, err := environment(name + "=" + value)

				var faults config.Faults
				require.ErrorAs(t, err, &faults)
				require.Len(t, faults, 1, err.Error())
				if name != "LATCHKEY_SESSION_MAX" || value != "29m" { // told of the idle lifetime
					assert.Equal(t, name, faults[0].Setting)
				}
				assert.NotEmpty(t, faults[0].Problem)
			})
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := config.Read(config.Sources{
		Flags:    map[string]string{"LATCHKEY_ADDR": "x", "LATCHKEY_NOFLAG": "1"},
		Environ:  []string{"LATCHKEY_SESSION_IDLE=soon", "LATCHKEY_FOO=1", "LATCHKEY_PUBLIC_URL=https://app.example.com", "LATCHKEY_GOOGLE_STANDIN=on"},
		ReadFile: files(map[string]string{".env": "LATCHKEY_BAR=1\nLATCHKEY_LOG_LEVEL=loud\n"}),
	})

	var faults config.Faults
	require.ErrorAs(t, err, &faults)
	var names []string
	for _, f := range faults {
		names = append(names, f.Setting)
	}
	assert.ElementsMatch(t, []string{
		"LATCHKEY_NOFLAG", "LATCHKEY_FOO", "LATCHKEY_BAR", "LATCHKEY_ADDR",
		"LATCHKEY_SESSION_IDLE", "LATCHKEY_LOG_LEVEL", "LATCHKEY_GOOGLE_STANDIN",
	}, names)
	assert.ErrorContains(t, err, "7 settings can't be used:")
	assert.ErrorContains(t, err, `LATCHKEY_SESSION_IDLE is "soon": must be a duration above zero with its unit: 90s, 30m, 12h; for example LATCHKEY_SESSION_IDLE=30m`)
}

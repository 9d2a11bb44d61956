package database_test

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/database"
	databasetest "latchkey/test/database"
)

func empty(*sqlx.DB) error { return nil }

func TestOpenPostgres(t *testing.T) {
	db, err := database.OpenPostgres(t.Context(), databasetest.NewURL(t, empty), 7)
	require.NoError(t, err)
	defer db.Close()

	var name string
	require.NoError(t, db.Get(&name, `SHOW application_name`))
	assert.Equal(t, "latchkey", name)
	assert.Equal(t, 7, db.Stats().MaxOpenConnections)
}

// with changes the address of a database.
func with(t *testing.T, address string, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	change(u)
	return u.String()
}

func TestAnUnusablePostgresIsOneSentenceWithoutPassword(t *testing.T) {
	good := databasetest.NewURL(t, empty)
	closed := closedPort(t)
	mute := muteServer(t)
	tests := map[string]struct{ address, want string }{
		"nobody listens":    {"postgres://u:s3cret@" + closed + "/d", "the PostgreSQL server at " + closed + " can't be reached: connect: connection refused"},
		"no answer":         {"postgres://u:s3cret@" + mute + "/d?sslmode=disable&connect_timeout=1", "the PostgreSQL server at " + mute + " does not answer"},
		"no such host":      {"postgres://u:s3cret@nowhere.invalid/d", "the PostgreSQL server at nowhere.invalid:5432 can't be reached: lookup nowhere.invalid"},
		"no such socket":    {"postgres://u:s3cret@/d?host=/nowhere", "the PostgreSQL server at /nowhere (port 5432) can't be reached"},
		"no such database":  {with(t, good, func(u *url.URL) { u.Path = "/other" }), `has no database "other"`},
		"no such user":      {with(t, good, func(u *url.URL) { u.User = url.UserPassword("eve", "s3cret") }), `does not let the user "eve" in`},
		"unreadable":        {"postgres://u:s3cret/%zz@h/d", "the database URL is no URL"},
		"unknown parameter": {"postgres://u:s3cret@h:x/d", "the database URL is no URL"},
		"bad number":        {"postgres://u:s3cret@h/d?connect_timeout=s3cret", "the database URL can't be used"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := database.OpenPostgres(t.Context(), tt.address, 1)
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "s3cret")
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestSSLMode(t *testing.T) {
	for address, want := range map[string]pq.SSLMode{
		"postgres://u@localhost/d":                        pq.SSLModePrefer,
		"postgres://u@127.0.0.1/d":                        pq.SSLModePrefer,
		"postgres://u@[::1]/d":                            pq.SSLModePrefer,
		"postgres://u@/d?host=/run/postgresql":            pq.SSLModeDisable, // nothing to encrypt
		"postgres://u@db.example.com/d":                   pq.SSLModeRequire,
		"postgres://u@10.0.0.1/d":                         pq.SSLModeRequire,
		"postgres://u@localhost/d?host=db.example.com":    pq.SSLModeRequire,
		"postgres://u@db.example.com/d?sslmode=disable":   pq.SSLModeDisable,
		"postgres://u@localhost/d?sslmode=verify-full":    pq.SSLModeVerifyFull,
		"postgres://u@localhost/d?sslrootcert=system":     pq.SSLModeVerifyFull,
		"postgres://u@db.example.com/d?sslmode=verify-ca": pq.SSLModeVerifyCA,
	} {
		cfg, err := database.PostgresConfig(address)
		require.NoError(t, err, address)
		assert.Equal(t, want, cfg.SSLMode, address)
	}
}

func TestAServerWithoutTLSIsToldOf(t *testing.T) {
	address := databasetest.NewURL(t, empty)
	u, err := url.Parse(address)
	require.NoError(t, err)
	if u.Query().Get("host") == "" {
		t.Skip("needs a server that is reached through its socket")
	}
	proxy := proxyTo(t, strings.TrimSuffix(u.Query().Get("host"), "/")+"/.s.PGSQL.5432")

	_, err = database.OpenPostgres(t.Context(), fmt.Sprintf("postgres://postgres@%s%s?sslmode=require", proxy, u.Path), 1)
	require.ErrorContains(t, err, "offers no TLS; if the network on the way is trusted, add sslmode=disable")

	db, err := database.OpenPostgres(t.Context(), fmt.Sprintf("postgres://postgres@%s%s", proxy, u.Path), 1)
	require.NoError(t, err, "on this machine TLS is only preferred")
	require.NoError(t, db.Close())
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener := listen(t)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

// muteServer takes connections and says nothing.
func muteServer(t *testing.T) string {
	t.Helper()
	return listen(t).Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

package database_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/database"
	databasetest "latchkey/test/database"
)

func TestASilentServerIsGivenUp(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	gate := &gate{}
	db, err := database.OpenPostgres(t.Context(), "postgres://postgres@"+gate.proxyTo(t, server.Socket())+"/postgres?sslmode=disable", 4)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	prepared, err := db.Prepare(`SELECT $1::int`)
	require.NoError(t, err)

	var one int
	gate.shut()
	// Neither call ends by its context: it has no deadline, and the server stays silent.
	require.Error(t, prepared.QueryRowContext(t.Context(), 1).Scan(&one), "on a connection that was open")
	require.Error(t, db.QueryRowContext(t.Context(), `SELECT 1`).Scan(&one), "on a connection to be opened")
	gate.open()
	require.NoError(t, prepared.QueryRowContext(t.Context(), 1).Scan(&one), "once the server answers again")
}

func TestASchemaMayTakeItsTime(t *testing.T) {
	t.Parallel()
	address := startServer(t).URL("postgres")
	patient, err := database.OpenPostgresForSchema(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = patient.Close() })
	_, err = patient.Exec(`SELECT pg_sleep(4)`)
	require.NoError(t, err)
}

func startServer(t *testing.T) *databasetest.Server {
	t.Helper()
	server, err := databasetest.StartServer(databasetest.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return server
}

// gate is a proxy that can fall silent: connections stay, and carry nothing.
type gate struct{ passing sync.RWMutex }

func (g *gate) shut() { g.passing.Lock() }
func (g *gate) open() { g.passing.Unlock() }

func (g *gate) proxyTo(t *testing.T, socket string) string {
	t.Helper()
	listener := listen(t)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", socket)
			if err != nil {
				_ = client.Close()
				continue
			}
			go g.carry(server, client)
			go g.carry(client, server)
		}
	}()
	return listener.Addr().String()
}

func (g *gate) carry(to, from net.Conn) {
	defer func() { _, _ = to.Close(), from.Close() }()
	_, _ = io.Copy(gatedWriter{g, to}, from)
}

type gatedWriter struct {
	gate *gate
	to   io.Writer
}

func (w gatedWriter) Write(b []byte) (int, error) {
	w.gate.passing.RLock()
	defer w.gate.passing.RUnlock()
	return w.to.Write(b)
}

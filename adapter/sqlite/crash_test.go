package sqlite_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"latchkey/adapter/sqlite"
	"latchkey/infrastructure/database"
	"latchkey/test/crash"
)

func TestMain(m *testing.M) {
	crash.Main(func(ctx context.Context, path string) (crash.Ports, error) {
		db, err := database.OpenSQLite(ctx, path)
		if err != nil {
			return crash.Ports{}, err
		}
		stores := sqlite.New(db.Writer, db.Reader)
		return crash.Ports{Users: stores.Users, Sessions: stores.Sessions, Customers: stores.Customers}, nil
	})
	os.Exit(m.Run())
}

// TestKilledAtAnyMoment kills one of two processes on a database file, as the command line works beside
// the server. The other goes on.
func TestKilledAtAnyMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	db := openFile(t, path)
	_, err := database.NewSchema(db.Writer, sqlite.Migrations()).Up(t.Context())
	require.NoError(t, err)

	var acknowledged []string
	other := crash.Start(t, path)
	for range 8 {
		victim := crash.Start(t, path)
		victim.Await(t, 20+rand.IntN(60))
		victim.Kill(t)
		acknowledged = append(acknowledged, victim.Acknowledged(t)...)
		other.Await(t, 10)
	}
	other.Kill(t)
	acknowledged = append(acknowledged, other.Acknowledged(t)...)
	require.NoError(t, db.Close())

	reopened := openFile(t, path)
	crash.Check(t, reopened.Reader, acknowledged)
	var fine string
	require.NoError(t, reopened.Reader.Get(&fine, `PRAGMA integrity_check`))
	require.Equal(t, "ok", fine)
	t.Logf("%d things acknowledged", len(acknowledged))
}

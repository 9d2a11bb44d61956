package postgres_test

import (
	"context"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/postgres"
	"latchkey/infrastructure/database"
	"latchkey/test/crash"
	databasetest "latchkey/test/database"
)

func TestMain(m *testing.M) {
	crash.Main(func(ctx context.Context, address string) (crash.Ports, error) {
		db, err := database.OpenPostgres(ctx, address, 4)
		if err != nil {
			return crash.Ports{}, err
		}
		stores := postgres.New(db)
		return crash.Ports{Users: stores.Users, Sessions: stores.Sessions, Customers: stores.Customers}, nil
	})
	os.Exit(m.Run())
}

// TestKilledAtAnyMoment kills, in turn, a process and the server that two processes work on.
func TestKilledAtAnyMoment(t *testing.T) {
	server, err := databasetest.StartServer(databasetest.Options{Durable: true})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	address := server.URL("postgres")
	require.NoError(t, migrate(databasetest.Open(t, address)))

	var acknowledged []string
	for range 4 {
		victim, other := crash.Start(t, address), crash.Start(t, address)
		victim.Await(t, 20+rand.IntN(60))
		victim.Kill(t)
		other.Await(t, 20+rand.IntN(60))
		require.NoError(t, server.Kill())
		acknowledged = append(acknowledged, victim.Acknowledged(t)...)
		acknowledged = append(acknowledged, other.Acknowledged(t)...) // it has ended by its failures
		require.NoError(t, server.Start())
		crash.Check(t, databasetest.Open(t, address), acknowledged)
	}
	t.Logf("%d things acknowledged", len(acknowledged))
}

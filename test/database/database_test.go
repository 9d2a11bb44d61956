package databasetest_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	databasetest "latchkey/test/database"
)

var migrated atomic.Int32

func migrate(db *sqlx.DB) error {
	migrated.Add(1)
	_, err := db.Exec(`CREATE TABLE notes (text text NOT NULL)`)
	return err
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	t.Run("at the same time", func(t *testing.T) {
		for i := range 8 {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				db := databasetest.New(t, migrate)
				_, err := db.Exec(`INSERT INTO notes VALUES ('mine')`)
				require.NoError(t, err)
				var count int
				require.NoError(t, db.Get(&count, `SELECT count(*) FROM notes`))
				assert.Equal(t, 1, count, "rows in this test's database")
			})
		}
	})
	assert.EqualValues(t, 1, migrated.Load(), "the schema is made once and copied")
}

func TestADatabaseIsDroppedWithItsTest(t *testing.T) {
	var name string
	t.Run("uses it", func(t *testing.T) {
		require.NoError(t, databasetest.New(t, migrate).Get(&name, `SELECT current_database()`))
	})

	var there bool
	db := databasetest.New(t, migrate)
	require.NoError(t, db.Get(&there, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name))
	assert.False(t, there)
}

func TestAServerThatIsKilledKeepsWhatWasCommitted(t *testing.T) {
	server := start(t, databasetest.Options{Durable: true})
	db := databasetest.Open(t, server.URL("postgres"))
	require.NoError(t, migrate(db))
	_, err := db.Exec(`INSERT INTO notes VALUES ('kept')`)
	require.NoError(t, err)

	require.NoError(t, server.Kill())
	assert.Error(t, db.Ping(), "it is down")
	require.NoError(t, server.Start())

	var text string
	require.NoError(t, db.Get(&text, `SELECT text FROM notes`))
	assert.Equal(t, "kept", text)
}

func TestAServerStopsAndStarts(t *testing.T) {
	server := start(t, databasetest.Options{Settings: []string{"max_connections=17"}})
	db := databasetest.Open(t, server.URL("postgres"))

	require.NoError(t, server.Stop())
	assert.Error(t, db.Ping(), "it is down")
	require.NoError(t, server.Start())

	var setting string
	require.NoError(t, db.Get(&setting, `SHOW max_connections`))
	assert.Equal(t, "17", setting)
}

func TestNothingIsLeftOfAServer(t *testing.T) {
	server := start(t, databasetest.Options{})
	folder := filepath.Dir(server.Socket())
	require.DirExists(t, folder)

	require.NoError(t, server.Close())

	assert.NoDirExists(t, folder)
}

func TestWithPostgresHandsOnTheExitCode(t *testing.T) {
	program := filepath.Join(t.TempDir(), "withpostgres")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/withpostgres").CombinedOutput()
	require.NoError(t, err, string(output))

	command := exec.CommandContext(t.Context(), program, "/bin/sh", "-c", `test -n "$TEST_DATABASE_URL" && exit 7`)
	command.Env = append(os.Environ(), databasetest.EnvURL+"=")
	var failed *exec.ExitError
	require.True(t, errors.As(command.Run(), &failed))
	assert.Equal(t, 7, failed.ExitCode())
}

func start(t *testing.T, options databasetest.Options) *databasetest.Server {
	t.Helper()
	server, err := databasetest.StartServer(options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	return server
}

package sqlite_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/sqlite"
	"latchkey/adapter/sqlstore"
	"latchkey/domain"
	"latchkey/infrastructure/database"
)

func migrated(t *testing.T) (string, database.SQLite, sqlstore.Stores) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "latchkey.db")
	db := openFile(t, path)
	_, err := database.NewSchema(db.Writer, sqlite.Migrations()).Up(t.Context())
	require.NoError(t, err)
	return path, db, sqlite.New(db.Writer, db.Reader)
}

// TestAFileThatCannotBeWritten: reading goes on, writing is refused whole, and goes on when the cause is gone.
func TestAFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, path string, db database.SQLite) (mend func()){
		"another process writes, and does not end": func(t *testing.T, path string, db database.SQLite) func() {
			_, err := db.Writer.Exec(`PRAGMA busy_timeout = 0`)
			require.NoError(t, err)
			other, err := openFile(t, path).Writer.Beginx()
			require.NoError(t, err)
			return func() { require.NoError(t, other.Rollback()) }
		},
		"the disk is full": func(t *testing.T, _ string, db database.SQLite) func() {
			var pages int
			require.NoError(t, db.Writer.Get(&pages, `PRAGMA max_page_count = 1`)) // the size it has
			return func() {
				_, err := db.Writer.Exec(`PRAGMA max_page_count = 1000000`)
				require.NoError(t, err)
			}
		},
		"it may only be read": func(t *testing.T, _ string, db database.SQLite) func() {
			_, err := db.Writer.Exec(`PRAGMA query_only = 1`)
			require.NoError(t, err)
			return func() {
				_, err := db.Writer.Exec(`PRAGMA query_only = 0`)
				require.NoError(t, err)
			}
		},
	}
	for name, breakIt := range tests {
		t.Run(name, func(t *testing.T) {
			path, db, stores := migrated(t)
			o := opening()
			_, err := stores.Sessions.Open(t.Context(), o)
			require.NoError(t, err)
			mend := breakIt(t, path, db)

			next := opening()
			for err = nil; err == nil; next = opening() { // until it is full, in that case
				_, err = stores.Sessions.Open(t.Context(), next)
			}
			require.ErrorIs(t, err, domain.ErrUnavailable)
			_, err = stores.Sessions.Find(t.Context(), o.Key)
			require.NoError(t, err, "reading goes on")

			mend()
			_, err = stores.Sessions.Open(t.Context(), next)
			require.NoError(t, err)
			var halves int
			require.NoError(t, db.Reader.Get(&halves, `SELECT (SELECT count(*) FROM sessions) -
				(SELECT count(*) FROM audit WHERE action = 'session.opened')`))
			require.Zero(t, halves)
		})
	}
}

// TestACredentialIsSpentOnceBySeveralProcesses: the command line works beside the server.
func TestACredentialIsSpentOnceBySeveralProcesses(t *testing.T) {
	t.Parallel()
	path, _, first := migrated(t)
	beside := openFile(t, path)
	all := []sqlstore.Stores{first, sqlite.New(beside.Writer, beside.Reader)}

	credential := opening().Identity.Credential
	results := make([]error, 20)
	var done sync.WaitGroup
	for i := range results {
		done.Go(func() {
			o := opening()
			o.Identity.Credential = credential
			_, results[i] = all[i%2].Sessions.Open(t.Context(), o)
		})
	}
	done.Wait()
	opened := 0
	for _, err := range results {
		if err == nil {
			opened++
		} else {
			assert.ErrorIs(t, err, domain.ErrCredentialSpent)
		}
	}
	require.Equal(t, 1, opened)
}

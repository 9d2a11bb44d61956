package database_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/database"
)

func openSQLite(t *testing.T) database.SQLite {
	t.Helper()
	db, err := database.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func TestANewFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "var", "with ?#% in it", "test.db")

	db, err := database.OpenSQLite(t.Context(), path)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.Writer.Exec(`CREATE TABLE notes (text text)`)
	require.NoError(t, err)

	for name, mode := range map[string]fs.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode().Perm(), name)
	}
}

func TestSQLiteConnectionsAreSetUp(t *testing.T) {
	db := openSQLite(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "foreign_keys": "1", "synchronous": "2", "busy_timeout": "5000",
	} {
		for _, pool := range []interface {
			Get(dest any, query string, args ...any) error
		}{db.Writer, db.Reader} {
			var got string
			require.NoError(t, pool.Get(&got, "PRAGMA "+pragma))
			assert.Equal(t, want, got, pragma)
		}
	}
	assert.Equal(t, 1, db.Writer.Stats().MaxOpenConnections)

	_, err := db.Reader.Exec(`CREATE TABLE notes (text text)`)
	assert.ErrorContains(t, err, "readonly", "a reader can't write")
}

func TestSQLiteReadsWhatHasBeenWritten(t *testing.T) {
	db := openSQLite(t)
	at := time.Date(2001, 2, 3, 4, 5, 6, 789_000_000, time.FixedZone("", 3600))
	_, err := db.Writer.Exec(`CREATE TABLE notes (text text NOT NULL, at timestamp NOT NULL)`)
	require.NoError(t, err)
	_, err = db.Writer.NamedExec(`INSERT INTO notes VALUES (:text, :at)`, map[string]any{"text": "one", "at": at})
	require.NoError(t, err)

	var got struct {
		Text string
		At   time.Time
	}
	require.NoError(t, db.Reader.Get(&got, db.Reader.Rebind(`SELECT text, at FROM notes WHERE text = ?`), "one"))
	assert.Equal(t, at.UTC(), got.At)
}

func TestSQLiteFilesThatCannotBeUsed(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte("this is no database, and it is long enough to be looked at as one, which takes a hundred bytes"), 0o600))
	for path, want := range map[string]string{
		folder:                             "the database file " + folder + " can't be opened: is a directory",
		filepath.Join(text, "latchkey.db"): "can't be opened: not a directory",
		text:                               "the database file " + text + " can't be used: it is not a SQLite database",
	} {
		_, err := database.OpenSQLite(t.Context(), path)
		assert.ErrorContains(t, err, want)
	}
}

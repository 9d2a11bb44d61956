package database_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/database"
	databasetest "latchkey/test/database"
)

// steps makes n migrations, each with a table.
func steps(n int) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 1; i <= n; i++ {
		files[fmt.Sprintf("%05d_step.sql", i)] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"-- +goose Up\nCREATE TABLE step%[1]d (id integer);\n-- +goose Down\nDROP TABLE step%[1]d;\n", i)}
	}
	return files
}

// engines runs a test on each database.
func engines(t *testing.T, test func(t *testing.T, db *sqlx.DB)) {
	t.Run("SQLite", func(t *testing.T) { test(t, openSQLite(t).Writer) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, databasetest.New(t, empty)) })
}

func versions(all []database.Migration) []int64 {
	var found []int64
	for _, m := range all {
		found = append(found, m.Version)
	}
	return found
}

func TestASchemaGoesUpAndDown(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlx.DB) {
		schema := database.NewSchema(db, steps(2))
		err := schema.Check(t.Context())
		require.ErrorIs(t, err, database.ErrSchemaOld)
		assert.EqualError(t, err, "the database schema is older than this program: it is at version 0 and 2 is needed")
		status, err := schema.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1, 2}, versions(status))
		assert.Zero(t, status[1].AppliedAt)

		applied, err := schema.Up(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []database.Migration{{Version: 1, Name: "00001_step.sql"}, {Version: 2, Name: "00002_step.sql"}}, applied)
		require.NoError(t, schema.Check(t.Context()))
		status, err = schema.Status(t.Context())
		require.NoError(t, err)
		assert.NotZero(t, status[1].AppliedAt)

		applied, err = schema.Up(t.Context())
		require.NoError(t, err)
		assert.Empty(t, applied, "nothing is applied twice")

		for _, version := range []int64{2, 1} {
			back, err := schema.Down(t.Context())
			require.NoError(t, err)
			assert.Equal(t, version, back.Version)
			require.ErrorIs(t, schema.Check(t.Context()), database.ErrSchemaOld)
		}
		_, err = schema.Down(t.Context())
		assert.ErrorIs(t, err, database.ErrSchemaEmpty)
	})
}

func TestASchemaFromTheFutureIsLeftAlone(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlx.DB) {
		_, err := database.NewSchema(db, steps(3)).Up(t.Context())
		require.NoError(t, err)

		older := database.NewSchema(db, steps(2))
		err = older.Check(t.Context())
		require.ErrorIs(t, err, database.ErrSchemaNew)
		assert.EqualError(t, err, "the database schema is newer than this program: it is at version 3 and this program knows 2 at the most")
		_, err = older.Up(t.Context())
		require.ErrorIs(t, err, database.ErrSchemaNew)
		_, err = older.Down(t.Context())
		require.ErrorIs(t, err, database.ErrSchemaNew)
		require.NoError(t, database.NewSchema(db, steps(3)).Check(t.Context()))
	})
}

func TestAFailedMigrationKeepsTheOnesBefore(t *testing.T) {
	engines(t, func(t *testing.T, db *sqlx.DB) {
		files := steps(2)
		files["00003_wrong.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE half (id integer);\nCREATE TABLE step1 (id integer);\n")}

		applied, err := database.NewSchema(db, files).Up(t.Context())

		require.ErrorContains(t, err, "migration 00003_wrong.sql failed and was rolled back")
		assert.Equal(t, []int64{1, 2}, versions(applied))
		require.NoError(t, database.NewSchema(db, steps(2)).Check(t.Context()))
		_, err = db.Exec(`SELECT * FROM half`)
		assert.Error(t, err, "nothing is left of the failed one")
	})
}

func TestParallelMigratorsDoNotClash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	address := databasetest.NewURL(t, empty)
	open := map[string]func(t *testing.T) *sqlx.DB{
		"SQLite": func(t *testing.T) *sqlx.DB {
			db, err := database.OpenSQLite(t.Context(), path)
			require.NoError(t, err)
			t.Cleanup(func() { _ = db.Close() })
			return db.Writer
		},
		"PostgreSQL": func(t *testing.T) *sqlx.DB { return databasetest.Open(t, address) },
	}
	for engine, open := range open {
		t.Run(engine, func(t *testing.T) {
			const migrators, count = 5, 20
			migrations := fs.FS(steps(count))
			_, err := database.NewSchema(open(t), steps(1)).Up(t.Context()) // goose's own table is there
			require.NoError(t, err)
			schemas := make([]database.Schema, migrators)
			for i := range schemas {
				schemas[i] = database.NewSchema(open(t), migrations)
			}
			type result struct {
				applied []database.Migration
				err     error
			}
			results := make(chan result, migrators)
			for _, schema := range schemas {
				go func() {
					applied, err := schema.Up(t.Context())
					results <- result{applied, err}
				}()
			}
			for range schemas {
				require.NoError(t, (<-results).err)
			}
			require.NoError(t, schemas[0].Check(t.Context()))
		})
	}
}

func TestARoleThatMayNotCreateCanCheck(t *testing.T) {
	db := databasetest.New(t, empty)
	db.SetMaxOpenConns(1)
	const role = "latchkey_test_reader"
	_, _ = db.Exec(`CREATE ROLE ` + role) // there already on a server that has seen this test
	_, err := db.Exec(`SET ROLE ` + role)
	require.NoError(t, err)

	err = database.NewSchema(db, steps(1)).Check(t.Context())

	assert.ErrorIs(t, err, database.ErrSchemaOld, "an empty database is old, and nothing was created to find out")
}

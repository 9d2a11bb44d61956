package postgres_test

import (
	"errors"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/postgres"
	"latchkey/infrastructure/database"
	databasetest "latchkey/test/database"
)

func TestTheSchemaGoesDownAndUpAgain(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t, migrate)
	before := catalog(t, db)
	require.NotEmpty(t, before)

	schema := database.NewSchema(db, postgres.Migrations())
	var err error
	for err == nil {
		_, err = schema.Down(t.Context())
	}
	require.True(t, errors.Is(err, database.ErrSchemaEmpty), "%v", err)
	require.Empty(t, catalog(t, db), "nothing is left")

	require.NoError(t, migrate(db))
	require.Equal(t, before, catalog(t, db))
}

// catalog describes what the migrations have made.
func catalog(t *testing.T, db *sqlx.DB) []string {
	t.Helper()
	var all []string
	require.NoError(t, db.Select(&all, `
		SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, column_default, is_nullable) AS thing
			FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%'
		UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
			WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'goose%'
		ORDER BY thing`))
	return all
}

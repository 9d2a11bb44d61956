package sqlite_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"latchkey/adapter/sqlite"
	"latchkey/infrastructure/database"
)

func TestTheSchemaGoesDownAndUpAgain(t *testing.T) {
	t.Parallel()
	db := openFile(t, filepath.Join(t.TempDir(), "latchkey.db"))
	schema := database.NewSchema(db.Writer, sqlite.Migrations())
	catalog := func() (all []string) {
		require.NoError(t, db.Writer.Select(&all,
			`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND tbl_name NOT LIKE 'sqlite%' ORDER BY sql`))
		return all
	}

	_, err := schema.Up(t.Context())
	require.NoError(t, err)
	before := catalog()
	require.NotEmpty(t, before)

	for err == nil {
		_, err = schema.Down(t.Context())
	}
	require.True(t, errors.Is(err, database.ErrSchemaEmpty), "%v", err)
	require.Empty(t, catalog(), "nothing is left")

	_, err = schema.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, catalog())
}

package postgres

import (
	"embed"
	"io/fs"

	"github.com/jmoiron/sqlx"

	"latchkey/adapter/sqlstore"
)

// New returns the ports over a database whose schema is up to date.
func New(db *sqlx.DB) sqlstore.Stores {
	return sqlstore.New(sqlstore.Database{Writer: db, Reader: db},
		sqlstore.Dialect{RowLock: ` FOR UPDATE`, Classify: classify})
}

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the schema as goose's migrations, at the root.
func Migrations() fs.FS {
	root, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return root
}

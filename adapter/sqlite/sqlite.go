package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"io/fs"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"latchkey/adapter/sqlstore"
)

// New returns the ports over a database whose schema is up to date. The writer's transactions
// must take the write lock as they begin: writers take turns, and what one has read no other
// changes before its end.
func New(writer, reader *sqlx.DB) sqlstore.Stores {
	return sqlstore.New(sqlstore.Database{Writer: writer, Reader: reader}, sqlstore.Dialect{Classify: classify})
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

// primaryCode is the part of a result code that says the kind of failure (sqlite.org/rescode.html).
const primaryCode = 0xff

// classify says what an error of the driver means.
func classify(err error) sqlstore.Failure {
	var refused *sqlite.Error
	if errors.As(err, &refused) {
		switch refused.Code() & primaryCode {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, // another process writes
			sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, // the disk
			sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
			return sqlstore.FailureUnavailable
		}
		return sqlstore.FailureDefect
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) {
		return sqlstore.FailureUnavailable
	}
	return sqlstore.FailureDefect
}

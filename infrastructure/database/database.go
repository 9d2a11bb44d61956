// Package database provides open connection pools, SQLite's and PostgreSQL's, and brings
// their schema to the version it is handed.
package database

import "errors"

// The names that sqlx knows the drivers by, as DriverName gives them.
const (
	driverSQLite   = "sqlite"
	driverPostgres = "postgres"
)

// The reasons why a schema does not fit the program; the errors that wrap them say what to do.
var (
	ErrSchemaOld   = errors.New("the database schema is older than this program")
	ErrSchemaNew   = errors.New("the database schema is newer than this program")
	ErrSchemaEmpty = errors.New("no migration has been applied")
)

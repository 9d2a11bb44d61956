package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite" // registers the driver too
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite is one database file, opened twice: SQLite has one writer at a time, and asking
// for it through one connection spares everybody the wait on its lock.
type SQLite struct {
	Writer *sqlx.DB // one connection; its transactions take the write lock as they begin
	Reader *sqlx.DB // several connections that can't write
}

// Close closes both pools.
func (s SQLite) Close() error { return errors.Join(s.Reader.Close(), s.Writer.Close()) }

// OpenSQLite opens the database file, or makes it (readable by its owner alone, as is the
// folder where that is missing). What it acknowledges as committed survives a power cut.
// The error is one sentence for people.
func OpenSQLite(ctx context.Context, path string) (SQLite, error) {
	if err := makeFile(path); err != nil {
		return SQLite{}, fmt.Errorf("the database file %s can't be opened: %w", path, reason(err))
	}
	sqlx.BindDriver(driverSQLite, sqlx.DOLLAR)

	writer, err := sqlx.Open(driverSQLite, sqliteDSN(path, "_txlock=immediate"))
	if err != nil {
		return SQLite{}, fmt.Errorf("open the database for writing: %w", err)
	}
	writer.SetMaxOpenConns(1)
	writer.SetMaxIdleConns(1)

	reader, err := sqlx.Open(driverSQLite, sqliteDSN(path, "_txlock=deferred", "_pragma=query_only(1)"))
	if err != nil {
		return SQLite{}, errors.Join(fmt.Errorf("open the database for reading: %w", err), writer.Close())
	}
	readers := max(4, 2*runtime.NumCPU())
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)

	db := SQLite{Writer: writer, Reader: reader}
	// The writer first: it is the one that may turn a new file to write-ahead logging.
	for _, pool := range []*sqlx.DB{writer, reader} {
		var tables int
		if err := pool.GetContext(ctx, &tables, `SELECT count(*) FROM sqlite_master`); err != nil {
			return SQLite{}, errors.Join(fmt.Errorf("the database file %s can't be used: %w", path, reason(err)), db.Close())
		}
	}
	return db, nil
}

// makeFile sees to it that the file is there. SQLite gives its side files the mode of this one.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make its folder: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is the operator's
	if err != nil {
		return fmt.Errorf("open it: %w", err)
	}
	return file.Close()
}

func sqliteDSN(path string, own ...string) string {
	parameters := append([]string{
		"_pragma=busy_timeout(5000)", // first: the others may have to wait too
		"_pragma=journal_mode(WAL)",
		"_pragma=foreign_keys(1)",
		"_pragma=synchronous(FULL)",
		"_time_format=sqlite", // the driver's own form of a time does not sort
		"_timezone=UTC",
	}, own...)
	file := url.URL{Path: path}
	return "file:" + file.EscapedPath() + "?" + strings.Join(parameters, "&")
}

// reason gives the cause without what the sentence round it says already.
func reason(err error) error {
	var onFile *fs.PathError
	if errors.As(err, &onFile) {
		return onFile.Err
	}
	var known *sqlite.Error
	if errors.As(err, &known) {
		switch known.Code() & 0xff { // the primary code
		case sqlite3.SQLITE_NOTADB:
			return errors.New("it is not a SQLite database")
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return errors.New("another program keeps it locked")
		case sqlite3.SQLITE_FULL:
			return errors.New("the disk is full")
		case sqlite3.SQLITE_READONLY:
			return errors.New("it may only be read")
		}
	}
	return err
}

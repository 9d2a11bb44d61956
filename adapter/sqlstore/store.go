package sqlstore

import (
	"context"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// Database is where the data is: a pool that writes and one that reads, which may be the same.
// What the first has committed, the second sees.
type Database struct {
	Writer *sqlx.DB
	Reader *sqlx.DB
}

// Dialect is what an engine does in its own way.
type Dialect struct {
	// RowLock ends a SELECT whose rows the transaction goes on to change, so that it sees their
	// latest state and nobody changes them before its end. Empty where writers take turns.
	RowLock string

	// Classify says what an error of the driver means.
	Classify func(err error) Failure
}

// Failure is what an error means for who asked.
type Failure uint8

// The failures.
const (
	FailureDefect      Failure = iota // nothing that trying again would help
	FailureUnavailable                // the database can't be reached, is too slow or can't write
	FailureConflict                   // the transaction lost against others and may be tried again
)

// Stores are the ports over one database.
type Stores struct {
	Users       *Users
	Sessions    *Sessions
	Customers   *Customers
	Audit       *Audit
	Retention   *Retention
	Revocations Revocations
}

// New returns the ports over a database whose schema is up to date.
func New(db Database, dialect Dialect) Stores {
	s := &store{
		writer: pool{DB: db.Writer, statements: &sync.Map{}}, reader: pool{DB: db.Reader, statements: &sync.Map{}},
		dialect: dialect,
	}
	return Stores{
		Users: &Users{s}, Sessions: &Sessions{s}, Customers: &Customers{s}, Audit: &Audit{s}, Retention: &Retention{s},
	}
}

// store is what the ports share.
type store struct {
	writer, reader pool
	dialect        Dialect
}

// callLimit is how long a call may take in all: a caller is answered within 5 s, whatever the
// state of the database.
const callLimit = 4 * time.Second

// perItem is how much longer a call may take for each of its items.
const perItem = time.Millisecond

// limited gives a call of so many items its time.
func limited(ctx context.Context, items int) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callLimit+time.Duration(items)*perItem)
}

// pool is a connection pool and the statements that were prepared on it.
type pool struct {
	*sqlx.DB
	statements *sync.Map // query → *sqlx.Stmt
}

// prepare prepares the query, once, for whoever uses it in this pool. It takes a connection
// of the pool, so that it can't be called within a transaction.
func (p pool) prepare(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if prepared := p.prepared(query); prepared != nil {
		return prepared, nil
	}
	statement, err := p.PreparexContext(ctx, query)
	if err != nil {
		return nil, err
	}
	first, came := p.statements.LoadOrStore(query, statement)
	if came {
		_ = statement.Close() //nolint:sqlclosecheck // not the one that is returned
	}
	return first.(*sqlx.Stmt), nil
}

// prepared returns the prepared statement, or nil.
func (p pool) prepared(query string) *sqlx.Stmt {
	if found, ok := p.statements.Load(query); ok {
		return found.(*sqlx.Stmt)
	}
	return nil
}

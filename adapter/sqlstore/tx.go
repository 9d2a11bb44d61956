package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jmoiron/sqlx"
)

// maxTries is how often a transaction is tried that loses against others. The lock order
// leaves nothing to lose; this is for what an operator's own statements do.
const maxTries = 3

// transact runs work as one transaction, again if it lost against others. doing names it in
// errors. What work returns is mapped by failed; a refused closure's error is returned as it is.
func (s *store) transact(ctx context.Context, doing string, work func(ctx context.Context, tx *tx) error) error {
	for try := 1; ; try++ {
		err := s.once(ctx, work)
		if err == nil {
			return nil
		}
		if try < maxTries && ctx.Err() == nil && s.dialect.Classify(err) == FailureConflict {
			continue
		}
		return s.failed(ctx, doing, err)
	}
}

func (s *store) once(ctx context.Context, work func(ctx context.Context, tx *tx) error) error {
	// Named, for an operator may have set another default, under which changes would fail.
	begun, err := s.writer.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return err
	}
	defer func() { _ = begun.Rollback() }() // nothing after a commit
	if err := work(ctx, &tx{begun, s}); err != nil {
		return err
	}
	return begun.Commit()
}

// tx is a transaction. It uses the statements that are prepared on the writing pool.
type tx struct {
	*sqlx.Tx
	store *store
}

// get reads the one row that the query gives; sql.ErrNoRows if it gives none.
func (t *tx) get(ctx context.Context, row any, query string, args ...any) error {
	if prepared := t.store.writer.prepared(query); prepared != nil {
		return t.StmtxContext(ctx, prepared).GetContext(ctx, row, args...) //nolint:sqlclosecheck // it ends with the transaction
	}
	return t.GetContext(ctx, row, query, args...)
}

// exec runs the query and returns how many rows it has changed.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int, error) {
	run := t.ExecContext
	if prepared := t.store.writer.prepared(query); prepared != nil {
		statement := t.StmtxContext(ctx, prepared)
		run = func(ctx context.Context, _ string, args ...any) (sql.Result, error) {
			return statement.ExecContext(ctx, args...)
		}
	}
	result, err := run(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// refusal carries what a closure has refused with through the transaction.
type refusal struct{ error }

func absent(err error) bool { return errors.Is(err, sql.ErrNoRows) }

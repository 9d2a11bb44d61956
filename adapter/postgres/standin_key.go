package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// StandinKeys keeps the Google stand-in's key where all replicas find it.
type StandinKeys struct{ db *sqlx.DB }

// NewStandinKeys returns the keys in a database whose schema is up to date.
func NewStandinKeys(db *sqlx.DB) *StandinKeys { return &StandinKeys{db} }

// StandinKey returns the kept key. Where none is kept it keeps what fresh returns; of several
// callers at the same time all get the same.
func (k *StandinKeys) StandinKey(ctx context.Context, fresh func() ([]byte, error)) ([]byte, error) {
	kept, err := k.kept(ctx)
	if !errors.Is(err, sql.ErrNoRows) {
		return kept, err
	}
	made, err := fresh()
	if err != nil {
		return nil, fmt.Errorf("make the stand-in's key: %w", err)
	}
	const insert = `INSERT INTO standin_key (pem) VALUES ($1) ON CONFLICT DO NOTHING`
	if _, err := k.db.ExecContext(ctx, insert, string(made)); err != nil {
		return nil, fmt.Errorf("keep the stand-in's key: %w", err)
	}
	return k.kept(ctx)
}

func (k *StandinKeys) kept(ctx context.Context) ([]byte, error) {
	var pem []byte
	err := k.db.GetContext(ctx, &pem, `SELECT pem FROM standin_key`)
	if err != nil {
		return nil, fmt.Errorf("read the stand-in's key: %w", err)
	}
	return pem, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jmoiron/sqlx"

	"latchkey/adapter/googlestandin"
	"latchkey/adapter/httpapi"
	"latchkey/adapter/postgres"
	"latchkey/adapter/sqlite"
	"latchkey/adapter/sqlstore"
	"latchkey/infrastructure/config"
	"latchkey/infrastructure/database"
	"latchkey/usecase/port"
)

// stores is everything that is kept.
type stores struct {
	Users       port.Users
	Sessions    port.Sessions
	Customers   port.Customers
	Audit       port.Audit
	Retention   port.Retention
	Revocations port.Revocations
	StandinKeys googlestandin.Keys
	Checks      []httpapi.Check
}

// poolSize is how many connections to PostgreSQL a process holds at the most.
const poolSize = 20

// openStores opens what the settings name, with its schema up to date: it migrates where
// they let it, else an old schema is an error that says what to run.
func openStores(ctx context.Context, cfg config.Config) (stores, func(), error) {
	if cfg.OnPostgres() {
		return openPostgres(ctx, cfg)
	}
	return openSQLite(ctx, cfg)
}

func openPostgres(ctx context.Context, cfg config.Config) (stores, func(), error) {
	if cfg.MigrateOnServe {
		if err := bringUpToDate(ctx, cfg); err != nil {
			return stores{}, nil, err
		}
	}
	db, err := database.OpenPostgres(ctx, cfg.DatabaseURL.Reveal(), poolSize)
	if err != nil {
		return stores{}, nil, err
	}
	closeDB := func() { _ = db.Close() }
	schema := database.NewSchema(db, postgres.Migrations())
	if err := advised(schema.Check(ctx)); err != nil {
		closeDB()
		return stores{}, nil, err
	}
	return newStores(postgres.New(db), postgres.NewStandinKeys(db), db, schema), closeDB, nil
}

func openSQLite(ctx context.Context, cfg config.Config) (stores, func(), error) {
	db, err := database.OpenSQLite(ctx, cfg.SQLitePath())
	if err != nil {
		return stores{}, nil, err
	}
	closeDB := func() { _ = db.Close() }
	schema := database.NewSchema(db.Writer, sqlite.Migrations())
	if cfg.MigrateOnServe {
		_, err = schema.Up(ctx)
	} else {
		err = schema.Check(ctx)
	}
	if err != nil {
		closeDB()
		return stores{}, nil, advised(err)
	}
	keys := googlestandin.NewKeyFile(filepath.Join(filepath.Dir(cfg.SQLitePath()), "standin-key.pem"))
	return newStores(sqlite.New(db.Writer, db.Reader), keys, db.Reader, schema), closeDB, nil
}

// advised adds what to do to an error that says that the schema isn't the program's.
func advised(err error) error {
	switch {
	case errors.Is(err, database.ErrSchemaOld):
		return fmt.Errorf("%w: run latchkey migrate up", err)
	case errors.Is(err, database.ErrSchemaNew):
		return fmt.Errorf("%w: install the program's newer version", err)
	}
	return err
}

// usable tells whether a running process can go on with the schema: a newer one is made to
// serve the replicas that are still to be replaced.
func usable(ctx context.Context, schema database.Schema) error {
	err := schema.Check(ctx)
	if errors.Is(err, database.ErrSchemaNew) {
		return nil
	}
	return err
}

func newStores(s sqlstore.Stores, keys googlestandin.Keys, db *sqlx.DB, schema database.Schema) stores {
	return stores{
		Users: s.Users, Sessions: s.Sessions, Customers: s.Customers,
		Audit: s.Audit, Retention: s.Retention, Revocations: s.Revocations,
		StandinKeys: keys,
		Checks: []httpapi.Check{
			{Name: "database", Check: db.PingContext},
			{Name: "schema", Check: func(ctx context.Context) error { return usable(ctx, schema) }},
		},
	}
}

// openSchema opens the database for a change of its schema, by the owner's connection.
func openSchema(ctx context.Context, cfg config.Config) (database.Schema, func(), error) {
	if !cfg.OnPostgres() {
		db, err := database.OpenSQLite(ctx, cfg.SQLitePath())
		if err != nil {
			return database.Schema{}, nil, err
		}
		return database.NewSchema(db.Writer, sqlite.Migrations()), func() { _ = db.Close() }, nil
	}
	db, err := database.OpenPostgresForSchema(ctx, cfg.DatabaseMigrationURL.Reveal())
	if err != nil {
		return database.Schema{}, nil, err
	}
	return database.NewSchema(db, postgres.Migrations()), func() { _ = db.Close() }, nil
}

func bringUpToDate(ctx context.Context, cfg config.Config) error {
	schema, closeSchema, err := openSchema(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeSchema()
	if _, err := schema.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", advised(err))
	}
	return nil
}

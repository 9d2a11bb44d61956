package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

// Schema is a database together with the migrations that its program brings.
type Schema struct {
	db         *sqlx.DB
	migrations fs.FS
}

// Migration is one step of the schema.
type Migration struct {
	Version   int64
	Name      string    // of its file
	AppliedAt time.Time // zero: not applied
}

// NewSchema joins a database with the migrations at the root of a file system, in goose's
// form. On SQLite the pool must be the one that writes.
func NewSchema(db *sqlx.DB, migrations fs.FS) Schema { return Schema{db, migrations} }

// Up applies every migration that is missing and returns those it applied; none when the
// schema is up to date. Several processes may call it at the same time: on PostgreSQL they
// wait for one another, on SQLite one of them does the work. It refuses with ErrSchemaNew.
func (s Schema) Up(ctx context.Context) ([]Migration, error) {
	// SQLite has no lock that spans migrations. Who comes second fails on what the first has
	// made, finds that the schema has moved on, and goes on from there.
	var all []Migration
	for {
		before, _, err := s.versions(ctx)
		if err != nil {
			return all, err
		}
		applied, err := s.up(ctx)
		all = append(all, applied...)
		if err == nil || s.db.DriverName() != driverSQLite {
			return all, err
		}
		if after, _, again := s.versions(ctx); again != nil || after == before {
			return all, err
		}
	}
}

func (s Schema) up(ctx context.Context) ([]Migration, error) {
	if err := s.Check(ctx); !errors.Is(err, ErrSchemaOld) {
		return nil, err
	}
	provider, err := s.provider()
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	var failed *goose.PartialError
	if errors.As(err, &failed) {
		return applied(failed.Applied), fmt.Errorf("migration %s failed and was rolled back: %w", path.Base(failed.Failed.Source.Path), failed.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("migrate the schema: %w", err)
	}
	return applied(results), nil
}

func applied(results []*goose.MigrationResult) []Migration {
	var all []Migration
	for _, r := range results {
		all = append(all, Migration{Version: r.Source.Version, Name: path.Base(r.Source.Path)})
	}
	return all
}

// Down takes the latest migration back and returns it. It refuses with ErrSchemaNew, and
// with ErrSchemaEmpty when there is none.
func (s Schema) Down(ctx context.Context) (Migration, error) {
	if err := s.Check(ctx); err != nil && !errors.Is(err, ErrSchemaOld) {
		return Migration{}, err
	}
	provider, err := s.provider()
	if err != nil {
		return Migration{}, err
	}
	result, err := provider.Down(ctx)
	if errors.Is(err, goose.ErrNoNextVersion) {
		return Migration{}, ErrSchemaEmpty
	}
	if err != nil {
		return Migration{}, fmt.Errorf("take the latest migration back: %w", err)
	}
	return Migration{Version: result.Source.Version, Name: path.Base(result.Source.Path)}, nil
}

// Status lists all migrations of the program, oldest first.
func (s Schema) Status(ctx context.Context) ([]Migration, error) {
	provider, err := s.provider()
	if err != nil {
		return nil, err
	}
	store, known, err := s.store(ctx)
	if err != nil {
		return nil, err
	}
	var all []Migration
	for _, source := range provider.ListSources() {
		one := Migration{Version: source.Version, Name: path.Base(source.Path)}
		if known {
			found, err := store.GetMigration(ctx, s.db.DB, source.Version)
			switch {
			case errors.Is(err, database.ErrVersionNotFound):
			case err != nil:
				return nil, fmt.Errorf("read the schema's version: %w", err)
			default:
				one.AppliedAt = found.Timestamp.UTC()
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// Check compares the schema with the program and changes nothing: nil when they fit, else
// an error that wraps ErrSchemaOld or ErrSchemaNew and names both versions.
func (s Schema) Check(ctx context.Context) error {
	current, target, err := s.versions(ctx)
	switch {
	case err != nil:
		return err
	case current < target:
		return fmt.Errorf("%w: it is at version %d and %d is needed", ErrSchemaOld, current, target)
	case current > target:
		return fmt.Errorf("%w: it is at version %d and this program knows %d at the most", ErrSchemaNew, current, target)
	}
	return nil
}

// versions reads where the schema is (0: nothing there) and where the program wants it.
func (s Schema) versions(ctx context.Context) (current, target int64, err error) {
	provider, err := s.provider()
	if err != nil {
		return 0, 0, err
	}
	for _, source := range provider.ListSources() {
		target = max(target, source.Version)
	}
	store, known, err := s.store(ctx)
	if err != nil || !known {
		return 0, target, err
	}
	current, err = store.GetLatestVersion(ctx, s.db.DB)
	if err != nil && !errors.Is(err, database.ErrVersionNotFound) {
		return 0, target, fmt.Errorf("read the schema's version: %w", err)
	}
	return max(current, 0), target, nil
}

// store reads goose's own table without making it, as goose would: the role that serves
// may not be allowed to.
func (s Schema) store(ctx context.Context) (_ database.Store, known bool, err error) {
	store, err := database.NewStore(s.dialect(), goose.DefaultTablename)
	if err != nil {
		return nil, false, fmt.Errorf("read the schema's version: %w", err)
	}
	exists := `SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1)`
	if s.db.DriverName() == driverSQLite {
		exists = `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)`
	}
	if err := s.db.GetContext(ctx, &known, exists, goose.DefaultTablename); err != nil {
		return nil, false, fmt.Errorf("read the schema's version: %w", err)
	}
	return store, known, nil
}

func (s Schema) dialect() goose.Dialect {
	if s.db.DriverName() == driverSQLite {
		return goose.DialectSQLite3
	}
	return goose.DialectPostgres
}

// provider is made anew for each call: the lock in it counts its tries.
func (s Schema) provider() (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.dialect() == goose.DialectPostgres {
		const everySecond, tries = 1, 300
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(everySecond, tries))
		if err != nil {
			return nil, fmt.Errorf("prepare the lock on the schema: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(s.dialect(), s.db.DB, s.migrations, options...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}

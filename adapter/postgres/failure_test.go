package postgres_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/postgres"
	"latchkey/adapter/sqlstore"
	"latchkey/domain"
	"latchkey/infrastructure/database"
	databasetest "latchkey/test/database"
	"latchkey/usecase/port"
)

func startServer(t *testing.T, settings ...string) *databasetest.Server {
	t.Helper()
	server, err := databasetest.StartServer(databasetest.Options{Settings: settings})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return server
}

// every calls each port in one way at least.
func every() map[string]func(ctx context.Context, s sqlstore.Stores) error {
	calls := all()
	calls["add customer"] = func(ctx context.Context, s sqlstore.Stores) error {
		customer, err := domain.NewCustomer("A customer", "customer@example.com", domain.Principal{})
		if err != nil {
			return err
		}
		_, err = s.Customers.Add(ctx, customer)
		return err
	}
	calls["list customers"] = func(ctx context.Context, s sqlstore.Stores) error {
		_, err := s.Customers.List(ctx, port.CustomerQuery{Sort: port.CustomersByID, Limit: 1})
		return err
	}
	calls["record"] = func(ctx context.Context, s sqlstore.Stores) error {
		return s.Audit.Record(ctx, domain.Event{Action: domain.ActionLoginRefused})
	}
	delete(calls, "end one") // which takes a failure for a session that isn't there
	delete(calls, "change user")
	return calls
}

func TestAServerThatIsDown(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	db, err := database.OpenPostgres(t.Context(), server.URL("postgres"), 4)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, migrate(db))
	stores := postgres.New(db)
	o := opening(1)
	_, err = stores.Sessions.Open(t.Context(), o)
	require.NoError(t, err)

	require.NoError(t, server.Stop())
	for name, call := range every() {
		err := call(t.Context(), stores)
		assert.ErrorIs(t, err, domain.ErrUnavailable, name)
		assert.NotErrorIs(t, err, context.Canceled, name)
		assert.NotContains(t, err.Error(), server.Socket(), name)
	}
	require.NoError(t, server.Start())
	found, err := stores.Sessions.Find(t.Context(), o.Key)
	require.NoError(t, err, "as soon as it is there again")
	require.Equal(t, o.Session, found.Session.ID())
}

// TestAStandby: what has ended at the primary may still go on there.
func TestAStandby(t *testing.T) {
	t.Parallel()
	server, err := databasetest.StartServer(databasetest.Options{Durable: true}) // whose log a standby can read
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	db, err := database.OpenPostgres(t.Context(), server.URL("postgres"), 4)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, migrate(db))
	stores := postgres.New(db)
	o := opening(1)
	_, err = stores.Sessions.Open(t.Context(), o)
	require.NoError(t, err)

	require.NoError(t, server.Stop())
	standby := filepath.Join(filepath.Dir(server.Socket()), "data", "standby.signal")
	require.NoError(t, os.WriteFile(standby, nil, 0o600))
	require.NoError(t, server.Start())
	for name, call := range every() {
		require.ErrorIs(t, call(t.Context(), stores), domain.ErrUnavailable, name)
	}
	_, err = database.OpenPostgres(t.Context(), server.URL("postgres"), 1)
	require.ErrorContains(t, err, "standby")
}

func TestAServerWithoutAConnectionLeft(t *testing.T) {
	t.Parallel()
	server := startServer(t, "max_connections=4", "superuser_reserved_connections=0", "max_wal_senders=0")
	db, err := database.OpenPostgres(t.Context(), server.URL("postgres"), 4)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, migrate(db))
	stores := postgres.New(db)
	require.NoError(t, stores.Audit.Record(t.Context(), domain.Event{Action: domain.ActionLoginRefused}))

	db.SetMaxIdleConns(0) // none is kept
	greedy, err := database.OpenPostgres(t.Context(), server.URL("postgres"), 4)
	require.NoError(t, err)
	t.Cleanup(func() { _ = greedy.Close() })
	var held []*sqlx.Conn
	for range 4 {
		conn, err := greedy.Connx(t.Context())
		require.NoError(t, err)
		held = append(held, conn)
	}
	_, err = stores.Users.Find(t.Context(), "anybody")
	require.ErrorIs(t, err, domain.ErrUnavailable)

	for _, conn := range held {
		require.NoError(t, conn.Close())
	}
	require.NoError(t, greedy.Close())
	require.Eventually(t, func() bool { // the server's processes end in their own time
		_, err := stores.Users.Find(t.Context(), "anybody")
		return errors.Is(err, domain.ErrUserNotFound)
	}, 10*time.Second, 20*time.Millisecond)
}

// TestALostTransactionIsTriedAgain raises what the server does for a transaction that loses
// against others: sequences count on through a rollback.
func TestALostTransactionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		code  string
		until string // the try that succeeds
		want  func(err error) bool
	}{
		"deadlock, twice":       {"40P01", "3", func(err error) bool { return err == nil }},
		"serialization, twice":  {"40001", "3", func(err error) bool { return err == nil }},
		"deadlock, for ever":    {"40P01", "1000", func(err error) bool { return errors.Is(err, domain.ErrUnavailable) }},
		"a defect isn't tried":  {"22012", "2", func(err error) bool { return err != nil && !errors.Is(err, domain.ErrUnavailable) }},
		"disk full isn't tried": {"53100", "2", func(err error) bool { return errors.Is(err, domain.ErrUnavailable) }},
		"standby":               {"25006", "2", func(err error) bool { return errors.Is(err, domain.ErrUnavailable) }},
		"statement time-out":    {"57014", "2", func(err error) bool { return errors.Is(err, domain.ErrUnavailable) }},
	} {
		t.Run(name, func(t *testing.T) {
			db := databasetest.New(t, migrate)
			db.MustExec(`CREATE SEQUENCE tries`)
			db.MustExec(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
				IF nextval('tries') < ` + tt.until + ` THEN RAISE EXCEPTION 'made up' USING ERRCODE = '` + tt.code + `'; END IF;
				RETURN NEW; END $$`)
			db.MustExec(`CREATE TRIGGER fail BEFORE INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION fail()`)
			stores := postgres.New(db)

			customer, err := domain.NewCustomer("A customer", "customer@example.com", domain.Principal{})
			require.NoError(t, err)
			added, err := stores.Customers.Add(t.Context(), customer)
			require.True(t, tt.want(err), "%v", err)

			var kept int
			require.NoError(t, db.Get(&kept, `SELECT count(*) FROM customers`))
			require.Len(t, added, kept)
		})
	}
}

// TestAnOperatorsIsolationLevel: under another default than the stores are written for, changes
// that meet would fail.
func TestAnOperatorsIsolationLevel(t *testing.T) {
	t.Parallel()
	address := databasetest.NewURL(t, migrate)
	db := databasetest.Open(t, address)
	db.MustExec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database()); END $$`)
	db.MustExec(`CREATE TABLE seen (level text)`)
	db.MustExec(`CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		INSERT INTO seen VALUES (current_setting('transaction_isolation')); RETURN NULL; END $$`)
	db.MustExec(`CREATE TRIGGER see AFTER INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION see()`)

	stores := postgres.New(databasetest.Open(t, address))
	require.NoError(t, stores.Audit.Record(t.Context(), domain.Event{Action: domain.ActionLoginRefused}))
	var level string
	require.NoError(t, db.Get(&level, `SELECT level FROM seen`))
	require.Equal(t, "read committed", level)
}

package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/memory"
	"latchkey/adapter/postgres"
	"latchkey/infrastructure/database"
	"latchkey/test/contract"
	databasetest "latchkey/test/database"
	"latchkey/usecase/port"
)

func TestUsers(t *testing.T)       { t.Parallel(); contract.Users(t, open) }
func TestSessions(t *testing.T)    { t.Parallel(); contract.Sessions(t, open) }
func TestCustomers(t *testing.T)   { t.Parallel(); contract.Customers(t, open) }
func TestAudit(t *testing.T)       { t.Parallel(); contract.Audit(t, open) }
func TestRetention(t *testing.T)   { t.Parallel(); contract.Retention(t, open) }
func TestRevocations(t *testing.T) { t.Parallel(); contract.Revocations(t, open) }

func TestRandomCalls(t *testing.T) {
	contract.RandomCalls(t, open, func(clock port.Clock) contract.Store {
		store := memory.NewStore(clock)
		return contract.Store{Users: store.Users(), Sessions: store.Sessions(), Audit: store.Audit()}
	})
}

func open(t *testing.T) contract.Store {
	db := databasetest.New(t, migrate)
	clock := &clock{t: t, db: db}
	stores := postgres.New(db)
	return contract.Store{
		Users: stores.Users, Sessions: stores.Sessions, Customers: stores.Customers, Audit: stores.Audit,
		Revocations: stores.Revocations, Retention: stores.Retention,
		Advance: clock.advance, Freeze: clock.freeze,
	}
}

func migrate(db *sqlx.DB) error {
	_, err := database.NewSchema(db, postgres.Migrations()).Up(context.Background())
	return err
}

// clock is the lever on the store's clock: it puts another in its place.
type clock struct {
	t  *testing.T
	db *sqlx.DB

	mu     sync.Mutex
	ahead  time.Duration
	frozen time.Time
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
	c.set()
}

func (c *clock) freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	require.NoError(c.t, c.db.Get(&c.frozen, `SELECT now FROM store_clock`))
	c.frozen, c.ahead = c.frozen.UTC(), 0
	c.set()
}

func (c *clock) set() {
	from := `clock_timestamp()`
	if !c.frozen.IsZero() {
		from = c.frozen.Format(`TIMESTAMPTZ '2006-01-02 15:04:05.000000+00'`)
	}
	_, err := c.db.Exec(fmt.Sprintf(`CREATE OR REPLACE VIEW store_clock AS SELECT %s + INTERVAL '%d microseconds' AS now`,
		from, c.ahead.Microseconds()))
	require.NoError(c.t, err)
}

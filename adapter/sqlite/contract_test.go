package sqlite_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/memory"
	"latchkey/adapter/sqlite"
	"latchkey/infrastructure/database"
	"latchkey/test/contract"
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
	db := openFile(t, filepath.Join(t.TempDir(), "latchkey.db"))
	_, err := database.NewSchema(db.Writer, sqlite.Migrations()).Up(t.Context())
	require.NoError(t, err)
	clock := &clock{t: t, db: db}
	stores := sqlite.New(db.Writer, db.Reader)
	return contract.Store{
		Users: stores.Users, Sessions: stores.Sessions, Customers: stores.Customers, Audit: stores.Audit,
		Revocations: stores.Revocations, Retention: stores.Retention,
		Advance: clock.advance, Freeze: clock.freeze,
	}
}

func openFile(t testing.TB, path string) database.SQLite {
	t.Helper()
	db, err := database.OpenSQLite(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

// clock is the lever on the store's clock: it puts another in its place.
type clock struct {
	t  *testing.T
	db database.SQLite

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
	var now string
	require.NoError(c.t, c.db.Writer.Get(&now, `SELECT now FROM store_clock`))
	var err error
	c.frozen, err = time.Parse("2006-01-02 15:04:05.999999999-07:00", now)
	require.NoError(c.t, err)
	c.ahead = 0
	c.set()
}

func (c *clock) set() {
	now := fmt.Sprintf(`strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '%+.3f seconds') || '000+00:00'`, c.ahead.Seconds())
	if !c.frozen.IsZero() {
		now = c.frozen.Add(c.ahead).UTC().Format(`'2006-01-02 15:04:05.000000+00:00'`)
	}
	tx, err := c.db.Writer.Begin()
	require.NoError(c.t, err)
	_, err = tx.Exec(`DROP VIEW store_clock; CREATE VIEW store_clock AS SELECT ` + now + ` AS now`)
	require.NoError(c.t, err)
	require.NoError(c.t, tx.Commit())
}

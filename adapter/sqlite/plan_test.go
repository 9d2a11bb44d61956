package sqlite_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sqlitedriver "modernc.org/sqlite"

	"latchkey/adapter/sqlite"
	"latchkey/domain"
	"latchkey/infrastructure/database"
	"latchkey/usecase/port"
)

// TestNothingReadsWholeTables calls the methods and asks for the plan of each statement that
// reaches the driver.
func TestNothingReadsWholeTables(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "latchkey.db")
	_, err := database.NewSchema(openFile(t, path).Writer, sqlite.Migrations()).Up(t.Context())
	require.NoError(t, err)

	heard := &recorder{path: path}
	db := sqlx.NewDb(sql.OpenDB(heard), "sqlite")
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	stores := sqlite.New(db, db)

	o := opening()
	user := func(u *domain.User, _ int) error { return u.Disable(domain.Principal{}, "", 1) }
	again := opening()
	again.Earlier, again.Most = []domain.SessionKey{o.Key}, 1
	mark := &port.Mark{At: time.Now(), ID: "x"}
	calls := []func(ctx context.Context) error{
		func(ctx context.Context) error { _, err := stores.Sessions.Open(ctx, o); return err },
		func(ctx context.Context) error { _, err := stores.Sessions.Open(ctx, again); return err },
		func(ctx context.Context) error { _, err := stores.Sessions.Find(ctx, o.Key); return err },
		func(ctx context.Context) error {
			return stores.Sessions.Touch(ctx, []port.Use{{Key: again.Key, At: time.Now().Add(time.Minute)}})
		},
		func(ctx context.Context) error {
			_, err := stores.Sessions.End(ctx, domain.Selection{Session: o.Session}, domain.Ending{Cause: domain.CauseByAdmin})
			return err
		},
		func(ctx context.Context) error {
			_, err := stores.Sessions.List(ctx, port.SessionQuery{User: "x", IP: "x", After: mark, Limit: 1})
			return err
		},
		func(ctx context.Context) error {
			_, err := stores.Sessions.List(ctx, port.SessionQuery{Limit: 1})
			return err
		},
		func(ctx context.Context) error { _, _, err := stores.Users.Change(ctx, o.NewUser, user); return err },
		func(ctx context.Context) error { _, err := stores.Users.Find(ctx, o.NewUser); return err },
		func(ctx context.Context) error {
			_, err := stores.Users.List(ctx, port.UserQuery{After: mark, Limit: 1})
			return err
		},
		func(ctx context.Context) error {
			_, err := stores.Users.List(ctx, port.UserQuery{Email: "x", Limit: 1})
			return err
		},
		func(ctx context.Context) error {
			_, err := stores.Audit.List(ctx, port.AuditQuery{User: "x", After: 9, Limit: 1})
			return err
		},
		func(ctx context.Context) error {
			_, err := stores.Audit.List(ctx, port.AuditQuery{Action: "x", Limit: 1})
			return err
		},
		func(ctx context.Context) error {
			_, err := stores.Customers.List(ctx, port.CustomerQuery{Sort: port.CustomersByName, Limit: 1})
			return err
		},
		func(ctx context.Context) error { _, err := stores.Retention.Sweep(ctx, time.Hour, 1); return err },
	}
	for _, call := range calls {
		require.NoError(t, call(t.Context()))
	}
	statements := heard.statements()
	require.Greater(t, len(statements), len(calls))
	for _, statement := range statements {
		plan := explain(t, db, statement)
		assert.NotRegexp(t, wholeTable, plan, statement)
	}
}

// wholeTable is a scan of a table that grows with what the service has seen, or of the sessions by age.
// Customers are counted so, as far as a page's Total says, and no further.
var wholeTable = regexp.MustCompile(`(?m)SCAN (sessions|users|u|b|audit)( USING INDEX sessions_\w+)?$`)

var parameter = regexp.MustCompile(`\$(\d+)`)

func explain(t *testing.T, db *sqlx.DB, statement string) string {
	t.Helper()
	parameters := 0
	for _, found := range parameter.FindAllStringSubmatch(statement, -1) {
		n, err := strconv.Atoi(found[1])
		require.NoError(t, err)
		parameters = max(parameters, n)
	}
	var steps []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	require.NoError(t, db.Select(&steps, `EXPLAIN QUERY PLAN `+statement, make([]any, parameters)...), statement)
	var plan []string
	for _, step := range steps {
		plan = append(plan, step.Detail)
	}
	return strings.Join(plan, "\n")
}

func opening() port.Opening {
	var random [4][32]byte
	for i := range random {
		_, _ = rand.Read(random[i][:])
	}
	return port.Opening{
		NewUser: domain.UserID(domain.NewID(random[0])), Session: domain.SessionID(domain.NewID(random[1])),
		Key: domain.SessionKey(random[2]),
		Identity: domain.Identity{
			Issuer: "https://accounts.google.com", Subject: "anna", Email: "anna@gmail.com", EmailVerified: true,
			Credential: domain.CredentialID{Hash: random[3], ExpiresAt: time.Now().Add(time.Hour)},
		},
		Admission: domain.Admission{Signup: domain.SignupOpen},
		Life:      domain.Lifetime{Idle: time.Hour, Max: time.Hour},
	}
}

// recorder opens the file and writes down the statements that come for it.
type recorder struct {
	path string

	mu    sync.Mutex
	heard []string
}

func (r *recorder) hear(statement string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, statement)
}

func (r *recorder) statements() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.heard
}

// Connect implements driver.Connector.
func (r *recorder) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.Driver().Open("file:" + r.path + "?_txlock=immediate&_time_format=sqlite&_timezone=UTC")
	if err != nil {
		return nil, err
	}
	return recordedConn{conn, r}, nil
}

// Driver implements driver.Connector.
func (r *recorder) Driver() driver.Driver { return &sqlitedriver.Driver{} }

type recordedConn struct {
	driver.Conn
	recorder *recorder
}

func (c recordedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.recorder.hear(query)
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (c recordedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.recorder.hear(query)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c recordedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.recorder.hear(query)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c recordedConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, options)
}

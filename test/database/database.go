// Package databasetest provides PostgreSQL to tests: one private server for a whole run, a
// database of its own for each test, and servers to stop and kill.
package databasetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// EnvURL names the environment variable with the address of a server to use instead of a
// private one. Its role must be allowed to create databases.
const EnvURL = "TEST_DATABASE_URL"

const namePrefix = "latchkey_test_"

// New gives the test a new database, to which migrate has been applied, and drops it at the
// end. migrate runs once for all tests of the process that hand over the same function; the
// databases are copies of what it left.
func New(t testing.TB, migrate func(*sqlx.DB) error) *sqlx.DB {
	t.Helper()
	return Open(t, NewURL(t, migrate))
}

// NewURL is New for a test that connects by itself, or has another process connect.
func NewURL(t testing.TB, migrate func(*sqlx.DB) error) string {
	t.Helper()
	run, err := theRun()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	template, err := run.template(migrate)
	if err != nil {
		t.Fatalf("prepare the database that tests copy: %v", err)
	}
	name, err := run.create(template)
	if err != nil {
		t.Fatalf("make the test's database: %v", err)
	}
	t.Cleanup(func() {
		if err := run.drop(name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return run.address(name)
}

// Open opens a pool on the address and closes it at the end of the test.
func Open(t testing.TB, address string) *sqlx.DB {
	t.Helper()
	db, err := open(address)
	if err != nil {
		t.Fatalf("open the test's database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func open(address string) (*sqlx.DB, error) {
	db, err := sqlx.Connect("postgres", address)
	if err != nil {
		return nil, err
	}
	const conns = 20
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// run is what the tests of one process share.
type run struct {
	server    url.URL
	private   *Server // must stay reachable: it ends when it is collected
	admin     *sqlx.DB
	lock      *sql.Conn // holds the advisory lock that says that this run lives
	id        string    // 8 hexadecimal digits, in the name of each database of the run
	made      atomic.Int64
	fileCopy  string // the faster way to copy, where the server knows it
	mutex     sync.Mutex
	templates map[uintptr]string // by migrate function
}

//nolint:gochecknoglobals // the process is what shares it
var theRun = sync.OnceValues(beginRun)

func beginRun() (*run, error) {
	address := os.Getenv(EnvURL)
	var private *Server
	if address == "" {
		var err error
		if private, err = StartServer(Options{}); err != nil { // the process's end stops it
			return nil, err
		}
		address = private.URL("postgres")
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errors.New(EnvURL + " is no URL")
	}
	admin, err := open(address)
	if err != nil {
		return nil, fmt.Errorf("connect to the server: %w", err)
	}

	var random [4]byte
	_, _ = rand.Read(random[:])
	r := &run{server: *parsed, private: private, admin: admin, id: hex.EncodeToString(random[:]), templates: map[uintptr]string{}}
	var version int
	if err := admin.Get(&version, `SELECT current_setting('server_version_num')::int`); err != nil {
		return nil, fmt.Errorf("ask for the server's version: %w", err)
	}
	if version >= 150000 {
		r.fileCopy = " STRATEGY FILE_COPY"
	}
	return r, r.clearAfterOthers()
}

// clearAfterOthers drops what runs that were killed have left, and marks this one as alive.
func (r *run) clearAfterOthers() error {
	ctx := context.Background()
	conn, err := r.admin.Conn(ctx)
	if err != nil {
		return fmt.Errorf("keep a connection: %w", err)
	}
	r.lock = conn
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, lockKey(r.id)); err != nil {
		return fmt.Errorf("mark the run: %w", err)
	}

	var left []string
	const query = `SELECT datname FROM pg_database WHERE datname LIKE $1`
	if err := r.admin.Select(&left, query, strings.ReplaceAll(namePrefix, "_", `\_`)+"%"); err != nil {
		return fmt.Errorf("list databases: %w", err)
	}
	for _, name := range left {
		id, _, _ := strings.Cut(strings.TrimPrefix(name, namePrefix), "_")
		if id == r.id {
			continue
		}
		var dead bool
		if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, lockKey(id)).Scan(&dead); err != nil {
			return fmt.Errorf("look after another run: %w", err)
		}
		if !dead {
			continue
		}
		_ = r.drop(name) // another process may have been faster
		if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, lockKey(id)); err != nil {
			return fmt.Errorf("look after another run: %w", err)
		}
	}
	return nil
}

// lockKey is the advisory lock of a run.
func lockKey(id string) int64 {
	key, _ := strconv.ParseInt(id, 16, 64)
	return key
}

func (r *run) address(database string) string {
	u := r.server
	u.Path = "/" + database
	return u.String()
}

func (r *run) name(suffix string) string { return namePrefix + r.id + "_" + suffix }

// template makes the database that migrate's tests copy, once.
func (r *run) template(migrate func(*sqlx.DB) error) (string, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	key := reflect.ValueOf(migrate).Pointer()
	if name, ok := r.templates[key]; ok {
		return name, nil
	}

	name := r.name(fmt.Sprintf("template%d", len(r.templates)+1))
	if _, err := r.admin.Exec(`CREATE DATABASE ` + pq.QuoteIdentifier(name)); err != nil {
		return "", err
	}
	db, err := open(r.address(name))
	if err != nil {
		return "", err
	}
	err = migrate(db)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", errors.Join(err, r.drop(name))
	}
	r.templates[key] = name
	return name, nil
}

// create copies a template. A server process that still looks at it (the end of a
// connection, autovacuum) makes PostgreSQL refuse for a moment.
func (r *run) create(template string) (string, error) {
	name := r.name(strconv.FormatInt(r.made.Add(1), 10))
	statement := `CREATE DATABASE ` + pq.QuoteIdentifier(name) + ` TEMPLATE ` + pq.QuoteIdentifier(template) + r.fileCopy
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, err := r.admin.Exec(statement)
		if pq.As(err, pqerror.ObjectInUse) != nil && time.Now().Before(until) {
			continue
		}
		return name, err
	}
}

func (r *run) drop(name string) error {
	_, err := r.admin.Exec(`DROP DATABASE IF EXISTS ` + pq.QuoteIdentifier(name) + ` WITH (FORCE)`)
	return err
}

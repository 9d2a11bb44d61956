package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/postgres"
	"latchkey/adapter/sqlstore"
	"latchkey/domain"
	databasetest "latchkey/test/database"
	"latchkey/usecase/port"
)

// TestNothingReadsWholeTables executes the statements as they are and reads the plans that the
// server reports: with many rows, and on the empty tables of a new installation, whose plans are
// kept for as long as a prepared statement lives.
func TestNothingReadsWholeTables(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fill    func(t *testing.T, db *sqlx.DB)
		plans   string
		methods map[string]func(ctx context.Context, s sqlstore.Stores) error
	}{
		"new":  {func(*testing.T, *sqlx.DB) {}, "force_generic_plan", hot()},
		"full": {fill, "auto", all()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			db, plans := explained(t)
			tt.fill(t, db)
			db.MustExec(`SET plan_cache_mode = ` + tt.plans)
			stores := postgres.New(db)
			for method, call := range tt.methods {
				plans.take()
				require.NoError(t, call(t.Context(), stores), method)
				told := plans.take()
				require.NotEmpty(t, told, method)
				for _, plan := range told {
					assert.NotRegexp(t, wholeTable, plan, method)
				}
			}
		})
	}
}

// wholeTable is a scan of a table that grows with what the service has seen, or of the sessions
// by age, but for the sweep's. Customers are counted so, as far as a page's Total says, and no further.
var wholeTable = regexp.MustCompile(`Seq Scan on (sessions|users|audit)|Scan Backward using sessions_by_age`)

// hot is what requests do.
func hot() map[string]func(ctx context.Context, s sqlstore.Stores) error {
	o := opening(1)
	return map[string]func(ctx context.Context, s sqlstore.Stores) error{
		"open": func(ctx context.Context, s sqlstore.Stores) error {
			_, err := s.Sessions.Open(ctx, opening(1))
			return err
		},
		"find": func(ctx context.Context, s sqlstore.Stores) error {
			_, err := s.Sessions.Open(ctx, o)
			if err != nil {
				return err
			}
			_, err = s.Sessions.Find(ctx, o.Key)
			return err
		},
	}
}

func all() map[string]func(ctx context.Context, s sqlstore.Stores) error {
	methods := hot()
	replacing := opening(1)
	earlier := opening(2).Key
	replacing.Earlier, replacing.Most = []domain.SessionKey{earlier}, 2
	user := domain.UserID("user-17")
	ending := domain.Ending{Cause: domain.CauseByAdmin}
	mark := &port.Mark{At: replacing.Identity.Credential.ExpiresAt, ID: "session-400"}

	methods["open and replace"] = func(ctx context.Context, s sqlstore.Stores) error {
		_, err := s.Sessions.Open(ctx, replacing)
		return err
	}
	methods["touch"] = func(ctx context.Context, s sqlstore.Stores) error {
		return s.Sessions.Touch(ctx, []port.Use{{Key: replacing.Key, At: mark.At}})
	}
	for name, which := range map[string]domain.Selection{
		"one": {Session: "session-400", User: user}, "key": {Key: &earlier}, "user": {User: user, Except: "session-4"},
	} {
		methods["end "+name] = func(ctx context.Context, s sqlstore.Stores) error {
			_, err := s.Sessions.End(ctx, which, ending)
			if which.One() && err != nil {
				return nil //nolint:nilerr // not there
			}
			return err
		}
	}
	for name, q := range map[string]port.SessionQuery{
		"all": {}, "behind": {After: mark}, "of a user": {User: user}, "of an address": {IP: "192.0.2.9"},
	} {
		q.Limit = 20
		methods["sessions "+name] = func(ctx context.Context, s sqlstore.Stores) error {
			_, err := s.Sessions.List(ctx, q)
			return err
		}
	}
	for name, q := range map[string]port.AuditQuery{
		"all": {}, "behind": {After: 50_000}, "of a user": {User: user}, "of an action": {Action: domain.ActionUserDemoted},
		"since": {Since: mark.At}, "until": {Until: mark.At},
	} {
		q.Limit = 20
		methods["audit "+name] = func(ctx context.Context, s sqlstore.Stores) error {
			_, err := s.Audit.List(ctx, q)
			return err
		}
	}
	for name, q := range map[string]port.UserQuery{
		"all": {}, "behind": {After: mark}, "of an email": {Email: "user-17@gmail.com"},
	} {
		q.Limit = 20
		methods["users "+name] = func(ctx context.Context, s sqlstore.Stores) error {
			_, err := s.Users.List(ctx, q)
			return err
		}
	}
	methods["find user"] = func(ctx context.Context, s sqlstore.Stores) error {
		_, err := s.Users.Find(ctx, user)
		return err
	}
	methods["change user"] = func(ctx context.Context, s sqlstore.Stores) error {
		_, _, err := s.Users.Change(ctx, user, func(u *domain.User, _ int) error { return u.Disable(domain.Principal{}, "", 1) })
		return err
	}
	methods["sweep"] = func(ctx context.Context, s sqlstore.Stores) error {
		_, err := s.Retention.Sweep(ctx, 90*24*3600*1e9, 100)
		return err
	}
	return methods
}

// fill makes a year of a busy service, most of it long over.
func fill(t *testing.T, db *sqlx.DB) {
	t.Helper()
	for _, statement := range []string{
		`INSERT INTO users (id, issuer, subject, email, email_folded, name, name_folded, picture, created_at, last_sign_in_at)
			SELECT 'user-' || n, 'https://accounts.google.com', 'subject-' || n, 'user-' || n || '@gmail.com', 'user-' || n || '@gmail.com',
				'User', 'user', '', now() - n * interval '1 hour', now() FROM generate_series(1, 5000) n`,
		`INSERT INTO sessions (key, id, user_id, credential, credential_expires_at, ip, user_agent, created_at, last_seen_at,
				idle_expires_at, expires_at, usable_until)
			SELECT sha256(n::text::bytea), 'session-' || n, 'user-' || (n % 5000 + 1), sha256(('c' || n)::bytea), now(),
				'192.0.2.' || (n % 250), 'Firefox', began, began, began + interval '30 min', began + interval '12 h', began + interval '31 min'
			FROM generate_series(1, 60000) n, LATERAL (SELECT now() - n * interval '2 min' AS began) b`,
		`INSERT INTO audit (at, action, by_user, by_session, by_ip, by_request, user_id, session_id, customer_id, reason, detail)
			SELECT now() - (100001 - n) * interval '2 min', 'session.opened', 'user-' || (n % 5000 + 1), 's', '', '', 'user-' || (n % 5000 + 1), 's', 0, '', ''
			FROM generate_series(1, 100000) n`,
		`VACUUM ANALYZE`,
	} {
		_, err := db.Exec(statement)
		require.NoError(t, err)
	}
}

// plans collects what the server tells of its plans.
type plans struct {
	mu   sync.Mutex
	told []string
}

func (p *plans) tell(notice *pq.Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.Contains(notice.Message, "plan:") {
		p.told = append(p.told, notice.Message)
	}
}

func (p *plans) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	told := p.told
	p.told = nil
	return told
}

// explained opens a database on one connection, whose every plan is told of.
func explained(t *testing.T) (*sqlx.DB, *plans) {
	t.Helper()
	connector, err := pq.NewConnector(databasetest.NewURL(t, migrate))
	require.NoError(t, err)
	p := &plans{}
	db := sqlx.NewDb(sql.OpenDB(pq.ConnectorWithNoticeHandler(connector, p.tell)), "postgres")
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })

	_, err = db.Exec(`LOAD 'auto_explain'`)
	if pq.As(err, pqerror.UndefinedFile, pqerror.InsufficientPrivilege) != nil {
		t.Skip("the server can't tell its plans: it has no auto_explain for this role")
	}
	require.NoError(t, err)
	for _, setting := range []string{
		`auto_explain.log_min_duration = 0`, `auto_explain.log_level = notice`, `client_min_messages = notice`,
	} {
		_, err := db.Exec(fmt.Sprintf(`SET %s`, setting))
		require.NoError(t, err)
	}
	return db, p
}

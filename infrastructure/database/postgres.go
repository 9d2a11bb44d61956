package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

const (
	connectTimeout = 3 * time.Second  // a request that waits for a connection must be answered within 5 s
	connLifetime   = 30 * time.Minute // so that a pool moves on after a failover or a new DNS entry
	applicationAs  = "latchkey"       // in pg_stat_activity, where the URL names nothing else
)

// OpenPostgres opens a pool of at most maxConns connections and asks for one of them, so
// that a wrong address shows at once. Without an sslmode in the address the connection is
// encrypted, but for one that stays on this machine. A statement that takes longer than 3 s
// loses its connection: what changes a schema needs OpenPostgresForSchema. The error is one
// sentence for people and never holds the password.
func OpenPostgres(ctx context.Context, address string, maxConns int) (*sqlx.DB, error) {
	return openPostgres(ctx, address, maxConns, newImpatient())
}

// OpenPostgresForSchema is OpenPostgres for a Schema, whose statements may take their time.
func OpenPostgresForSchema(ctx context.Context, address string) (*sqlx.DB, error) {
	const conns = 2 // one of them holds the lock on the schema
	return openPostgres(ctx, address, conns, nil)
}

func openPostgres(ctx context.Context, address string, maxConns int, dialer pq.Dialer) (*sqlx.DB, error) {
	cfg, err := PostgresConfig(address)
	if err != nil {
		return nil, err
	}
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("the database URL can't be used: %w", err)
	}
	if dialer != nil {
		connector.Dialer(dialer)
	}
	db := sqlx.NewDb(sql.OpenDB(connector), driverPostgres)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxLifetime(connLifetime)

	ctx, cancel := context.WithTimeout(ctx, connectTimeout+time.Second)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(unreachable(cfg, err), db.Close())
	}
	return db, nil
}

// PostgresConfig reads a postgres:// address and fills in what the pools of this package
// use: sslmode, the connect time-out, the application's name, and that the server is no standby.
// It is for connections that are no part of a pool, such as one that listens for notifications.
func PostgresConfig(address string) (pq.Config, error) {
	u, err := url.Parse(address)
	if err != nil { // whose text would repeat the address
		return pq.Config{}, errors.New("the database URL is no URL (in a password, percent-encode what is neither letter nor digit)")
	}
	parameters := u.Query()
	fallback := func(name, value string) {
		if !parameters.Has(name) {
			parameters.Set(name, value)
		}
	}
	fallback("fallback_application_name", applicationAs)
	fallback("connect_timeout", fmt.Sprint(int(connectTimeout.Seconds())))
	// A standby that takes over reads what has ended as going on still, until it has caught up.
	fallback("target_session_attrs", string(pq.TargetSessionAttrsPrimary))
	switch {
	case parameters.Has("sslrootcert"): // the driver raises the mode to what that asks for
	case onThisMachine(u):
		fallback("sslmode", string(pq.SSLModePrefer))
	default:
		fallback("sslmode", string(pq.SSLModeRequire))
	}
	u.RawQuery = parameters.Encode()

	cfg, err := pq.NewConfig(u.String())
	if err != nil {
		return pq.Config{}, fmt.Errorf("the database URL can't be used: %w", withoutPassword(u, err))
	}
	return cfg, nil
}

// onThisMachine says that the address leads to a socket file or a loopback address.
func onThisMachine(u *url.URL) bool {
	host := u.Hostname()
	if inQuery := u.Query().Get("host"); inQuery != "" {
		host = inQuery
	}
	if host == "" || host == "localhost" || strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func withoutPassword(u *url.URL, err error) error {
	password, ok := u.User.Password()
	if !ok || password == "" || !strings.Contains(err.Error(), password) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), password, "xxxxx"))
}

// unreachable says why there is no connection.
func unreachable(cfg pq.Config, err error) error {
	where := net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port))
	if strings.HasPrefix(cfg.Host, "/") || strings.HasPrefix(cfg.Host, "@") {
		where = fmt.Sprintf("%s (port %d)", cfg.Host, cfg.Port)
	}
	say := func(format string, args ...any) error {
		return fmt.Errorf("the PostgreSQL server at %s "+format, append([]any{where}, args...)...)
	}

	if refused := pq.As(err); refused != nil {
		switch refused.Code {
		case pqerror.InvalidPassword, pqerror.InvalidAuthorizationSpecification:
			return say("does not let the user %q in: %s", cfg.User, refused.Message)
		case pqerror.InvalidCatalogName:
			return say("has no database %q", cfg.Database)
		case pqerror.CannotConnectNow:
			return say("is not ready yet: %s", refused.Message)
		case pqerror.TooManyConnections:
			return say("has no connection left: %s", refused.Message)
		default:
			return say("refuses: %s", refused.Message)
		}
	}
	if errors.Is(err, pq.ErrSSLNotSupported) {
		return say("offers no TLS; if the network on the way is trusted, add sslmode=disable to the database URL")
	}
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return say("does not answer within %d seconds", int(connectTimeout.Seconds()))
	}
	var onNet *net.OpError
	if errors.As(err, &onNet) {
		return say("can't be reached: %w", onNet.Err)
	}
	return say("can't be used: %w", err)
}

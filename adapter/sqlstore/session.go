package sqlstore

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Sessions is a port.Sessions.
type Sessions struct{ *store }

var _ port.Sessions = (*Sessions)(nil)

// sessionColumns are the columns of a sessionRow that is called s.
const sessionColumns = `s.id AS "s.id", s.user_id AS "s.user_id", s.ip AS "s.ip", s.user_agent AS "s.user_agent",
	s.created_at AS "s.created_at", s.last_seen_at AS "s.last_seen_at", s.idle_expires_at AS "s.idle_expires_at",
	s.expires_at AS "s.expires_at", s.ended_at AS "s.ended_at", s.ended_cause AS "s.ended_cause",
	s.ended_reason AS "s.ended_reason", s.ended_by AS "s.ended_by"`

type sessionRow struct {
	ID            domain.SessionID `db:"id"`
	UserID        domain.UserID    `db:"user_id"`
	IP            string           `db:"ip"`
	UserAgent     string           `db:"user_agent"`
	CreatedAt     moment           `db:"created_at"`
	LastSeenAt    moment           `db:"last_seen_at"`
	IdleExpiresAt moment           `db:"idle_expires_at"`
	ExpiresAt     moment           `db:"expires_at"`
	EndedAt       moment           `db:"ended_at"`
	EndedCause    domain.Cause     `db:"ended_cause"`
	EndedReason   string           `db:"ended_reason"`
	EndedBy       domain.UserID    `db:"ended_by"`
}

func (r sessionRow) session() domain.Session {
	state := domain.SessionState{
		ID: r.ID, UserID: r.UserID, Client: domain.Client{IP: r.IP, UserAgent: r.UserAgent},
		CreatedAt: r.CreatedAt.Time, LastSeenAt: r.LastSeenAt.Time,
		IdleExpiresAt: r.IdleExpiresAt.Time, ExpiresAt: r.ExpiresAt.Time,
	}
	if !r.EndedAt.IsZero() {
		state.Ending = &domain.Ending{
			Cause: r.EndedCause, At: r.EndedAt.Time, Reason: r.EndedReason,
			By: domain.Principal{User: r.EndedBy}, // the audit has the rest
		}
	}
	return domain.RestoreSession(state)
}

// usable are the sessions that can be used now. The second condition follows from the third; it
// is there for its index by user, so that the many that have expired cost a sign-in nothing.
const usable = `ended_at IS NULL AND expires_at > (SELECT now FROM store_clock) AND usable_until > (SELECT now FROM store_clock)`

const findSession = `SELECT ` + sessionColumns + `, ` + userColumns + `, c.now
	FROM sessions s JOIN users u ON u.id = s.user_id CROSS JOIN store_clock c WHERE s.key = $1`

// Find implements port.Sessions.
func (s *Sessions) Find(ctx context.Context, key domain.SessionKey) (port.Found, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	var row struct {
		listedSession
		Now moment `db:"now"`
	}
	find, err := s.reader.prepare(ctx, findSession) //nolint:sqlclosecheck // the pool keeps it
	if err == nil {
		err = find.GetContext(ctx, &row, key[:])
	}
	if absent(err) {
		return port.Found{}, domain.ErrSessionNotFound
	}
	if err != nil {
		return port.Found{}, s.failed(ctx, "find a session", err)
	}
	return port.Found{Session: row.Session.session(), User: row.User.user(), Now: row.Now.Time}, nil
}

type listedSession struct {
	Session sessionRow `db:"s"`
	User    userRow    `db:"u"`
}

// List implements port.Sessions.
func (s *Sessions) List(ctx context.Context, q port.SessionQuery) (port.Page[port.Listed], error) {
	ctx, done := limited(ctx, q.Limit)
	defer done()
	var now moment
	if err := s.reader.GetContext(ctx, &now, `SELECT now FROM store_clock`); err != nil {
		return port.Page[port.Listed]{}, s.failed(ctx, "read the clock", err)
	}
	query, args := sessionPage(q, now)
	var rows []listedSession
	err := s.reader.SelectContext(ctx, &rows, query, args...)
	if err != nil {
		return port.Page[port.Listed]{}, s.failed(ctx, "list sessions", err)
	}
	return page(rows, q.Limit, func(r listedSession) port.Listed {
		return port.Listed{Session: r.Session.session(), User: r.User.user()}
	}), nil
}

// sessionPage selects a page of the sessions that can be used at now, and one more. The time is a
// value, so that a planner sees how few they are; and the order is by an expression, so that
// none walks the index by age past all that have expired.
func sessionPage(q port.SessionQuery, now moment) (string, []any) {
	var c conditions
	c.add(`ended_at IS NULL AND expires_at > ? AND usable_until > ?`, now, now)
	if q.User != "" {
		c.add(`user_id = ?`, sought(q.User))
	}
	if q.IP != "" {
		c.add(`ip = ?`, sought(q.IP))
	}
	const age = `COALESCE(created_at, expires_at)`
	if q.After != nil {
		c.add(`(`+age+`, id) < (?, ?)`, moment{q.After.At}, sought(q.After.ID))
	}
	return `SELECT ` + sessionColumns + `, ` + userColumns + `
		FROM (SELECT * FROM sessions` + c.where() + ` ORDER BY ` + age + ` DESC, id DESC LIMIT ` + c.value(q.Limit+1) + `) s
		JOIN users u ON u.id = s.user_id ORDER BY s.created_at DESC, s.id DESC`, c.args
}

// End implements port.Sessions.
func (s *Sessions) End(ctx context.Context, which domain.Selection, why domain.Ending) (port.Ended, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	if which.Empty() {
		return port.Ended{}, nil
	}
	var ended port.Ended
	err := s.transact(ctx, "end sessions", func(ctx context.Context, tx *tx) error {
		events, err := tx.end(ctx, which, why)
		if err != nil {
			return err
		}
		if ended.Count = len(events); ended.Count > 0 {
			if ended.Sequence, err = tx.nextRevocation(ctx); err != nil {
				return err
			}
			return tx.record(ctx, events...)
		}
		if which.One() {
			if err := tx.hasSession(ctx, which); err != nil {
				return err
			}
		}
		ended.Sequence, err = tx.lastRevocation(ctx)
		return err
	})
	if err != nil {
		return port.Ended{}, err
	}
	return ended, nil
}

func selected(which domain.Selection) conditions {
	var c conditions
	if which.Session != "" {
		c.add(`id = ?`, sought(which.Session))
	}
	if which.Key != nil {
		c.add(`key = ?`, which.Key[:])
	}
	if which.User != "" {
		c.add(`user_id = ?`, sought(which.User))
	}
	if which.Except != "" {
		c.add(`id <> ?`, sought(which.Except))
	}
	return c
}

// end ends the usable sessions of the selection, and returns what the audit keeps of it.
func (t *tx) end(ctx context.Context, which domain.Selection, why domain.Ending) ([]domain.Event, error) {
	c := selected(which)
	c.terms = append(c.terms, usable)
	return t.endWhere(ctx, c, why)
}

// endWhere ends the sessions that meet the conditions, locking them in the order of their
// keys: what ended while it waited doesn't meet them any more, and keeps how it ended.
func (t *tx) endWhere(ctx context.Context, c conditions, why domain.Ending) ([]domain.Event, error) {
	which := `key IN (SELECT key FROM sessions` + c.where() + ` ORDER BY key` + t.store.dialect.RowLock + `)`
	set := `UPDATE sessions SET ended_at = (SELECT now FROM store_clock), ended_cause = ` + c.value(why.Cause) +
		`, ended_by = ` + c.value(why.By.User) + `, ended_reason = ` + c.value(why.Event("", "").Storable().Reason)
	var rows []struct {
		ID     domain.SessionID `db:"id"`
		UserID domain.UserID    `db:"user_id"`
	}
	if err := t.SelectContext(ctx, &rows, set+` WHERE `+which+` RETURNING id, user_id`, c.args...); err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	events := make([]domain.Event, 0, len(rows))
	for _, row := range rows {
		events = append(events, why.Event(row.ID, row.UserID))
	}
	return events, nil
}

// hasSession returns domain.ErrSessionNotFound unless the selection names a session, ended or not.
func (t *tx) hasSession(ctx context.Context, which domain.Selection) error {
	c := selected(which)
	var id string
	err := t.get(ctx, &id, `SELECT id FROM sessions`+c.where(), c.args...)
	if absent(err) {
		return domain.ErrSessionNotFound
	}
	if err != nil {
		return fmt.Errorf("look for the session: %w", err)
	}
	return nil
}

const touchSession = `UPDATE sessions SET last_seen_at = $2, idle_expires_at = $3, usable_until = $4
	WHERE key = $1 AND last_seen_at < $2 AND ` + usable

// Touch implements port.Sessions.
func (s *Sessions) Touch(ctx context.Context, uses []port.Use) error {
	ctx, done := limited(ctx, len(uses))
	defer done()
	if _, err := s.writer.prepare(ctx, touchSession); err != nil { //nolint:sqlclosecheck // the pool keeps it
		return s.failed(ctx, "write uses", err)
	}
	uses = slices.Clone(uses)
	slices.SortFunc(uses, func(a, b port.Use) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	return s.transact(ctx, "write uses", func(ctx context.Context, tx *tx) error {
		for chunk := range slices.Chunk(uses, perStatement) {
			if err := tx.touch(ctx, chunk); err != nil {
				return err
			}
		}
		return nil
	})
}

// touch reads the sessions without a lock, for all that counts of them, how long they may be
// idle, never changes; the writing statement sees to the rest.
func (t *tx) touch(ctx context.Context, uses []port.Use) error {
	keys := make([]domain.SessionKey, len(uses))
	for i, use := range uses {
		keys[i] = use.Key
	}
	var c conditions
	listed := c.keys(keys)
	var rows []struct {
		Key     []byte     `db:"key"`
		Session sessionRow `db:"s"`
	}
	err := t.SelectContext(ctx, &rows, `SELECT s.key, `+sessionColumns+` FROM sessions s
		WHERE s.ended_at IS NULL AND s.key IN (`+listed+`)`, c.args...)
	if err != nil {
		return fmt.Errorf("read the sessions: %w", err)
	}
	sessions := make(map[domain.SessionKey]domain.Session, len(rows))
	for _, row := range rows {
		sessions[domain.SessionKey(row.Key)] = row.Session.session()
	}
	for _, use := range uses {
		session, found := sessions[use.Key]
		if !found {
			continue
		}
		seen := session.Seen(use.At.Truncate(time.Microsecond))
		state := seen.State()
		_, err := t.exec(ctx, touchSession, use.Key[:],
			moment{state.LastSeenAt}, moment{state.IdleExpiresAt}, moment{seen.UsableUntil()})
		if err != nil {
			return fmt.Errorf("write a use: %w", err)
		}
	}
	return nil
}

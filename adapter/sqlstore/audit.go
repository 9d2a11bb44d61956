package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Audit is a port.Audit.
type Audit struct{ *store }

var _ port.Audit = (*Audit)(nil)

// Record implements port.Audit.
func (s *Audit) Record(ctx context.Context, events ...domain.Event) error {
	ctx, done := limited(ctx, len(events))
	defer done()
	return s.transact(ctx, "record events", func(ctx context.Context, tx *tx) error {
		return tx.record(ctx, events...)
	})
}

// auditColumns is how many values an event has in the audit, besides its time.
const auditColumns = 10

// insertAudit keeps n events at the store's time.
func insertAudit(n int) string {
	return `INSERT INTO audit (action, by_user, by_session, by_ip, by_request, user_id, session_id, customer_id, reason, detail, at)
		VALUES ` + placeholders(n, auditColumns, `, (SELECT now FROM store_clock)`)
}

// perStatement is how many rows one statement writes or names: few enough for the parameters
// that an engine takes.
const perStatement = 500

// record writes events as part of the transaction.
func (t *tx) record(ctx context.Context, events ...domain.Event) error {
	for chunk := range slices.Chunk(events, perStatement) {
		values := make([]any, 0, len(chunk)*auditColumns)
		for _, e := range chunk {
			e = e.Storable()
			values = append(values, e.Action, e.By.User, e.By.Session, e.By.IP, e.By.RequestID,
				e.User, e.Session, e.Customer, e.Reason, e.Detail)
		}
		if _, err := t.exec(ctx, insertAudit(len(chunk)), values...); err != nil {
			return fmt.Errorf("write the audit: %w", err)
		}
	}
	return nil
}

type auditRow struct {
	ID        int64             `db:"id"`
	At        moment            `db:"at"`
	Action    domain.Action     `db:"action"`
	ByUser    domain.UserID     `db:"by_user"`
	BySession domain.SessionID  `db:"by_session"`
	ByIP      string            `db:"by_ip"`
	ByRequest string            `db:"by_request"`
	User      domain.UserID     `db:"user_id"`
	Session   domain.SessionID  `db:"session_id"`
	Customer  domain.CustomerID `db:"customer_id"`
	Reason    string            `db:"reason"`
	Detail    string            `db:"detail"`
	ByEmail   string            `db:"by_email"`
	UserEmail string            `db:"user_email"`
}

func (r auditRow) record() domain.Record {
	return domain.Record{
		ID: r.ID, At: r.At.Time,
		Event: domain.Event{
			Action: r.Action,
			By:     domain.Principal{User: r.ByUser, Session: r.BySession, IP: r.ByIP, RequestID: r.ByRequest},
			User:   r.User, Session: r.Session, Customer: r.Customer, Reason: r.Reason, Detail: r.Detail,
		},
		ByEmail: r.ByEmail, UserEmail: r.UserEmail,
	}
}

// List implements port.Audit.
func (s *Audit) List(ctx context.Context, q port.AuditQuery) (port.Page[domain.Record], error) {
	ctx, done := limited(ctx, q.Limit)
	defer done()
	query, args := auditPage(q)
	var rows []auditRow
	err := s.reader.SelectContext(ctx, &rows, `SELECT a.id, a.at, a.action, a.by_user, a.by_session, a.by_ip, a.by_request,
			a.user_id, a.session_id, a.customer_id, a.reason, a.detail,
			COALESCE(b.email, '') AS by_email, COALESCE(u.email, '') AS user_email
		FROM (`+query+`) a LEFT JOIN users b ON b.id = a.by_user LEFT JOIN users u ON u.id = a.user_id
		ORDER BY a.id DESC`, args...)
	if err != nil {
		return port.Page[domain.Record]{}, s.failed(ctx, "list the audit", err)
	}
	return page(rows, q.Limit, auditRow.record), nil
}

// auditPage selects a page of records and one more. What was done by a user and what was done to him
// is found by an index each.
func auditPage(q port.AuditQuery) (string, []any) {
	var c conditions
	if q.Action != "" {
		c.add(`action = ?`, sought(q.Action))
	}
	if !q.Since.IsZero() {
		c.add(`at >= ?`, moment{q.Since})
	}
	if !q.Until.IsZero() {
		c.add(`at < ?`, moment{q.Until})
	}
	if q.After != 0 {
		c.add(`id < ?`, q.After)
	}
	limit := c.value(q.Limit + 1)
	part := func(c conditions) string {
		return `SELECT * FROM audit` + c.where() + ` ORDER BY id DESC LIMIT ` + limit
	}
	if q.User == "" {
		return part(c), c.args
	}
	by, to := c, c
	user := sought(q.User)
	by.terms = append(slices.Clip(c.terms), `by_user <> ''`, `by_user = `+by.value(user))
	to.args = by.args
	to.terms = append(slices.Clip(c.terms), `user_id <> ''`, `user_id <> by_user`, `user_id = $`+fmt.Sprint(len(by.args)))
	return `SELECT * FROM (SELECT * FROM (` + part(by) + `) AS by_him UNION ALL SELECT * FROM (` + part(to) + `) AS to_him) AS his
		ORDER BY id DESC LIMIT ` + limit, by.args
}

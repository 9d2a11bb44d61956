package memory

import (
	"context"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Audit is a port.Audit.
type Audit struct{ store *Store }

var _ port.Audit = (*Audit)(nil)

// Record implements port.Audit.
func (a *Audit) Record(ctx context.Context, events ...domain.Event) error {
	return a.store.change(ctx, func(v *view) error {
		v.record(events...)
		return nil
	})
}

// List implements port.Audit.
func (a *Audit) List(ctx context.Context, q port.AuditQuery) (page port.Page[domain.Record], err error) {
	err = a.store.read(ctx, func(v view) error {
		var records []domain.Record
		for _, record := range slices.Backward(v.audit) {
			if matches(q, record) {
				record.ByEmail, record.UserEmail = v.users[record.By.User].Email, v.users[record.User].Email
				records = append(records, record)
			}
		}
		page = pageOf(records, q.Limit)
		return nil
	})
	return page, err
}

func matches(q port.AuditQuery, r domain.Record) bool {
	return (q.User == "" || r.By.User == q.User || r.User == q.User) &&
		(q.Action == "" || r.Action == q.Action) &&
		(q.Since.IsZero() || !r.At.Before(q.Since)) &&
		(q.Until.IsZero() || r.At.Before(q.Until)) &&
		(q.After == 0 || r.ID < q.After)
}

package port

import (
	"context"
	"time"

	"latchkey/domain"
)

// Audit keeps what has happened. What a store changes it records itself, in the change's own
// transaction; this port lists it, and records what changed nothing.
type Audit interface {
	// Record keeps events that no change goes with, such as refusals, at the store's time. Of
	// their texts what domain.Event.Storable leaves, here and wherever a store writes events.
	Record(ctx context.Context, events ...domain.Event) error

	// List returns a page of records, the newest first.
	List(ctx context.Context, q AuditQuery) (Page[domain.Record], error)
}

// AuditQuery says which records to list.
type AuditQuery struct {
	User   domain.UserID // done by or to this user; empty: anybody
	Action domain.Action // empty: any
	Since  time.Time     // at or after; zero: from the beginning
	Until  time.Time     // before; zero: to the end
	After  int64         // ID of the last one seen; zero: from the start
	Limit  int           // at least 1
}

// Retention frees the space of what nobody can ask for any more.
type Retention interface {
	// Sweep deletes at most limit each of: audit records older than keep; sessions that ended or
	// expired longer ago than keep, and whose credential can't be valid any more. It returns how many rows
	// went; zero means that nothing is left to do.
	Sweep(ctx context.Context, keep time.Duration, limit int) (int, error)
}

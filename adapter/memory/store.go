// Package memory provides every port in maps: a small reference for what the ports promise, a
// store for tests of what stands on them, and the limits of a single process.
package memory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Store keeps everything in one process, for as long as it runs. A method builds the next
// state beside the present one and puts it in its place at the end: all of it, or nothing.
// Methods run one after the other, the closures that they are handed included.
type Store struct {
	clock port.Clock

	mu    sync.Mutex
	state state
}

// NewStore returns an empty store on the clock.
func NewStore(clock port.Clock) *Store {
	return &Store{clock: clock, state: state{
		users:       map[domain.UserID]domain.UserState{},
		invitations: map[string]domain.Invitation{},
		sessions:    map[domain.SessionKey]session{},
		customers:   map[domain.CustomerID]domain.CustomerState{},
	}}
}

// Users returns the store's users.
func (s *Store) Users() *Users { return &Users{s} }

// Sessions returns the store's sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// Customers returns the store's customers.
func (s *Store) Customers() *Customers { return &Customers{s} }

// Audit returns the store's audit.
func (s *Store) Audit() *Audit { return &Audit{s} }

// Retention returns what frees the store's space.
func (s *Store) Retention() *Retention { return &Retention{s} }

// state is all that a store holds. What is in the maps is never changed in place.
type state struct {
	users       map[domain.UserID]domain.UserState
	invitations map[string]domain.Invitation // by email
	sessions    map[domain.SessionKey]session
	customers   map[domain.CustomerID]domain.CustomerState
	audit       []domain.Record // in the order of their ids

	lastCustomer   domain.CustomerID
	lastRecord     int64
	lastRevocation port.Sequence
}

// session is a session and the credential that was spent for it.
type session struct {
	domain.SessionState
	key        domain.SessionKey
	credential domain.CredentialID
}

func (s state) clone() state {
	s.users = maps.Clone(s.users)
	s.invitations = maps.Clone(s.invitations)
	s.sessions = maps.Clone(s.sessions)
	s.customers = maps.Clone(s.customers)
	s.audit = slices.Clone(s.audit)
	return s
}

// view is the state as one method sees it, at one time.
type view struct {
	state
	now time.Time
}

// read calls f with the present state, which it must not change.
func (s *Store) read(ctx context.Context, f func(v view) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := gone(ctx); err != nil {
		return err
	}
	return f(view{s.state, s.now()})
}

// change calls f with a copy of the state, which becomes the state if f returns nil and the
// caller is still there.
func (s *Store) change(ctx context.Context, f func(v *view) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := gone(ctx); err != nil {
		return err
	}
	next := view{s.state.clone(), s.now()}
	if err := f(&next); err != nil {
		return err
	}
	if err := gone(ctx); err != nil {
		return err
	}
	s.state = next.state
	return nil
}

func (s *Store) now() time.Time { return micros(s.clock()) }

// micros is a time as every store keeps it.
func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// gone says that the caller waits no longer: it has gone, or its time is up.
func gone(ctx context.Context) error {
	err := ctx.Err()
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", domain.ErrUnavailable, err)
	}
	return err
}

// record writes events to the audit.
func (v *view) record(events ...domain.Event) {
	for _, event := range events {
		v.lastRecord++
		v.audit = append(v.audit, domain.Record{ID: v.lastRecord, At: v.now, Event: event.Storable()})
	}
}

// pageOf cuts the items, already in order, to a page.
func pageOf[T any](items []T, limit int) port.Page[T] {
	if len(items) > limit {
		return port.Page[T]{Items: items[:limit], More: true}
	}
	return port.Page[T]{Items: items}
}

// newestFirst compares places in a list: the newer comes first, then the greater id.
func newestFirst(a, b port.Mark) int {
	if order := b.At.Compare(a.At); order != 0 {
		return order
	}
	return cmp.Compare(b.ID, a.ID)
}

// behind reports whether the place is behind the mark; without one every place is.
func behind(mark *port.Mark, place port.Mark) bool {
	return mark == nil || newestFirst(*mark, place) < 0
}

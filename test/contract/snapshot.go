package contract

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// everything is more than any list in a case holds, but for those that say so.
const everything = 1000

// snapshot is all that can be seen of a store without knowing a key.
type snapshot struct {
	Users     []domain.UserState
	Usable    []domain.SessionState
	Customers []domain.CustomerState
	Audit     []domain.Record
}

func look(t *testing.T, store Store) snapshot {
	t.Helper()
	var s snapshot
	for _, user := range users(t, store) {
		s.Users = append(s.Users, user.State())
	}
	for _, listed := range usable(t, store) {
		s.Usable = append(s.Usable, listed.Session.State())
	}
	customers, err := store.Customers.List(t.Context(), port.CustomerQuery{Sort: port.CustomersByID, Limit: everything})
	require.NoError(t, err)
	for _, customer := range customers.Items {
		s.Customers = append(s.Customers, customer.State())
	}
	s.Audit = records(t, store, port.AuditQuery{})
	return s
}

// leavesNoTrace runs f and checks that the store is afterwards as it was before.
func leavesNoTrace(t *testing.T, store Store, f func()) {
	t.Helper()
	before := look(t, store)
	f()
	assert.Equal(t, before, look(t, store), "the store before and after")
}

func users(t *testing.T, store Store) []domain.User {
	t.Helper()
	page, err := store.Users.List(t.Context(), port.UserQuery{Limit: everything})
	require.NoError(t, err)
	require.False(t, page.More)
	return page.Items
}

func usable(t *testing.T, store Store) []port.Listed {
	t.Helper()
	page, err := store.Sessions.List(t.Context(), port.SessionQuery{Limit: everything})
	require.NoError(t, err)
	require.False(t, page.More)
	return page.Items
}

// records lists what the query selects, the newest first.
func records(t *testing.T, store Store, q port.AuditQuery) []domain.Record {
	t.Helper()
	q.Limit = everything
	page, err := store.Audit.List(t.Context(), q)
	require.NoError(t, err)
	require.False(t, page.More)
	return page.Items
}

// eventsSince lists the events that were recorded after the earlier look, in no order.
func eventsSince(t *testing.T, store Store, before snapshot) []domain.Event {
	t.Helper()
	var events []domain.Event
	for _, record := range records(t, store, port.AuditQuery{}) {
		if len(before.Audit) == 0 || record.ID > before.Audit[0].ID {
			events = append(events, record.Event)
		}
	}
	return events
}

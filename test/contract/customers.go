package contract

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Customers checks an implementation of port.Customers.
func Customers(t *testing.T, open Open) {
	t.Run("a customer is found as it was added", func(t *testing.T) { customerRoundTrip(t, frozen(t, open)) })
	t.Run("texts of the whole world", func(t *testing.T) { customerTexts(t, open(t)) })
	t.Run("a customer who isn't there", func(t *testing.T) { customerAbsent(t, frozen(t, open)) })
	t.Run("ids grow and are never used again", func(t *testing.T) { customerIDs(t, open(t)) })
	t.Run("all are added, or none", func(t *testing.T) { customersAllOrNone(t, open(t)) })
	t.Run("a caller who has gone", func(t *testing.T) { customerCallerGone(t, open(t)) })

	t.Run("a change is kept", func(t *testing.T) { customerChange(t, frozen(t, open)) })
	t.Run("a change that fails leaves no trace", func(t *testing.T) { customerChangeFails(t, frozen(t, open)) })
	t.Run("parallel changes lose none", func(t *testing.T) { customerParallelChanges(t, open(t)) })
	t.Run("a customer is removed", func(t *testing.T) { customerRemoved(t, frozen(t, open)) })
	t.Run("a removal that fails leaves no trace", func(t *testing.T) { customerRemovalFails(t, frozen(t, open)) })
	t.Run("a customer is removed once", func(t *testing.T) { customerRemovedOnce(t, open(t)) })

	t.Run("the list is sorted", func(t *testing.T) { customerSorts(t, frozen(t, open)) })
	t.Run("the list is walked while customers come and go", func(t *testing.T) { customerWalk(t, frozen(t, open)) })
	t.Run("the list knows how many there are", func(t *testing.T) { customerTotal(t, open(t)) })
}

func aCustomer(t *testing.T, name, email string) domain.Customer {
	t.Helper()
	customer, err := domain.NewCustomer(name, email, operator())
	require.NoError(t, err)
	return customer
}

func mustAdd(t *testing.T, store Store, customers ...domain.Customer) []domain.Customer {
	t.Helper()
	added, err := store.Customers.Add(t.Context(), customers...)
	require.NoError(t, err)
	require.Len(t, added, len(customers))
	return added
}

func findCustomer(t *testing.T, store Store, id domain.CustomerID) domain.Customer {
	t.Helper()
	customer, err := store.Customers.Find(t.Context(), id)
	require.NoError(t, err)
	return customer
}

func customerRoundTrip(t *testing.T, store Store) {
	_, opened := signIn(t, store, "anna") // tells the store's time
	before := look(t, store)
	added := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"), aCustomer(t, "Bolt", "bolt@example.com"))

	var events []domain.Event
	for i, name := range []string{"Acme", "Bolt"} {
		id := added[i].ID()
		require.Positive(t, id)
		require.Equal(t, domain.CustomerState{
			ID: id, Name: name, Email: strings.ToLower(name) + "@example.com",
			CreatedAt: opened.Now, UpdatedAt: opened.Now, Version: 1,
		}, added[i].State())
		found := findCustomer(t, store, id)
		require.Equal(t, added[i].State(), found.State())
		events = append(events, domain.Event{Action: domain.ActionCustomerCreated, By: operator(), Customer: id})
	}
	require.Less(t, added[0].ID(), added[1].ID(), "in the order of adding")
	require.ElementsMatch(t, events, eventsSince(t, store, before))

	same := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"))
	require.NotEqual(t, added[0].ID(), same[0].ID(), "neither name nor email need be unique")

	leavesNoTrace(t, store, func() { mustAdd(t, store) })
}

func customerTexts(t *testing.T, store Store) {
	var customers []domain.Customer
	for _, name := range []string{
		`O'Neil "the boss" \ & <b>`, "Müller & Söhne", "株式会社日本", "Жуковский", "شركة النور \u200fالتجارية", "חברה בע״מ",
		"🦊👩‍👩‍👧🏳️‍🌈", "e\u0301 and é", "%_*?", "'; DROP TABLE customers; --", "$1 :name @p", "  a  b  ",
		strings.Repeat("長", 100), "\u2028line\u2029paragraph", "\U0010FFFD", "NULL", "null",
	} {
		customers = append(customers, aCustomer(t, name, "info@münchen.example"))
	}
	customers = append(customers, aCustomer(t, "Longest email", strings.Repeat("é", 32)+"@"+strings.Repeat(strings.Repeat("a", 62)+".", 3)+strings.Repeat("b", 32)))
	for i, added := range mustAdd(t, store, customers...) {
		found := findCustomer(t, store, added.ID())
		assert.Equal(t, customers[i].Name(), found.Name())
		assert.Equal(t, customers[i].Email(), found.Email())
	}
}

func customerAbsent(t *testing.T, store Store) {
	mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"))
	touched := func(*domain.Customer) error {
		assert.Fail(t, "a customer who isn't there was handed out")
		return nil
	}
	leavesNoTrace(t, store, func() {
		for _, id := range []domain.CustomerID{0, -1, 999_999, 1<<63 - 1, -1 << 63} {
			_, err := store.Customers.Find(t.Context(), id)
			assert.ErrorIs(t, err, domain.ErrCustomerNotFound, "find %d", id)
			_, err = store.Customers.Change(t.Context(), id, touched)
			assert.ErrorIs(t, err, domain.ErrCustomerNotFound, "change %d", id)
			assert.ErrorIs(t, store.Customers.Remove(t.Context(), id, touched), domain.ErrCustomerNotFound, "remove %d", id)
		}
	})
}

func customerIDs(t *testing.T, store Store) {
	last := domain.CustomerID(0)
	for range 3 {
		for _, added := range mustAdd(t, store, aCustomer(t, "Acme", "a@example.com"), aCustomer(t, "Bolt", "b@example.com")) {
			require.Greater(t, added.ID(), last)
			last = added.ID()
		}
		require.NoError(t, store.Customers.Remove(t.Context(), last, noted))
	}
}

// noted agrees to a removal.
func noted(c *domain.Customer) error {
	c.Remove(operator())
	return nil
}

func customersAllOrNone(t *testing.T, store Store) {
	var many []domain.Customer
	for range 300 {
		many = append(many, aCustomer(t, "Acme", "acme@example.com"))
	}
	total := func() int {
		page, err := store.Customers.List(t.Context(), port.CustomerQuery{Sort: port.CustomersByID, Limit: 1})
		require.NoError(t, err)
		return page.Total
	}
	atAnyMoment(t, func(ctx context.Context, _ int) error {
		before := total()
		added, err := store.Customers.Add(ctx, many...)
		if err == nil {
			require.Len(t, added, len(many))
			require.Equal(t, before+len(many), total())
		} else {
			require.Zero(t, (total()-before)%len(many), "some were added, some not")
		}
		return err
	})
}

func customerCallerGone(t *testing.T, store Store) {
	id := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"))[0].ID()
	gone(t, store, calls{
		"Add": func(ctx context.Context) error {
			_, err := store.Customers.Add(ctx, aCustomer(t, "Bolt", "bolt@example.com"))
			return err
		},
		"Find": func(ctx context.Context) error {
			_, err := store.Customers.Find(ctx, id)
			return err
		},
		"List": func(ctx context.Context) error {
			_, err := store.Customers.List(ctx, port.CustomerQuery{Sort: port.CustomersByID, Limit: 1})
			return err
		},
		"Change": func(ctx context.Context) error {
			_, err := store.Customers.Change(ctx, id, func(c *domain.Customer) error {
				return c.Rewrite("Changed", c.Email(), operator())
			})
			return err
		},
		"Remove": func(ctx context.Context) error { return store.Customers.Remove(ctx, id, noted) },
	})
}

func customerChange(t *testing.T, store Store) {
	added := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"), aCustomer(t, "Bolt", "bolt@example.com"))
	id := added[0].ID()
	before := look(t, store)
	store.Advance(time.Minute + time.Microsecond)
	rewrite := func(name, email string) domain.Customer {
		customer, err := store.Customers.Change(t.Context(), id, func(c *domain.Customer) error {
			return c.Rewrite(name, email, operator())
		})
		require.NoError(t, err)
		found := findCustomer(t, store, id)
		require.Equal(t, customer.State(), found.State())
		return customer
	}

	changed := rewrite(`Acme "№ 1" 🦊`, "new@example.com")
	want := added[0].State()
	want.Name, want.Email, want.Version = `Acme "№ 1" 🦊`, "new@example.com", 2
	want.UpdatedAt = want.CreatedAt.Add(time.Minute + time.Microsecond)
	require.Equal(t, want, changed.State())
	require.Equal(t, []domain.Event{
		{Action: domain.ActionCustomerChanged, By: operator(), Customer: id, Detail: "name, email"},
	}, eventsSince(t, store, before))

	store.Advance(time.Minute)
	leavesNoTrace(t, store, func() {
		same := rewrite(want.Name, want.Email)
		require.Equal(t, want, same.State(), "where nothing has changed, neither version nor time move")
	})
	changed = rewrite(want.Name, "third@example.com")
	require.EqualValues(t, 3, changed.Version())
	other := findCustomer(t, store, added[1].ID())
	require.Equal(t, added[1].State(), other.State(), "another customer")
}

func customerChangeFails(t *testing.T, store Store) {
	id := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"))[0].ID()
	change := func(ctx context.Context, outcome func() error) error {
		_, err := store.Customers.Change(ctx, id, func(c *domain.Customer) error {
			if err := c.Rewrite("Changed", "changed@example.com", operator()); err != nil {
				return err
			}
			return outcome()
		})
		return err
	}
	interrupted(t, store, func(ctx context.Context, middle func()) error {
		return change(ctx, func() error { middle(); return nil })
	})
	failing(t, store, func(outcome func() error) error { return change(t.Context(), outcome) })
	changed := findCustomer(t, store, id)
	require.Equal(t, "Changed", changed.Name())
}

func customerParallelChanges(t *testing.T, store Store) {
	id := mustAdd(t, store, aCustomer(t, "x", "acme@example.com"))[0].ID()
	results := inParallel(20, func(int) error {
		_, err := store.Customers.Change(t.Context(), id, func(c *domain.Customer) error {
			return c.Rewrite(c.Name()+"x", c.Email(), operator())
		})
		return err
	})
	require.NoError(t, errors.Join(results...))
	customer := findCustomer(t, store, id)
	require.Equal(t, strings.Repeat("x", 21), customer.Name())
	require.EqualValues(t, 21, customer.Version())
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionCustomerChanged}), 20)
}

func customerRemoved(t *testing.T, store Store) {
	added := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"), aCustomer(t, "Bolt", "bolt@example.com"))
	id := added[0].ID()
	before := look(t, store)
	err := store.Customers.Remove(t.Context(), id, func(c *domain.Customer) error {
		require.Equal(t, added[0].State(), c.State())
		c.Remove(operator())
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []domain.Event{
		{Action: domain.ActionCustomerRemoved, By: operator(), Customer: id},
	}, eventsSince(t, store, before))
	_, err = store.Customers.Find(t.Context(), id)
	require.ErrorIs(t, err, domain.ErrCustomerNotFound)
	require.Len(t, look(t, store).Customers, 1)
	leavesNoTrace(t, store, func() {
		require.ErrorIs(t, store.Customers.Remove(t.Context(), id, noted), domain.ErrCustomerNotFound)
	})
}

func customerRemovalFails(t *testing.T, store Store) {
	id := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"))[0].ID()
	remove := func(ctx context.Context, outcome func() error) error {
		return store.Customers.Remove(ctx, id, func(c *domain.Customer) error {
			c.Remove(operator())
			return outcome()
		})
	}
	interrupted(t, store, func(ctx context.Context, middle func()) error {
		return remove(ctx, func() error { middle(); return nil })
	})
	failing(t, store, func(outcome func() error) error { return remove(t.Context(), outcome) })
	require.Empty(t, look(t, store).Customers)
}

// customerRemovedOnce: a change at the same time comes before the removal, or finds nothing.
func customerRemovedOnce(t *testing.T, store Store) {
	for round := range 5 {
		id := mustAdd(t, store, aCustomer(t, "Acme", "acme@example.com"))[0].ID()
		results := inParallel(8, func(i int) error {
			if i%2 == 0 {
				return store.Customers.Remove(t.Context(), id, noted)
			}
			_, err := store.Customers.Change(t.Context(), id, func(c *domain.Customer) error {
				return c.Rewrite(c.Name()+"x", c.Email(), operator())
			})
			if err == nil {
				return errChange
			}
			return err
		})
		require.Equal(t, 1, count(results, nil), "removals in round %d: %v", round, results)
		require.Equal(t, 7, count(results, domain.ErrCustomerNotFound)+count(results, errChange), "round %d: %v", round, results)
		require.Empty(t, look(t, store).Customers)
	}
}

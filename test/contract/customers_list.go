package contract

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

func sorts() []port.CustomerSort {
	return []port.CustomerSort{
		port.CustomersByID, port.CustomersByName, port.CustomersByEmail, port.CustomersByCreatedAt,
	}
}

// sortedCustomers is the order that a list must have: by code point, ties by id.
func sortedCustomers(customers []domain.CustomerState, q port.CustomerQuery) []domain.CustomerState {
	sorted := slices.Clone(customers)
	slices.SortFunc(sorted, func(a, b domain.CustomerState) int {
		order := map[port.CustomerSort]int{
			port.CustomersByName:      cmp.Compare(a.Name, b.Name),
			port.CustomersByEmail:     cmp.Compare(a.Email, b.Email),
			port.CustomersByCreatedAt: a.CreatedAt.Compare(b.CreatedAt),
		}[q.Sort]
		return cmp.Or(order, cmp.Compare(a.ID, b.ID))
	})
	if q.Descending {
		slices.Reverse(sorted)
	}
	return sorted
}

func customerMark(sort port.CustomerSort, c domain.CustomerState) *port.CustomerMark {
	mark := &port.CustomerMark{ID: c.ID}
	switch sort {
	case port.CustomersByID:
	case port.CustomersByName:
		mark.Name = c.Name
	case port.CustomersByEmail:
		mark.Email = c.Email
	case port.CustomersByCreatedAt:
		mark.CreatedAt = c.CreatedAt
	}
	return mark
}

// walkCustomers reads the list to its end and checks that it is in order.
func walkCustomers(t *testing.T, store Store, q port.CustomerQuery, between func()) []domain.CustomerState {
	t.Helper()
	var seen []domain.CustomerState
	for range everything {
		page, err := store.Customers.List(t.Context(), q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Items), q.Limit)
		for _, item := range page.Items {
			seen = append(seen, item.State())
		}
		if !page.More {
			require.Equal(t, sortedCustomers(seen, q), seen, "%+v", q)
			return seen
		}
		require.Len(t, page.Items, q.Limit, "a page that isn't the last is full")
		q.After = customerMark(q.Sort, seen[len(seen)-1])
		between()
	}
	require.Fail(t, "the list has no end")
	return nil
}

func customerSorts(t *testing.T, store Store) {
	for _, texts := range [][2]string{
		{"bolt", "z@example.com"},
		{"Acme", "a@example.com"},
		{"acme", "a@example.com"},
		{"Acme", "A@example.com"},
		{"Ärger", "é@example.com"},
		{"Zulu", "a.b@example.com"},
		{"a b", "a-b@example.com"},
		{"a-b", "ab@example.com"},
		{"ab", "a_b@example.com"},
		{"李", "z@example.com"},
		{"🦊", "z@example.com"},
		{"\uFFFD", "z@example.com"},
		{"Acme", "a@example.com"},
		{"_", "z@example.com"},
		{"~", "z@example.com"},
		{"1", "1@example.com"},
		{"10", "10@example.com"},
		{"9", "9@example.com"},
	} {
		mustAdd(t, store, aCustomer(t, texts[0], texts[1]))
		if texts[0] == "acme" || texts[0] == "李" {
			store.Advance(time.Microsecond)
		}
	}
	all := look(t, store).Customers
	require.Len(t, all, 18)
	for _, sort := range sorts() {
		for _, descending := range []bool{false, true} {
			q := port.CustomerQuery{Sort: sort, Descending: descending, Limit: everything}
			want := sortedCustomers(all, q)
			require.Equal(t, want, walkCustomers(t, store, q, func() {}), "%+v", q)
			q.Limit = 1
			require.Equal(t, want, walkCustomers(t, store, q, func() {}), "%+v", q)
			q.Limit = 6 // a divisor: the last page is full
			require.Equal(t, want, walkCustomers(t, store, q, func() {}), "%+v", q)
		}
	}
	for _, sort := range sorts() {
		mark := port.CustomerMark{Name: "\x00\xff", Email: "\x00\xff"}
		_, err := store.Customers.List(t.Context(), port.CustomerQuery{Sort: sort, After: &mark, Limit: 1})
		require.NoError(t, err, "a mark that no store has given")
	}
}

func customerWalk(t *testing.T, store Store) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(n int) []domain.Customer {
		var customers []domain.Customer
		for range n { // few names, so that many tie
			name := fmt.Sprintf("name %d", random.IntN(4))
			customers = append(customers, aCustomer(t, name, fmt.Sprintf("%d@example.com", random.IntN(4))))
		}
		return customers
	}
	for _, sort := range sorts() {
		for _, descending := range []bool{false, true} {
			mustAdd(t, store, some(6)...)
			store.Advance(time.Microsecond)
			mustAdd(t, store, some(6)...)
			there := look(t, store).Customers
			gone := map[domain.CustomerID]bool{}

			q := port.CustomerQuery{Sort: sort, Descending: descending, Limit: 4}
			rounds := 0
			seen := walkCustomers(t, store, q, func() {
				if rounds++; rounds > 4 {
					return
				}
				mustAdd(t, store, some(1)...)
				victim := there[random.IntN(len(there))].ID
				if !gone[victim] {
					gone[victim] = true
					require.NoError(t, store.Customers.Remove(t.Context(), victim, noted))
				}
			})
			for _, customer := range there {
				if !gone[customer.ID] {
					require.Contains(t, seen, customer, "who was there all the time is seen: %+v", q)
				}
			}
		}
	}
}

func customerTotal(t *testing.T, store Store) {
	total := func(q port.CustomerQuery) int {
		t.Helper()
		q.Sort = port.CustomersByID
		page, err := store.Customers.List(t.Context(), q)
		require.NoError(t, err)
		return page.Total
	}
	require.Equal(t, 0, total(port.CustomerQuery{Limit: 5}))

	added := mustAdd(t, store, aCustomer(t, "Acme", "a@example.com"), aCustomer(t, "Bolt", "b@example.com"))
	require.Equal(t, 2, total(port.CustomerQuery{Limit: 1}), "of all pages, seen from the first")
	require.Equal(t, 2, total(port.CustomerQuery{Limit: 1, After: &port.CustomerMark{ID: added[1].ID()}}), "and from the last")

	many := make([]domain.Customer, port.CountedAtMost-2)
	for i := range many {
		many[i] = aCustomer(t, "Acme", "a@example.com")
	}
	mustAdd(t, store, many...)
	require.Equal(t, port.CountedAtMost, total(port.CustomerQuery{Limit: 1}))
	mustAdd(t, store, aCustomer(t, "One more", "a@example.com"))
	require.Equal(t, -1, total(port.CustomerQuery{Limit: 1}), "counting costs more than the page")
}

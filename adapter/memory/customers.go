package memory

import (
	"cmp"
	"context"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Customers is a port.Customers.
type Customers struct{ store *Store }

var _ port.Customers = (*Customers)(nil)

// Add implements port.Customers.
func (c *Customers) Add(ctx context.Context, customers ...domain.Customer) (added []domain.Customer, err error) {
	err = c.store.change(ctx, func(v *view) error {
		for _, customer := range customers {
			v.lastCustomer++
			kept := customer.State()
			kept.ID, kept.CreatedAt, kept.UpdatedAt, kept.Version = v.lastCustomer, v.now, v.now, 1
			v.customers[kept.ID] = kept
			v.recordOf(kept.ID, customer.Events())
			added = append(added, domain.RestoreCustomer(kept))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// Find implements port.Customers.
func (c *Customers) Find(ctx context.Context, id domain.CustomerID) (customer domain.Customer, err error) {
	err = c.store.read(ctx, func(v view) error {
		kept, found := v.customers[id]
		if !found {
			return domain.ErrCustomerNotFound
		}
		customer = domain.RestoreCustomer(kept)
		return nil
	})
	return customer, err
}

// List implements port.Customers.
func (c *Customers) List(ctx context.Context, q port.CustomerQuery) (page port.CustomerPage, err error) {
	err = c.store.read(ctx, func(v view) error {
		var customers []domain.Customer
		for _, kept := range v.customers {
			if q.After == nil || inOrder(q, *q.After, customerPlace(kept)) < 0 {
				customers = append(customers, domain.RestoreCustomer(kept))
			}
		}
		slices.SortFunc(customers, func(a, b domain.Customer) int {
			return inOrder(q, customerPlace(a.State()), customerPlace(b.State()))
		})
		page = port.CustomerPage{Page: pageOf(customers, q.Limit), Total: len(v.customers)}
		if page.Total > port.CountedAtMost {
			page.Total = -1
		}
		return nil
	})
	return page, err
}

func customerPlace(c domain.CustomerState) port.CustomerMark {
	return port.CustomerMark{ID: c.ID, Name: c.Name, Email: c.Email, CreatedAt: c.CreatedAt}
}

// inOrder compares places as the query sorts them.
func inOrder(q port.CustomerQuery, a, b port.CustomerMark) int {
	if q.Descending {
		a, b = b, a
	}
	order := 0
	switch q.Sort {
	case port.CustomersByID:
	case port.CustomersByName:
		order = cmp.Compare(a.Name, b.Name)
	case port.CustomersByEmail:
		order = cmp.Compare(a.Email, b.Email)
	case port.CustomersByCreatedAt:
		order = a.CreatedAt.Compare(b.CreatedAt)
	}
	return cmp.Or(order, cmp.Compare(a.ID, b.ID))
}

// Change implements port.Customers.
func (c *Customers) Change(ctx context.Context, id domain.CustomerID, change func(c *domain.Customer) error,
) (customer domain.Customer, err error) {
	err = c.store.change(ctx, func(v *view) error {
		kept, found := v.customers[id]
		if !found {
			return domain.ErrCustomerNotFound
		}
		changed := domain.RestoreCustomer(kept)
		if err := change(&changed); err != nil {
			return err
		}
		if changed.Changed() {
			kept = changed.State()
			kept.UpdatedAt = v.now
			kept.Version++
			v.customers[id] = kept
			v.recordOf(id, changed.Events())
		}
		customer = domain.RestoreCustomer(kept)
		return nil
	})
	if err != nil {
		return domain.Customer{}, err
	}
	return customer, nil
}

// Remove implements port.Customers.
func (c *Customers) Remove(ctx context.Context, id domain.CustomerID, check func(c *domain.Customer) error) error {
	return c.store.change(ctx, func(v *view) error {
		kept, found := v.customers[id]
		if !found {
			return domain.ErrCustomerNotFound
		}
		customer := domain.RestoreCustomer(kept)
		if err := check(&customer); err != nil {
			return err
		}
		delete(v.customers, id)
		v.recordOf(id, customer.Events())
		return nil
	})
}

// recordOf writes a customer's events to the audit; a new customer's don't know its id.
func (v *view) recordOf(id domain.CustomerID, events []domain.Event) {
	for _, event := range events {
		event.Customer = id
		v.record(event)
	}
}

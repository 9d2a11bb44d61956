package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Customers is a port.Customers.
type Customers struct{ *store }

var _ port.Customers = (*Customers)(nil)

const customerColumns = `id, name, email, created_at, updated_at, version`

type customerRow struct {
	ID        domain.CustomerID `db:"id"`
	Name      string            `db:"name"`
	Email     string            `db:"email"`
	CreatedAt moment            `db:"created_at"`
	UpdatedAt moment            `db:"updated_at"`
	Version   int64             `db:"version"`
}

func (r customerRow) customer() domain.Customer {
	return domain.RestoreCustomer(domain.CustomerState{
		ID: r.ID, Name: r.Name, Email: r.Email, CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	})
}

// Add implements port.Customers.
func (s *Customers) Add(ctx context.Context, customers ...domain.Customer) ([]domain.Customer, error) {
	ctx, done := limited(ctx, len(customers))
	defer done()
	var added []domain.Customer
	err := s.transact(ctx, "add customers", func(ctx context.Context, tx *tx) error {
		added = make([]domain.Customer, 0, len(customers))
		var now moment
		if err := tx.get(ctx, &now, `SELECT now FROM store_clock`); err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		for chunk := range slices.Chunk(customers, perStatement) {
			rows, err := tx.insertCustomers(ctx, chunk, now)
			if err != nil {
				return err
			}
			var events []domain.Event
			for i, row := range rows {
				added = append(added, row.customer())
				events = append(events, eventsOf(row.ID, chunk[i].Events())...)
			}
			if err := tx.record(ctx, events...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// insertCustomers keeps customers and returns their rows in the same order: ids are given in the order of the values.
func (t *tx) insertCustomers(ctx context.Context, customers []domain.Customer, now moment) ([]customerRow, error) {
	const columns = 4
	values := make([]any, 0, len(customers)*columns)
	for i := range customers {
		values = append(values, customers[i].Name(), customers[i].Email(), now, now)
	}
	var rows []customerRow
	err := t.SelectContext(ctx, &rows, `INSERT INTO customers (name, email, created_at, updated_at, version)
		VALUES `+placeholders(len(customers), columns, ", 1")+` RETURNING `+customerColumns, values...)
	if err != nil {
		return nil, fmt.Errorf("insert customers: %w", err)
	}
	if len(rows) != len(customers) {
		return nil, fmt.Errorf("insert customers: %d rows for %d", len(rows), len(customers))
	}
	slices.SortFunc(rows, func(a, b customerRow) int { return cmp.Compare(a.ID, b.ID) })
	return rows, nil
}

// eventsOf are a customer's events with its id, which it didn't know while it was new.
func eventsOf(id domain.CustomerID, events []domain.Event) []domain.Event {
	events = slices.Clone(events)
	for i := range events {
		events[i].Customer = id
	}
	return events
}

// Find implements port.Customers.
func (s *Customers) Find(ctx context.Context, id domain.CustomerID) (domain.Customer, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	var row customerRow
	err := s.reader.GetContext(ctx, &row, `SELECT `+customerColumns+` FROM customers WHERE id = $1`, id)
	if absent(err) {
		return domain.Customer{}, domain.ErrCustomerNotFound
	}
	if err != nil {
		return domain.Customer{}, s.failed(ctx, "find a customer", err)
	}
	return row.customer(), nil
}

type customerListed struct {
	customerRow
	Total int `db:"total"`
}

// counted counts the customers as far as a page's Total does, and one further.
var counted = fmt.Sprintf(`(SELECT count(*) FROM (SELECT 1 FROM customers LIMIT %d) few)`, port.CountedAtMost+1) //nolint:gochecknoglobals // a constant

// List implements port.Customers.
func (s *Customers) List(ctx context.Context, q port.CustomerQuery) (port.CustomerPage, error) {
	ctx, done := limited(ctx, q.Limit)
	defer done()
	query, args, err := customerPage(q)
	if err != nil {
		return port.CustomerPage{}, err
	}
	var rows []customerListed
	list, err := s.reader.prepare(ctx, query) //nolint:sqlclosecheck // the pool keeps it
	if err == nil {
		err = list.SelectContext(ctx, &rows, args...)
	}
	if err != nil {
		return port.CustomerPage{}, s.failed(ctx, "list customers", err)
	}
	result := port.CustomerPage{Page: page(rows, q.Limit, func(r customerListed) domain.Customer { return r.customer() })}
	if len(rows) > 0 {
		result.Total = rows[0].Total
	} else if err := s.reader.GetContext(ctx, &result.Total, `SELECT `+counted); err != nil {
		return port.CustomerPage{}, s.failed(ctx, "count customers", err)
	}
	if result.Total > port.CountedAtMost {
		result.Total = -1
	}
	return result, nil
}

// customerPage selects a page of customers and one more, each with the number of all.
func customerPage(q port.CustomerQuery) (string, []any, error) {
	var mark port.CustomerMark
	if q.After != nil {
		mark = *q.After
	}
	var column string
	var place any
	switch q.Sort {
	case port.CustomersByID:
		column, place = `id`, mark.ID
	case port.CustomersByName:
		column, place = `name`, sought(mark.Name)
	case port.CustomersByEmail:
		column, place = `email`, sought(mark.Email)
	case port.CustomersByCreatedAt:
		column, place = `created_at`, moment{mark.CreatedAt}
	default:
		return "", nil, fmt.Errorf("list customers: no sort is called %q", q.Sort)
	}
	behind, direction := `>`, ``
	if q.Descending {
		behind, direction = `<`, ` DESC`
	}
	var c conditions
	if q.After != nil {
		c.add(`(`+column+`, id) `+behind+` (?, ?)`, place, mark.ID)
	}
	return `SELECT ` + customerColumns + `, ` + counted + ` AS total FROM customers` + c.where() +
		` ORDER BY ` + column + direction + `, id` + direction + ` LIMIT ` + c.value(q.Limit+1), c.args, nil
}

// Change implements port.Customers.
func (s *Customers) Change(ctx context.Context, id domain.CustomerID, change func(c *domain.Customer) error) (domain.Customer, error) {
	ctx, done := limited(ctx, 1)
	defer done()
	var changed domain.Customer
	err := s.transact(ctx, "change a customer", func(ctx context.Context, tx *tx) error {
		customer, err := tx.customerForChange(ctx, id)
		if err != nil {
			return err
		}
		if err := change(&customer); err != nil {
			return refusal{err}
		}
		state := customer.State()
		if customer.Changed() {
			var row customerRow
			err := tx.get(ctx, &row, `UPDATE customers
				SET name = $2, email = $3, updated_at = (SELECT now FROM store_clock), version = version + 1
				WHERE id = $1 RETURNING `+customerColumns, id, state.Name, state.Email)
			if err != nil {
				return fmt.Errorf("keep the customer: %w", err)
			}
			state.UpdatedAt, state.Version = row.UpdatedAt.Time, row.Version
		}
		changed = domain.RestoreCustomer(state)
		return tx.record(ctx, eventsOf(id, customer.Events())...)
	})
	if err != nil {
		return domain.Customer{}, err
	}
	return changed, nil
}

// Remove implements port.Customers.
func (s *Customers) Remove(ctx context.Context, id domain.CustomerID, check func(c *domain.Customer) error) error {
	ctx, done := limited(ctx, 1)
	defer done()
	return s.transact(ctx, "remove a customer", func(ctx context.Context, tx *tx) error {
		customer, err := tx.customerForChange(ctx, id)
		if err != nil {
			return err
		}
		if err := check(&customer); err != nil {
			return refusal{err}
		}
		if _, err := tx.exec(ctx, `DELETE FROM customers WHERE id = $1`, id); err != nil {
			return fmt.Errorf("delete the customer: %w", err)
		}
		return tx.record(ctx, eventsOf(id, customer.Events())...)
	})
}

func (t *tx) customerForChange(ctx context.Context, id domain.CustomerID) (domain.Customer, error) {
	var row customerRow
	err := t.get(ctx, &row, `SELECT `+customerColumns+` FROM customers WHERE id = $1`+t.store.dialect.RowLock, id)
	if absent(err) {
		return domain.Customer{}, domain.ErrCustomerNotFound
	}
	if err != nil {
		return domain.Customer{}, fmt.Errorf("lock the customer: %w", err)
	}
	return row.customer(), nil
}

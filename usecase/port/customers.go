package port

import (
	"context"
	"time"

	"latchkey/domain"
)

// Customers keeps customers. Each method is one transaction and writes the customers' events
// to the audit in it.
type Customers interface {
	// Add keeps new customers, all or none, and returns them as they are kept, in the same order, with
	// ids that grow, times, and version 1.
	Add(ctx context.Context, customers ...domain.Customer) ([]domain.Customer, error)

	// Find returns the customer, or domain.ErrCustomerNotFound.
	Find(ctx context.Context, id domain.CustomerID) (domain.Customer, error)

	// List returns a page of customers.
	List(ctx context.Context, q CustomerQuery) (CustomerPage, error)

	// Change applies change to the customer and keeps the result; where something has changed,
	// the version grows by one. Concurrent changes of one customer happen one after the other, each
	// seeing the last one's result. What change returns as error is returned as it is, and
	// nothing has changed. Errors: domain.ErrCustomerNotFound.
	Change(ctx context.Context, id domain.CustomerID, change func(c *domain.Customer) error) (domain.Customer, error)

	// Remove deletes the customer after check has agreed (and noted it with
	// Customer.Remove); what check returns as error is returned as it is, and the customer
	// stays. Errors: domain.ErrCustomerNotFound.
	Remove(ctx context.Context, id domain.CustomerID, check func(c *domain.Customer) error) error
}

// CustomerSort names what customers are listed by; ties are broken by id.
type CustomerSort string

// The sorts.
const (
	CustomersByID        CustomerSort = "id"
	CustomersByName      CustomerSort = "name"
	CustomersByEmail     CustomerSort = "email"
	CustomersByCreatedAt CustomerSort = "created_at"
)

// CustomerQuery says which customers to list.
type CustomerQuery struct {
	Sort       CustomerSort
	Descending bool // ids too
	After      *CustomerMark
	Limit      int // at least 1
}

// CustomerMark is the last customer seen: the next page starts behind it. Of Name, Email and
// CreatedAt only the one counts that the list is sorted by.
type CustomerMark struct {
	ID        domain.CustomerID
	Name      string
	Email     string
	CreatedAt time.Time
}

// CustomerPage is a page of customers.
type CustomerPage struct {
	Page[domain.Customer]
	Total int // of all pages; -1 where counting would cost more than the page
}

// CountedAtMost is how many customers a Total counts at the most.
const CountedAtMost = 10_000

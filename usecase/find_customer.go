package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// FindCustomer tells about one customer.
type FindCustomer struct {
	Customers port.Customers
}

// Do returns the customer, or domain.ErrCustomerNotFound.
func (uc *FindCustomer) Do(ctx context.Context, id domain.CustomerID) (domain.Customer, error) {
	customer, err := uc.Customers.Find(ctx, id)
	if err != nil {
		return customer, fmt.Errorf("find customer: %w", err)
	}
	return customer, nil
}

package usecase

import (
	"context"
	"fmt"

	"latchkey/usecase/port"
)

// ListCustomers tells which customers there are.
type ListCustomers struct {
	Customers port.Customers
}

// Do returns a page of customers.
func (uc *ListCustomers) Do(ctx context.Context, q port.CustomerQuery) (port.CustomerPage, error) {
	page, err := uc.Customers.List(ctx, q)
	if err != nil {
		return page, fmt.Errorf("list customers: %w", err)
	}
	return page, nil
}

package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// AddCustomer adds a customer.
type AddCustomer struct {
	Customers port.Customers
}

// Do returns the customer as it is kept; a *domain.FieldsError names each field at fault.
func (uc *AddCustomer) Do(ctx context.Context, name, email string, by domain.Principal) (domain.Customer, error) {
	customer, err := domain.NewCustomer(name, email, by)
	if err != nil {
		return domain.Customer{}, err
	}
	added, err := uc.Customers.Add(ctx, customer)
	if err != nil {
		return domain.Customer{}, fmt.Errorf("add customer: %w", err)
	}
	return added[0], nil
}

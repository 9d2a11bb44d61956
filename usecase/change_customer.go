package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// ChangeCustomer rewrites a customer.
type ChangeCustomer struct {
	Customers port.Customers
}

// CustomerChange is what the customer becomes, and, where Version is not nil, which version
// was read before.
type CustomerChange struct {
	Name    string
	Email   string
	Version *int64
}

// Do returns the customer as it is kept. Errors: domain.ErrCustomerNotFound,
// domain.ErrCustomerChanged where the version is another, a *domain.FieldsError.
func (uc *ChangeCustomer) Do(ctx context.Context, id domain.CustomerID, change CustomerChange, by domain.Principal) (domain.Customer, error) {
	customer, err := uc.Customers.Change(ctx, id, func(c *domain.Customer) error {
		if change.Version != nil && *change.Version != c.Version() {
			return domain.ErrCustomerChanged
		}
		return c.Rewrite(change.Name, change.Email, by)
	})
	if err != nil {
		return domain.Customer{}, fmt.Errorf("change customer: %w", err)
	}
	return customer, nil
}

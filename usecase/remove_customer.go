package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// RemoveCustomer deletes a customer.
type RemoveCustomer struct {
	Customers port.Customers
}

// Do deletes the customer. version, where not nil, is the one that was read before. Errors:
// domain.ErrCustomerNotFound, domain.ErrCustomerChanged.
func (uc *RemoveCustomer) Do(ctx context.Context, id domain.CustomerID, version *int64, by domain.Principal) error {
	err := uc.Customers.Remove(ctx, id, func(c *domain.Customer) error {
		if version != nil && *version != c.Version() {
			return domain.ErrCustomerChanged
		}
		c.Remove(by)
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove customer: %w", err)
	}
	return nil
}

package usecase

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// ImportCustomers adds many customers at once.
type ImportCustomers struct {
	Customers port.Customers
}

// ImportRow is a customer to be, and the line where it stands.
type ImportRow struct {
	Line  int
	Name  string
	Email string
}

// RowFault is one fault of one row.
type RowFault struct {
	Line    int
	Field   string
	Message string
}

// RowsError lists every fault of an import; it unwraps to domain.ErrInvalidFields.
type RowsError struct {
	Faults []RowFault
}

func (e *RowsError) Error() string {
	first := e.Faults[0]
	return fmt.Sprintf("%d faults, the first in line %d, %s: %s", len(e.Faults), first.Line, first.Field, first.Message)
}

func (e *RowsError) Unwrap() error { return domain.ErrInvalidFields }

// Do adds all rows, or none where one is at fault: then a *RowsError lists every fault. It
// returns how many were added.
func (uc *ImportCustomers) Do(ctx context.Context, rows []ImportRow, by domain.Principal) (int, error) {
	customers := make([]domain.Customer, 0, len(rows))
	var faults []RowFault
	for _, row := range rows {
		customer, err := domain.NewCustomer(row.Name, row.Email, by)
		var fields *domain.FieldsError
		if errors.As(err, &fields) {
			for field, message := range fields.Fields {
				faults = append(faults, RowFault{row.Line, field, message})
			}
			continue
		}
		customers = append(customers, customer)
	}
	if len(faults) > 0 {
		slices.SortFunc(faults, func(a, b RowFault) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(b.Field, a.Field))
		})
		return 0, &RowsError{faults}
	}
	if len(customers) == 0 {
		return 0, nil
	}
	added, err := uc.Customers.Add(ctx, customers...)
	if err != nil {
		return 0, fmt.Errorf("add customers: %w", err)
	}
	return len(added), nil
}

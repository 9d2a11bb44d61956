package usecase_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

func longText(n int) string { return strings.Repeat("ü", n) }

func TestACustomerChangedMeanwhileIsNotOverwritten(t *testing.T) {
	h := newHouse(t)
	add := &usecase.AddCustomer{Customers: h.Customers()}
	change := &usecase.ChangeCustomer{Customers: h.Customers()}
	remove := &usecase.RemoveCustomer{Customers: h.Customers()}
	c, err := add.Do(t.Context(), "Ada", "ada@example.com", domain.Principal{})
	require.NoError(t, err)
	read := c.Version()
	_, err = change.Do(t.Context(), c.ID(), usecase.CustomerChange{Name: "Ada L", Email: "ada@example.com", Version: &read}, domain.Principal{})
	require.NoError(t, err)

	_, err = change.Do(t.Context(), c.ID(), usecase.CustomerChange{Name: "A", Email: "a@example.com", Version: &read}, domain.Principal{})
	require.ErrorIs(t, err, domain.ErrCustomerChanged)
	require.ErrorIs(t, remove.Do(t.Context(), c.ID(), &read, domain.Principal{}), domain.ErrCustomerChanged)

	kept, err := h.Customers().Find(t.Context(), c.ID())
	require.NoError(t, err)
	assert.Equal(t, "Ada L", kept.Name())
	require.NoError(t, remove.Do(t.Context(), c.ID(), nil, domain.Principal{}))
	_, err = h.Customers().Find(t.Context(), c.ID())
	require.ErrorIs(t, err, domain.ErrCustomerNotFound)
}

func TestAnImportIsAllOrNothingAndNamesEveryFault(t *testing.T) {
	h := newHouse(t)
	uc := &usecase.ImportCustomers{Customers: h.Customers()}
	good := usecase.ImportRow{Line: 2, Name: "Ada", Email: "ada@example.com"}

	_, err := uc.Do(t.Context(), []usecase.ImportRow{good, {Line: 3}, {Line: 5, Name: longText(101), Email: "b@example.com"}}, domain.Principal{})

	var rows *usecase.RowsError
	require.ErrorAs(t, err, &rows)
	var places []any
	for _, f := range rows.Faults {
		places = append(places, f.Line, f.Field)
	}
	assert.Equal(t, []any{3, "name", 3, "email", 5, "name"}, places)
	page, err := h.Customers().List(t.Context(), port.CustomerQuery{Sort: port.CustomersByID, Limit: 10})
	require.NoError(t, err)
	assert.Empty(t, page.Items)

	count, err := uc.Do(t.Context(), []usecase.ImportRow{good}, domain.Principal{})
	require.NoError(t, err)
	assert.Equal(t, 1, count)
}

package contract

import "testing"

// Customers checks an implementation of port.Customers.
func Customers(t *testing.T, open Open) {
	_ = frozen(t, open)
}

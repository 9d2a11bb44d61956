package contract

import "testing"

// Retention checks an implementation of port.Retention.
func Retention(t *testing.T, open Open) {
	_ = frozen(t, open)
}

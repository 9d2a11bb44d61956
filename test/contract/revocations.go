package contract

import "testing"

// Revocations checks an implementation of port.Revocations.
func Revocations(t *testing.T, open Open) {
	_ = frozen(t, open)
}

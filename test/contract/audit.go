package contract

import "testing"

// Audit checks an implementation of port.Audit.
func Audit(t *testing.T, open Open) {
	_ = frozen(t, open)
}

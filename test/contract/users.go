package contract

import "testing"

// Users checks an implementation of port.Users.
func Users(t *testing.T, open Open) {
	_ = frozen(t, open)
}

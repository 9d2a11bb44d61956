package contract

import (
	"testing"

	"latchkey/usecase/port"
)

// Limits checks an implementation of port.Limits. open returns one that has counted nothing,
// and the lever that moves its clock.
func Limits(t *testing.T, open func(t *testing.T) (port.Limits, Advance)) {
	_, _ = open(t)
}

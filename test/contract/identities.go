package contract

import (
	"testing"
	"time"

	"latchkey/usecase/port"
)

// Claims is what a credential says. The zero value of a field means that it is not said.
type Claims struct {
	Subject       string
	Email         string
	EmailVerified bool
	HostedDomain  string
	Name          string
	Picture       string
	Nonce         string

	Age             time.Duration // how long ago it was issued
	ForeignAudience bool          // for another application
	ForeignKey      bool          // signed by somebody else
}

// Mint makes a credential for what the identities under test accept: one that is issued now,
// or Age ago, for a lifetime of at most an hour.
type Mint func(t *testing.T, c Claims) string

// Identities checks an implementation of port.Identities.
func Identities(t *testing.T, open func(t *testing.T) (port.Identities, Mint)) {
	_, _ = open(t)
}

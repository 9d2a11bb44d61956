// Package contract provides what each port promises, as suites that any adapter runs: the
// conformance kit. An adapter's test calls one function for each port that it implements:
//
//	func TestSessions(t *testing.T) { contract.Sessions(t, openStore) }
//
// A suite causes what it wants to see through the ports alone: a failing change is a closure
// that returns an error, a lost caller is a context that is cancelled in the closure. It sees
// what a method has done besides in the other ports of the same store.
package contract

import (
	"testing"
	"time"

	"latchkey/usecase/port"
)

// Store is the store under test, every port of it over the same data.
type Store struct {
	Users       port.Users
	Sessions    port.Sessions
	Customers   port.Customers
	Audit       port.Audit
	Revocations port.Revocations
	Retention   port.Retention

	// Advance moves the store's clock forward.
	Advance Advance

	// Freeze stops the store's clock, so that times tie and limits are met exactly: from then
	// on only Advance moves it. Before, it runs.
	Freeze func()
}

// Advance moves a clock forward by d: whole microseconds.
type Advance func(d time.Duration)

// Open makes an empty store for one case; what it needs to close it registers with t.Cleanup.
type Open func(t *testing.T) Store

// frozen opens a store and stops its clock.
func frozen(t *testing.T, open Open) Store {
	t.Helper()
	store := open(t)
	if store.Freeze == nil || store.Advance == nil {
		t.Fatal("the suites need contract.Store's Freeze and Advance")
	}
	store.Freeze()
	return store
}

// Package port says what the use cases need from outside. What each method promises is
// written here, and test/contract proves it for every adapter.
//
// Of every method: a refusal is a *domain.Error (or wraps one); what can't be reached in time
// is domain.ErrUnavailable; a cancelled context is context.Canceled and leaves nothing half
// done. Times have microseconds and are UTC. Text that no store can keep (NUL, broken UTF-8)
// matches nothing: who asks by it finds nothing. Texts are ordered by code point.
//
// A function that is handed to a method runs within its transaction, perhaps more than once: it
// calls no port.
package port

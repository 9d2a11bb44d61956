// Package port says what the use cases need from outside. What each method promises is
// written here, and test/contract proves it for every adapter.
//
// Of every method: a refusal is a *domain.Error (or wraps one); what can't be reached in time
// is domain.ErrUnavailable; a cancelled context is context.Canceled and leaves nothing half
// done. Times have microseconds and are UTC.
package port

package port

import "context"

// Sequence numbers the revocations of a store in the order of their making. Zero is none:
// there is nothing to confirm.
type Sequence int64

// Revocations knows which processes may still answer from a copy.
type Revocations interface {
	// Confirm returns once no process can answer by what the revocation of this sequence, or
	// an earlier one, has ended, this process included. Confirming again is harmless. Where it can't be
	// assured in time, domain.ErrUnavailable.
	Confirm(ctx context.Context, seq Sequence) error
}

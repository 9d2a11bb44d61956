package usecase

import (
	"context"
	"fmt"
	"time"

	"latchkey/usecase/port"
)

// Sweep frees the space of what nobody can ask for any more.
type Sweep struct {
	Retention port.Retention
	Keep      time.Duration // how long ended sessions and audit records are kept
}

// sweepBatch keeps each transaction short.
const sweepBatch = 1000

// Do sweeps in batches until nothing is left to sweep.
func (uc *Sweep) Do(ctx context.Context) error {
	for {
		gone, err := uc.Retention.Sweep(ctx, uc.Keep, sweepBatch)
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
		if gone == 0 {
			return nil
		}
	}
}

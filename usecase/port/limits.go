package port

import (
	"context"

	"latchkey/domain"
)

// Limits keeps callers from doing a thing too often.
type Limits interface {
	// Take counts one attempt under the key. Past the rate it returns a *domain.LimitedError
	// that says when to try again; the zero rate never refuses. Attempts refill evenly, and
	// refused ones are not counted.
	Take(ctx context.Context, key string, rate domain.Rate) error
}

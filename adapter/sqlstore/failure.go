package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"net"

	"latchkey/domain"
)

// failed maps an error as package port promises: a refusal stays what it is, a caller who has
// gone is context.Canceled, what can't be had in time wraps domain.ErrUnavailable; anything
// else is a defect.
func (s *store) failed(ctx context.Context, doing string, err error) error {
	var closure refusal
	if errors.As(err, &closure) {
		return closure.error
	}
	var known *domain.Error
	if errors.As(err, &known) {
		return err
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%s: %w", doing, context.Canceled)
	case ctx.Err() != nil, s.dialect.Classify(err) != FailureDefect:
		var onNet *net.OpError
		if errors.As(err, &onNet) { // whose text may hold the path of a socket
			err = fmt.Errorf("%s: %w", onNet.Op, onNet.Err)
		}
		return fmt.Errorf("%s: %w: %w", doing, domain.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

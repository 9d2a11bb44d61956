package usecase

import (
	"context"
	"fmt"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// ListAudit tells what has happened.
type ListAudit struct {
	Audit port.Audit
}

// Do returns a page of records, the newest first.
func (uc *ListAudit) Do(ctx context.Context, q port.AuditQuery) (port.Page[domain.Record], error) {
	page, err := uc.Audit.List(ctx, q)
	if err != nil {
		return page, fmt.Errorf("list audit: %w", err)
	}
	return page, nil
}

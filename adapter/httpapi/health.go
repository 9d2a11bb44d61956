package httpapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
)

// Health says how the program is.
type Health struct {
	Status string            `json:"status"          binding:"required" example:"ok"`
	Parts  map[string]string `json:"parts,omitempty"` // of readiness: each part and how it is
} //	@name	Health

// checkPatience is how long one check of readiness may take.
const checkPatience = 2 * time.Second

const (
	wellWord = "ok"
	awayWord = "unavailable"
)

type healthHandler struct {
	checks []Check
}

// alive says that the process is up.
//
//	@ID			healthz
//	@Summary	Is the process up?
//	@Tags		operations
//	@Produce	json
//	@Success	200	{object}	Health	"it is"
//	@Router		/healthz [get]
func (h *healthHandler) alive(c *gin.Context) error {
	c.JSON(http.StatusOK, Health{Status: wellWord})
	return nil
}

// ready says whether all that requests need is there.
//
//	@ID			readyz
//	@Summary	Can requests be served?
//	@Tags		operations
//	@Produce	json
//	@Success	200	{object}	Health	"all parts are well"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/readyz [get]
func (h *healthHandler) ready(c *gin.Context) error {
	parts, faults := h.ask(c.Request.Context())
	if err := c.Request.Context().Err(); err != nil {
		return err
	}
	if len(faults) > 0 {
		return &unreadyError{parts, faults}
	}
	c.JSON(http.StatusOK, Health{Status: wellWord, Parts: parts})
	return nil
}

// ask runs the checks side by side: how each part is, and what is wrong with those that are away.
func (h *healthHandler) ask(ctx context.Context) (parts map[string]string, faults map[string]error) {
	ctx, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	parts, faults = map[string]string{}, map[string]error{}
	var mu sync.Mutex
	var asked sync.WaitGroup
	for _, check := range h.checks {
		asked.Go(func() {
			err := check.Check(ctx)
			mu.Lock()
			defer mu.Unlock()
			parts[check.Name] = wellWord
			if err != nil {
				parts[check.Name], faults[check.Name] = awayWord, err
			}
		})
	}
	asked.Wait()
	return parts, faults
}

// unreadyError names the parts that are missing; it unwraps to domain.ErrUnavailable.
type unreadyError struct {
	parts  map[string]string // how each part is
	faults map[string]error  // by part, for the log
}

func (e *unreadyError) detail() string {
	return fmt.Sprintf("Not ready: %s.", strings.Join(slices.Sorted(maps.Keys(e.faults)), ", "))
}

func (e *unreadyError) Error() string {
	var faults []string
	for _, part := range slices.Sorted(maps.Keys(e.faults)) {
		faults = append(faults, fmt.Sprintf("%s: %v", part, e.faults[part]))
	}
	return "not ready: " + strings.Join(faults, "; ")
}

func (e *unreadyError) Unwrap() error { return domain.ErrUnavailable }

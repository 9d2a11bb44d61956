package httpapi

import (
	"context"
	"fmt"
	"log/slog"
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
	log    *slog.Logger
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
	parts := h.ask(c.Request.Context())
	if err := c.Request.Context().Err(); err != nil {
		return err
	}
	if slices.Contains(slices.Collect(maps.Values(parts)), awayWord) {
		return &unreadyError{parts}
	}
	c.JSON(http.StatusOK, Health{Status: wellWord, Parts: parts})
	return nil
}

// ask runs the checks side by side.
func (h *healthHandler) ask(ctx context.Context) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	parts := map[string]string{}
	var mu sync.Mutex
	var asked sync.WaitGroup
	for _, check := range h.checks {
		asked.Go(func() {
			err := check.Check(ctx)
			mu.Lock()
			defer mu.Unlock()
			parts[check.Name] = wellWord
			if err != nil {
				parts[check.Name] = awayWord
				h.log.WarnContext(ctx, "not ready", "part", check.Name, "err", err)
			}
		})
	}
	asked.Wait()
	return parts
}

// unreadyError names the parts that are missing; it unwraps to domain.ErrUnavailable.
type unreadyError struct {
	parts map[string]string // how each part is
}

func (e *unreadyError) detail() string {
	var away []string
	for _, name := range slices.Sorted(maps.Keys(e.parts)) {
		if e.parts[name] != wellWord {
			away = append(away, name)
		}
	}
	return fmt.Sprintf("Not ready: %s.", strings.Join(away, ", "))
}

func (e *unreadyError) Error() string { return e.detail() }

func (e *unreadyError) Unwrap() error { return domain.ErrUnavailable }

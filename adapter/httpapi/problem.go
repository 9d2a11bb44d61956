package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
)

// Problem is what every refusal and failure is answered with (RFC 9457).
type Problem struct {
	Type      string `json:"type"       binding:"required" example:"/problems/not_authenticated"`
	Title     string `json:"title"      binding:"required" example:"Unauthorized"`
	Status    int    `json:"status"     binding:"required" example:"401"`
	Detail    string `json:"detail"     binding:"required" example:"You are not signed in. Sign in and try again."`
	Code      string `json:"code"       binding:"required" example:"not_authenticated"` // stable, for programs
	RequestID string `json:"request_id" binding:"required" example:"k3v5zq2m7xw4n6rjtfgh2ybpae"`

	Errors map[string]string `json:"errors,omitempty"` // with invalid_fields: field and what is wrong with it
	Parts  map[string]string `json:"parts,omitempty"`  // of readiness: part and how it is

	// Why the session ended: with session_expired, session_revoked and session_replaced.
	Cause   string     `json:"cause,omitempty"    enums:"signed_out,idle,lifetime,by_admin,by_user,replaced,user_disabled,user_deleted,rights_changed"`
	EndedAt *time.Time `json:"ended_at,omitempty" format:"date-time"` // when it ended
	Reason  string     `json:"reason,omitempty"`                      // what an administrator gave as reason
} //	@name	Problem

// refusal is what is wrong with a request as HTTP; every other refusal is a *domain.Error.
type refusal struct {
	status int
	code   string
	detail string // plain English for people: what is wrong and what to do
}

func (e *refusal) Error() string { return e.code + ": " + e.detail }

// statusClientGone is what the log says of a client that hung up before the answer (nginx's number).
const statusClientGone = 499

// retryAfter is when to come back to what can't be reached, in seconds.
const retryAfter = "2"

// problems answers errors; nothing else does, and nothing else logs them.
type problems struct {
	log *slog.Logger
}

// handle makes a gin handler of one that returns its error.
func (p problems) handle(h func(c *gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			p.answer(c.Writer, c.Request, err)
			c.Abort()
		}
	}
}

// answer writes err as a problem. Of an answer that has begun only the log hears.
func (p problems) answer(w http.ResponseWriter, r *http.Request, err error) {
	problem := p.describe(r, err)
	x := exchangeOf(r.Context())
	if x.status != 0 {
		return
	}
	if problem.Status == statusClientGone {
		w.WriteHeader(statusClientGone)
		return
	}
	x.code = problem.Code
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	var limited *domain.LimitedError
	switch {
	case errors.As(err, &limited):
		h.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(limited.RetryAfter.Seconds())))))
	case problem.Status == http.StatusServiceUnavailable:
		h.Set("Retry-After", retryAfter)
	}
	body, err := json.Marshal(problem)
	if err != nil {
		p.log.ErrorContext(r.Context(), "problem not written", "err", err)
	}
	w.WriteHeader(problem.Status)
	_, _ = w.Write(body) // a client that hung up is nobody's fault
}

// describe says what the client is told of err, and logs what the operator must know.
func (p problems) describe(r *http.Request, err error) Problem {
	ctx := r.Context()
	x := exchangeOf(ctx)
	problem := Problem{
		Status: http.StatusInternalServerError, Code: "internal_error",
		Detail: "Something went wrong on our side. Quote the request id when you report it.",
	}
	var ours *refusal
	var known *domain.Error
	switch {
	case errors.As(err, &ours):
		problem.Status, problem.Code, problem.Detail = ours.status, ours.code, ours.detail
	case errors.As(err, &known):
		problem.Status, problem.Code, problem.Detail = status(known.Kind), known.Code, known.Detail
		problem.tell(err)
	case errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled):
		problem.Status = statusClientGone
	case errors.Is(err, context.DeadlineExceeded) && errors.Is(ctx.Err(), context.DeadlineExceeded):
		known = domain.ErrUnavailable
		problem.Status, problem.Code, problem.Detail = status(known.Kind), known.Code, known.Detail
	}
	switch {
	case problem.Status == http.StatusInternalServerError:
		p.log.ErrorContext(ctx, "request failed", "err", err, "route", x.route)
	case problem.Status == http.StatusServiceUnavailable:
		p.log.WarnContext(ctx, "something needed can't be reached", "err", err, "route", x.route)
	case problem.Code == domain.ErrInvalidCredential.Code:
		p.log.InfoContext(ctx, "credential refused", "err", err, "ip", x.ip)
	}
	problem.Type = "/problems/" + problem.Code
	problem.Title = http.StatusText(problem.Status)
	problem.RequestID = x.requestID
	return problem
}

// tell adds what the error knows beyond its code.
func (p *Problem) tell(err error) {
	var ended *domain.EndedError
	if errors.As(err, &ended) {
		p.Cause, p.Reason = string(ended.Ending.Cause), ended.Ending.Reason
		at := ended.Ending.At.UTC()
		p.EndedAt = &at
	}
	var fields *domain.FieldsError
	if errors.As(err, &fields) {
		p.Errors = fields.Fields
	}
	var unready *unreadyError
	if errors.As(err, &unready) {
		p.Detail, p.Parts = unready.detail(), unready.parts
	}
}

// status is the one table of kinds and statuses.
func status(kind domain.Kind) int {
	switch kind {
	case domain.KindInvalid:
		return http.StatusBadRequest
	case domain.KindUnauthenticated:
		return http.StatusUnauthorized
	case domain.KindForbidden:
		return http.StatusForbidden
	case domain.KindNotFound:
		return http.StatusNotFound
	case domain.KindConflict:
		return http.StatusConflict
	case domain.KindStale:
		return http.StatusPreconditionFailed
	case domain.KindFields:
		return http.StatusUnprocessableEntity
	case domain.KindLimited:
		return http.StatusTooManyRequests
	case domain.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

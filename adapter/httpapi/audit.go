package httpapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// AuditEvent is something that has happened. Texts are empty where there is nothing to say.
type AuditEvent struct {
	ID         int64     `json:"id"          binding:"required" example:"42"`
	At         time.Time `json:"at"          binding:"required" format:"date-time" example:"2030-01-31T08:30:00Z"`
	Action     string    `json:"action"      binding:"required" example:"session.ended"`
	Actor      *AuditRef `json:"actor"       binding:"required" extensions:"x-nullable"` // who did it; null: nobody signed in
	User       *AuditRef `json:"user"        binding:"required" extensions:"x-nullable"` // whom it happened to
	SessionID  *string   `json:"session_id"  binding:"required" extensions:"x-nullable" example:"b4x6m2qzk7w3n5rjtfgh8vdcya"`
	CustomerID *int64    `json:"customer_id" binding:"required" extensions:"x-nullable" example:"1"`
	IP         string    `json:"ip"          binding:"required" example:"192.0.2.10"`
	Reason     string    `json:"reason"      binding:"required" example:"Laptop was lost"`
	Detail     string    `json:"detail"      binding:"required" example:"by_admin"`
	RequestID  string    `json:"request_id"  binding:"required" example:"k3v5zq2m7xw4n6rjtfgh2ybpae"`
} //	@name	AuditEvent

// AuditRef says which user is meant; the email is today's, and empty where the user is gone.
type AuditRef struct {
	ID    string `json:"id"    binding:"required" example:"7t2kq5w3m4nzr6vhx8yjdcfgba"`
	Email string `json:"email" binding:"required" example:"ada@example.com"`
} //	@name	AuditRef

// AuditPage is a page of events, the newest first.
type AuditPage struct {
	Results    []AuditEvent `json:"results"     binding:"required"`
	NextCursor *string      `json:"next_cursor" binding:"required" extensions:"x-nullable"` // null at the end
} //	@name	AuditPage

func auditEventOf(r domain.Record) AuditEvent {
	e := AuditEvent{
		ID: r.ID, At: r.At.UTC(), Action: string(r.Action),
		Actor: auditRefOf(r.By.User, r.ByEmail), User: auditRefOf(r.User, r.UserEmail),
		IP: r.By.IP, Reason: r.Reason, Detail: r.Detail, RequestID: r.By.RequestID,
	}
	if id := string(r.Session); id != "" {
		e.SessionID = &id
	}
	if id := int64(r.Customer); id != 0 {
		e.CustomerID = &id
	}
	return e
}

func auditRefOf(id domain.UserID, email string) *AuditRef {
	if id == "" {
		return nil
	}
	return &AuditRef{ID: string(id), Email: email}
}

// auditMark is the cursor of the audit's list.
type auditMark struct {
	ID int64 `json:"id"`
}

type auditHandler struct {
	list *usecase.ListAudit
}

// index tells what has happened.
//
//	@ID			listAudit
//	@Summary	List what has happened
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Param		user	query		string	false	"only what was done by or to this user: an id"
//	@Param		action	query		string	false	"only this"	Enums(session.opened, session.ended, login.refused, user.created, user.invited, user.promoted, user.demoted, user.disabled, user.enabled, customer.created, customer.changed, customer.deleted, revocation.unconfirmed)
//	@Param		since	query		string	false	"at or after this time"	Format(date-time)
//	@Param		until	query		string	false	"before this time"	Format(date-time)
//	@Param		limit	query		int		false	"items in the page"	minimum(1)	maximum(1000)	default(100)
//	@Param		cursor	query		string	false	"next_cursor of the page before"
//	@Success	200		{object}	AuditPage
//	@Failure	400		{object}	Problem	"invalid_parameter"
//	@Failure	401		{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403		{object}	Problem	"user_disabled, admin_required"
//	@Failure	500		{object}	Problem	"internal_error"
//	@Failure	503		{object}	Problem	"unavailable"
//	@Router		/audit [get]
func (h *auditHandler) index(c *gin.Context) error {
	q := queryOf(c)
	ask := port.AuditQuery{
		User: domain.UserID(q.text("user")), Action: q.action(),
		Since: q.time("since"), Until: q.time("until"), After: q.record(), Limit: q.limit(),
	}
	if q.err != nil {
		return q.err
	}
	page, err := h.list.Do(c.Request.Context(), ask)
	if err != nil {
		return err
	}
	out := AuditPage{Results: make([]AuditEvent, 0, len(page.Items))}
	var mark auditMark
	for _, record := range page.Items {
		out.Results = append(out.Results, auditEventOf(record))
		mark.ID = record.ID
	}
	if out.NextCursor, err = q.nextCursor(page.More, mark); err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (q *query) action() domain.Action {
	action := domain.Action(q.text("action"))
	if action != "" && !slices.Contains(domain.Actions(), action) {
		q.fail("action", "names no action that is kept")
	}
	return action
}

// record reads the cursor: the id of the last record seen, or 0.
func (q *query) record() int64 {
	var mark auditMark
	if q.cursor(&mark) && mark.ID < 1 {
		q.fail("cursor", "is not one of this list: use next_cursor of the page before")
	}
	return mark.ID
}

package httpapi

import (
	"net/http"
	"net/netip"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// AnySession is a session and whose it is.
type AnySession struct {
	OwnSession
	User UserRef `json:"user" binding:"required"`
} //	@name	AnySession

// UserRef says which user is meant.
type UserRef struct {
	ID    string `json:"id"    binding:"required" example:"7t2kq5w3m4nzr6vhx8yjdcfgba"`
	Email string `json:"email" binding:"required" example:"ada@example.com"`
	Name  string `json:"name"  binding:"required" example:"Ada Lovelace"`
} //	@name	UserRef

// AnySessionPage is a page of sessions, the newest first.
type AnySessionPage struct {
	Results    []AnySession `json:"results"     binding:"required"`
	NextCursor *string      `json:"next_cursor" binding:"required" extensions:"x-nullable"` // null at the end
} //	@name	AnySessionPage

type sessionsHandler struct {
	list *usecase.ListSessions
	end  *usecase.EndSessions
}

// index lists the sessions that can be used now.
//
//	@ID			listSessions
//	@Summary	List sessions
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Param		user	query		string	false	"only this user's: an id"
//	@Param		ip		query		string	false	"only those opened from this address"
//	@Param		limit	query		int		false	"items in the page"	minimum(1)	maximum(1000)	default(100)
//	@Param		cursor	query		string	false	"next_cursor of the page before"
//	@Success	200		{object}	AnySessionPage
//	@Failure	400		{object}	Problem	"invalid_parameter"
//	@Failure	401		{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403		{object}	Problem	"user_disabled, admin_required"
//	@Failure	500		{object}	Problem	"internal_error"
//	@Failure	503		{object}	Problem	"unavailable"
//	@Router		/sessions [get]
func (h *sessionsHandler) index(c *gin.Context) error {
	q := queryOf(c)
	ask := port.SessionQuery{User: domain.UserID(q.text("user")), IP: q.ip(), After: q.newest(), Limit: q.limit()}
	if q.err != nil {
		return q.err
	}
	page, err := h.list.Do(c.Request.Context(), ask)
	if err != nil {
		return err
	}
	inUse := exchangeOf(c.Request.Context()).caller.Session.ID()
	out := AnySessionPage{Results: make([]AnySession, 0, len(page.Items))}
	for _, item := range page.Items {
		out.Results = append(out.Results, AnySession{
			OwnSession: ownSessionOf(item.Session, inUse),
			User:       UserRef{ID: string(item.User.ID()), Email: item.User.Email(), Name: item.User.Name()},
		})
	}
	if out.NextCursor, err = q.nextSession(page); err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// ip returns the address that the parameter names, as sessions keep it, or "".
func (q *query) ip() string {
	text := q.text("ip")
	if text == "" {
		return ""
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		q.fail("ip", "must be an IP address")
		return ""
	}
	return addr.Unmap().String()
}

// endOne ends one session.
//
//	@ID			endSession
//	@Summary	End a session
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Param		id				path	string	true	"the session's id"	example(b4x6m2qzk7w3n5rjtfgh8vdcya)
//	@Param		reason			query	string	false	"for the holder to read"	maxlength(500)
//	@Param		Latchkey-User	header	string	false	"the user that the page acts for"
//	@Success	204				"ended"
//	@Failure	400				{object}	Problem	"invalid_parameter"
//	@Failure	401				{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem	"cross_origin, user_disabled, admin_required"
//	@Failure	404				{object}	Problem	"not_found"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	422				{object}	Problem	"invalid_fields"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable, unconfirmed"
//	@Router		/sessions/{id} [delete]
func (h *sessionsHandler) endOne(c *gin.Context) error {
	id, err := sessionID(c)
	if err != nil {
		return err
	}
	_, err = endByAdmin(c, h.end, domain.Selection{Session: id})
	if err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// endByAdmin ends what is selected, for the reason in the query, and says how many ended.
func endByAdmin(c *gin.Context, end *usecase.EndSessions, which domain.Selection) (int, error) {
	q := queryOf(c)
	text := q.whole("reason")
	if q.err != nil {
		return 0, q.err
	}
	reason, err := domain.NewReason(text)
	if err != nil {
		return 0, err
	}
	by := exchangeOf(c.Request.Context()).principal()
	return end.Do(c.Request.Context(), which, domain.Ending{Cause: domain.CauseByAdmin, By: by, Reason: reason})
}

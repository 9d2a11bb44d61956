package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// OwnSession is one of the caller's sessions.
type OwnSession struct {
	Session
	Current bool `json:"current" binding:"required" example:"true"` // the one in use
} //	@name	OwnSession

// OwnSessionPage is a page of the caller's sessions, the newest first.
type OwnSessionPage struct {
	Results    []OwnSession `json:"results"     binding:"required"`
	NextCursor *string      `json:"next_cursor" binding:"required" extensions:"x-nullable"` // null at the end
} //	@name	OwnSessionPage

// Count says how many there were.
type Count struct {
	Count int `json:"count" binding:"required" example:"2"`
} //	@name	Count

// newestMark is the cursor of lists that run from the newest to the oldest.
type newestMark struct {
	At int64  `json:"at"` // microseconds since 1970
	ID string `json:"id"`
}

func markOf(at time.Time, id string) newestMark { return newestMark{at.UnixMicro(), id} }

// newest reads the cursor; nil: the list begins.
func (q *query) newest() *port.Mark {
	var mark newestMark
	if !q.cursor(&mark) {
		return nil
	}
	if !isID(mark.ID) {
		q.fail("cursor", "is not one of this list: use next_cursor of the page before")
		return nil
	}
	return &port.Mark{At: time.UnixMicro(mark.At).UTC(), ID: mark.ID}
}

type ownSessionsHandler struct {
	list *usecase.ListSessions
	end  *usecase.EndSessions
}

// index lists the caller's sessions.
//
//	@ID			listOwnSessions
//	@Summary	List your own sessions
//	@Tags		own sessions
//	@Security	session
//	@Produce	json
//	@Param		limit	query		int		false	"items in the page"	minimum(1)	maximum(1000)	default(100)
//	@Param		cursor	query		string	false	"next_cursor of the page before"
//	@Success	200		{object}	OwnSessionPage
//	@Failure	400		{object}	Problem	"invalid_parameter"
//	@Failure	401		{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403		{object}	Problem	"user_disabled"
//	@Failure	500		{object}	Problem	"internal_error"
//	@Failure	503		{object}	Problem	"unavailable"
//	@Router		/me/sessions [get]
func (h *ownSessionsHandler) index(c *gin.Context) error {
	x := exchangeOf(c.Request.Context())
	q := queryOf(c)
	ask := port.SessionQuery{User: x.caller.User.ID(), After: q.newest(), Limit: q.limit()}
	if q.err != nil {
		return q.err
	}
	page, err := h.list.Do(c.Request.Context(), ask)
	if err != nil {
		return err
	}
	out := OwnSessionPage{Results: make([]OwnSession, 0, len(page.Items))}
	for _, item := range page.Items {
		out.Results = append(out.Results, ownSessionOf(item.Session, x.caller.Session.ID()))
	}
	if out.NextCursor, err = q.nextSession(page); err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func ownSessionOf(s domain.Session, inUse domain.SessionID) OwnSession {
	return OwnSession{Session: sessionOf(s), Current: s.ID() == inUse}
}

func (q *query) nextSession(page port.Page[port.Listed]) (*string, error) {
	var mark newestMark
	if page.More {
		last := page.Items[len(page.Items)-1].Session
		mark = markOf(last.CreatedAt(), string(last.ID()))
	}
	return q.nextCursor(page.More, mark)
}

// endOne ends one of the caller's sessions, the one in use included.
//
//	@ID			endOwnSession
//	@Summary	End one of your own sessions
//	@Tags		own sessions
//	@Security	session
//	@Produce	json
//	@Param		id				path	string	true	"the session's id"	example(b4x6m2qzk7w3n5rjtfgh8vdcya)
//	@Param		Latchkey-User	header	string	false	"the user that the page acts for"
//	@Success	204				"ended"
//	@Failure	401				{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem	"cross_origin, user_disabled"
//	@Failure	404				{object}	Problem	"not_found"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable, unconfirmed"
//	@Router		/me/sessions/{id} [delete]
func (h *ownSessionsHandler) endOne(c *gin.Context) error {
	id, err := sessionID(c)
	if err != nil {
		return err
	}
	x := exchangeOf(c.Request.Context())
	which := domain.Selection{Session: id, User: x.caller.User.ID()}
	why := domain.Ending{Cause: domain.CauseByUser, By: x.principal()}
	if _, err := h.end.Do(c.Request.Context(), which, why); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// endOthers ends all of the caller's sessions but the one in use.
//
//	@ID			endOtherSessions
//	@Summary	End all your sessions but this one
//	@Tags		own sessions
//	@Security	session
//	@Produce	json
//	@Param		Latchkey-User	header		string	false	"the user that the page acts for"
//	@Success	200				{object}	Count	"how many ended"
//	@Failure	401				{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem	"cross_origin, user_disabled"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable, unconfirmed"
//	@Router		/me/sessions [delete]
func (h *ownSessionsHandler) endOthers(c *gin.Context) error {
	x := exchangeOf(c.Request.Context())
	which := domain.Selection{User: x.caller.User.ID(), Except: x.caller.Session.ID()}
	why := domain.Ending{Cause: domain.CauseByUser, By: x.principal()}
	count, err := h.end.Do(c.Request.Context(), which, why)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, Count{Count: count})
	return nil
}

// sessionID returns the id in the path. What can't be one names no session.
func sessionID(c *gin.Context) (domain.SessionID, error) {
	if id := c.Param("id"); isID(id) {
		return domain.SessionID(id), nil
	}
	return "", domain.ErrSessionNotFound
}

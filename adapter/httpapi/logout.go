package httpapi

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"latchkey/usecase"
)

// Logout says that the browser is signed out.
type Logout struct {
	Cookie string `json:"cookie" binding:"required" example:"deleted"`
} //	@name	Logout

type logoutHandler struct {
	logout  *usecase.Logout
	cookies cookies
	origins origins
}

// post signs the caller out; one who isn't signed in gets the same answer.
//
//	@ID			logout
//	@Summary	Sign out
//	@Tags		session
//	@Produce	json
//	@Param		Latchkey-User	header		string	false	"the user that the page acts for"
//	@Success	200				{object}	Logout	"signed out; the cookie is cleared"
//	@Failure	403				{object}	Problem	"cross_origin"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable, unconfirmed"
//	@Router		/logout [post]
func (h *logoutHandler) post(c *gin.Context) error {
	in := usecase.LogoutInput{
		Secrets: h.cookies.secrets(c.Request),
		Only:    meantUser(c.Request),
		By:      exchangeOf(c.Request.Context()).principal(),
	}
	if err := h.logout.Do(c.Request.Context(), in); err != nil {
		return err
	}
	h.cookies.clearSession(c.Writer)
	c.JSON(http.StatusOK, Logout{Cookie: "deleted"})
	return nil
}

// get signs out for clients that can only follow an address. It is guarded, since any page can
// make a browser GET: see origins.mayLeave.
//
//	@ID			logoutByGet
//	@Summary	Sign out by GET
//	@Tags		session
//	@Produce	json
//	@Param		Latchkey-User	header		string	false	"the user that the page acts for"
//	@Success	200				{object}	Logout	"signed out; the cookie is cleared"
//	@Failure	403				{object}	Problem	"cross_origin"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable, unconfirmed"
//	@Router		/logout [get]
func (h *logoutHandler) get(c *gin.Context) error {
	if !h.origins.mayLeave(c.Request) {
		return errCrossOrigin
	}
	return h.post(c)
}

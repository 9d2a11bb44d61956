package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// Person is a user as administrators see one.
type Person struct {
	ID             string    `json:"id"              binding:"required" example:"7t2kq5w3m4nzr6vhx8yjdcfgba"`
	Email          string    `json:"email"           binding:"required" example:"ada@example.com"`
	Name           string    `json:"name"            binding:"required" example:"Ada Lovelace"`
	Picture        string    `json:"picture"         binding:"required" example:"https://lh3.googleusercontent.com/a/ada"` // empty: none
	Admin          bool      `json:"admin"           binding:"required" example:"false"`
	Disabled       bool      `json:"disabled"        binding:"required" example:"false"`
	DisabledReason string    `json:"disabled_reason" binding:"required" example:""` // empty: none was given
	CreatedAt      time.Time `json:"created_at"      binding:"required" format:"date-time" example:"2030-01-31T08:30:00Z"`
	LastSignInAt   time.Time `json:"last_sign_in_at" binding:"required" format:"date-time" example:"2030-01-31T08:30:00Z"`
} //	@name	Person

// PersonPage is a page of users, the newest first.
type PersonPage struct {
	Results    []Person `json:"results"     binding:"required"`
	NextCursor *string  `json:"next_cursor" binding:"required" extensions:"x-nullable"` // null at the end
} //	@name	PersonPage

// PersonChange says what to change of a user; what is left out stays.
type PersonChange struct {
	Admin    *bool  `json:"admin,omitempty"    example:"true"`
	Disabled *bool  `json:"disabled,omitempty" example:"false"`
	Reason   string `json:"reason,omitempty"   example:"Back from leave" maxLength:"500"` // for the user to read
} //	@name	PersonChange

// Invitation says who may get an account.
type Invitation struct {
	Email string `json:"email" binding:"required" example:"grace@example.com"`
} //	@name	Invitation

func personOf(u *domain.User) Person {
	return Person{
		ID: string(u.ID()), Email: u.Email(), Name: u.Name(), Picture: u.Picture(),
		Admin: u.Admin(), Disabled: u.Disabled(), DisabledReason: u.DisabledReason(),
		CreatedAt: u.CreatedAt().UTC(), LastSignInAt: u.LastSignInAt().UTC(),
	}
}

type usersHandler struct {
	list   *usecase.ListUsers
	find   *usecase.FindUser
	change *usecase.ChangeUser
	invite *usecase.InviteUser
	end    *usecase.EndSessions
}

// index lists who has an account.
//
//	@ID			listUsers
//	@Summary	List users
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Param		q		query		string	false	"only those whose email or name holds this"	maxlength(400)
//	@Param		limit	query		int		false	"items in the page"	minimum(1)	maximum(1000)	default(100)
//	@Param		cursor	query		string	false	"next_cursor of the page before"
//	@Success	200		{object}	PersonPage
//	@Failure	400		{object}	Problem	"invalid_parameter"
//	@Failure	401		{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403		{object}	Problem	"user_disabled, admin_required"
//	@Failure	500		{object}	Problem	"internal_error"
//	@Failure	503		{object}	Problem	"unavailable"
//	@Router		/users [get]
func (h *usersHandler) index(c *gin.Context) error {
	q := queryOf(c)
	ask := port.UserQuery{Text: strings.TrimSpace(q.text("q")), After: q.newest(), Limit: q.limit()}
	if q.err != nil {
		return q.err
	}
	page, err := h.list.Do(c.Request.Context(), ask)
	if err != nil {
		return err
	}
	out := PersonPage{Results: make([]Person, 0, len(page.Items))}
	var mark newestMark
	for i := range page.Items {
		user := &page.Items[i]
		out.Results = append(out.Results, personOf(user))
		mark = markOf(user.CreatedAt(), string(user.ID()))
	}
	if out.NextCursor, err = q.nextCursor(page.More, mark); err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// show tells about one user.
//
//	@ID			getUser
//	@Summary	Get a user
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Param		id	path		string	true	"the user's id"	example(7t2kq5w3m4nzr6vhx8yjdcfgba)
//	@Success	200	{object}	Person
//	@Failure	401	{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403	{object}	Problem	"user_disabled, admin_required"
//	@Failure	404	{object}	Problem	"not_found"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/users/{id} [get]
func (h *usersHandler) show(c *gin.Context) error {
	id, err := userID(c)
	if err != nil {
		return err
	}
	user, err := h.find.Do(c.Request.Context(), id)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, personOf(&user))
	return nil
}

// add lets somebody get an account while sign-up is by invitation.
//
//	@ID			inviteUser
//	@Summary	Invite somebody
//	@Tags		administration
//	@Security	session
//	@Accept		json
//	@Produce	json
//	@Param		body			body		Invitation	true	"whom"
//	@Param		Latchkey-User	header		string		false	"the user that the page acts for"
//	@Success	201				{object}	Invitation	"invited"
//	@Header		201				{string}	Location	"where the account will be found"
//	@Failure	400				{object}	Problem		"malformed_request"
//	@Failure	401				{object}	Problem		"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem		"cross_origin, user_disabled, admin_required"
//	@Failure	409				{object}	Problem		"already_invited, session_user_changed"
//	@Failure	413				{object}	Problem		"payload_too_large"
//	@Failure	415				{object}	Problem		"unsupported_media_type"
//	@Failure	422				{object}	Problem		"invalid_fields"
//	@Failure	500				{object}	Problem		"internal_error"
//	@Failure	503				{object}	Problem		"unavailable"
//	@Router		/users [post]
func (h *usersHandler) add(c *gin.Context) error {
	var in Invitation
	if err := decode(c, &in); err != nil {
		return err
	}
	invitation, err := h.invite.Do(c.Request.Context(), in.Email, exchangeOf(c.Request.Context()).principal())
	if err != nil {
		return err
	}
	c.Header("Location", "/api/users?q="+url.QueryEscape(invitation.Email))
	c.JSON(http.StatusCreated, Invitation{Email: invitation.Email})
	return nil
}

// edit gives and takes rights.
//
//	@ID				changeUser
//	@Summary		Promote, demote, disable or enable a user
//	@Description	Disabling and demoting end the user's sessions at once.
//	@Tags			administration
//	@Security		session
//	@Accept			json
//	@Produce		json
//	@Param			id				path		string			true	"the user's id"	example(7t2kq5w3m4nzr6vhx8yjdcfgba)
//	@Param			body			body		PersonChange	true	"what to change"
//	@Param			Latchkey-User	header		string			false	"the user that the page acts for"
//	@Success		200				{object}	Person			"changed"
//	@Failure		400				{object}	Problem			"malformed_request"
//	@Failure		401				{object}	Problem			"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure		403				{object}	Problem			"cross_origin, user_disabled, admin_required"
//	@Failure		404				{object}	Problem			"not_found"
//	@Failure		409				{object}	Problem			"last_admin, session_user_changed"
//	@Failure		413				{object}	Problem			"payload_too_large"
//	@Failure		415				{object}	Problem			"unsupported_media_type"
//	@Failure		422				{object}	Problem			"invalid_fields"
//	@Failure		500				{object}	Problem			"internal_error"
//	@Failure		503				{object}	Problem			"unavailable, unconfirmed"
//	@Router			/users/{id} [patch]
func (h *usersHandler) edit(c *gin.Context) error {
	id, err := userID(c)
	if err != nil {
		return err
	}
	var in PersonChange
	if err := decode(c, &in); err != nil {
		return err
	}
	change := usecase.UserChange{Admin: in.Admin, Disabled: in.Disabled, Reason: in.Reason}
	user, err := h.change.Do(c.Request.Context(), id, change, exchangeOf(c.Request.Context()).principal())
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, personOf(&user))
	return nil
}

// endSessions ends all sessions of a user.
//
//	@ID			endUserSessions
//	@Summary	End all sessions of a user
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Param		id				path		string	true	"the user's id"	example(7t2kq5w3m4nzr6vhx8yjdcfgba)
//	@Param		reason			query		string	false	"for the user to read"	maxlength(500)
//	@Param		Latchkey-User	header		string	false	"the user that the page acts for"
//	@Success	200				{object}	Count	"how many ended"
//	@Failure	400				{object}	Problem	"invalid_parameter"
//	@Failure	401				{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403				{object}	Problem	"cross_origin, user_disabled, admin_required"
//	@Failure	404				{object}	Problem	"not_found"
//	@Failure	409				{object}	Problem	"session_user_changed"
//	@Failure	422				{object}	Problem	"invalid_fields"
//	@Failure	500				{object}	Problem	"internal_error"
//	@Failure	503				{object}	Problem	"unavailable, unconfirmed"
//	@Router		/users/{id}/sessions [delete]
func (h *usersHandler) endSessions(c *gin.Context) error {
	id, err := userID(c)
	if err != nil {
		return err
	}
	count, err := endByAdmin(c, h.end, domain.Selection{User: id})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, Count{Count: count})
	return nil
}

// userID returns the id in the path. What can't be one names no user.
func userID(c *gin.Context) (domain.UserID, error) {
	if id := c.Param("id"); isID(id) {
		return domain.UserID(id), nil
	}
	return "", domain.ErrUserNotFound
}

// isID reports whether the text may be the id of a user or session. Ids are opaque, but
// short and of letters and digits.
func isID(text string) bool {
	return text != "" && len(text) <= 100 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
}

package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
)

// User is the user who is signed in.
type User struct {
	ID       string `json:"id"       binding:"required" example:"7t2kq5w3m4nzr6vhx8yjdcfgba"`
	Username string `json:"username" binding:"required" example:"ada@example.com"` // the email
	Email    string `json:"email"    binding:"required" example:"ada@example.com"`
	Name     string `json:"name"     binding:"required" example:"Ada Lovelace"`
	Picture  string `json:"picture"  binding:"required" example:"https://lh3.googleusercontent.com/a/ada"` // empty: none
	Admin    bool   `json:"admin"    binding:"required" example:"false"`
} //	@name	User

// Session is one sign-in of a user.
type Session struct {
	ID            string    `json:"id"              binding:"required" example:"b4x6m2qzk7w3n5rjtfgh8vdcya"`
	CreatedAt     time.Time `json:"created_at"      binding:"required" format:"date-time" example:"2030-01-31T08:30:00Z"`
	LastSeenAt    time.Time `json:"last_seen_at"    binding:"required" format:"date-time" example:"2030-01-31T09:10:00Z"`
	IdleExpiresAt time.Time `json:"idle_expires_at" binding:"required" format:"date-time" example:"2030-01-31T09:40:00Z"`
	ExpiresAt     time.Time `json:"expires_at"      binding:"required" format:"date-time" example:"2030-01-31T20:30:00Z"`
	IP            string    `json:"ip"              binding:"required" example:"192.0.2.10"`
	UserAgent     string    `json:"user_agent"      binding:"required" example:"Mozilla/5.0"`
} //	@name	Session

// Me is the user who is signed in, and the session in use.
type Me struct {
	User    User    `json:"user"    binding:"required"`
	Session Session `json:"session" binding:"required"`
} //	@name	Me

func userOf(u *domain.User) User {
	return User{
		ID: string(u.ID()), Username: u.Email(), Email: u.Email(), Name: u.Name(),
		Picture: u.Picture(), Admin: u.Admin(),
	}
}

func sessionOf(s domain.Session) Session {
	return Session{
		ID:        string(s.ID()),
		CreatedAt: s.CreatedAt().UTC(), LastSeenAt: s.LastSeenAt().UTC(),
		IdleExpiresAt: s.IdleExpiresAt().UTC(), ExpiresAt: s.ExpiresAt().UTC(),
		IP: s.Client().IP, UserAgent: s.Client().UserAgent,
	}
}

// showUser tells who is signed in.
//
//	@ID			user
//	@Summary	Who is signed in?
//	@Tags		session
//	@Security	session
//	@Produce	json
//	@Success	200	{object}	User
//	@Failure	401	{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403	{object}	Problem	"user_disabled"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/user [get]
func showUser(c *gin.Context) error {
	c.JSON(http.StatusOK, userOf(&exchangeOf(c.Request.Context()).caller.User))
	return nil
}

// showMe tells who is signed in, and about the session in use.
//
//	@ID			me
//	@Summary	Who is signed in, and how?
//	@Tags		session
//	@Security	session
//	@Produce	json
//	@Success	200	{object}	Me
//	@Failure	401	{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403	{object}	Problem	"user_disabled"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/me [get]
func showMe(c *gin.Context) error {
	caller := &exchangeOf(c.Request.Context()).caller
	c.JSON(http.StatusOK, Me{User: userOf(&caller.User), Session: sessionOf(caller.Session)})
	return nil
}

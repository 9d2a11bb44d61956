package httpapi

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// LoginRequest is what Google's button hands to the page; its other fields may stay in.
type LoginRequest struct {
	Credential string `json:"credential" binding:"required" example:"eyJhbGciOi…"` // the ID token
} //	@name	LoginRequest

// Login says who has signed in.
type Login struct {
	AuthenticatedAs string `json:"Authenticated_as" binding:"required" example:"ada@example.com"`
	User            User   `json:"user"             binding:"required"`
} //	@name	Login

// Nonce is what the page asks Google to put into the next credential.
type Nonce struct {
	Nonce string `json:"nonce" binding:"required" example:"k3v5zq2m7xw4n6rjtfgh2ybpae"`
} //	@name	Nonce

// maxCredential is how long a credential may be, in bytes.
const maxCredential = 8 << 10

// googleOrigin is where Google's redirect mode posts its form from.
const googleOrigin = "https://accounts.google.com"

// The form of Google's redirect mode.
const (
	formType       = "application/x-www-form-urlencoded"
	formCredential = "credential"
	formToken      = "g_csrf_token" //nolint:gosec // a field's name
)

// errMissingCredential says that there is nothing to sign in with.
var errMissingCredential = &refusal{
	http.StatusBadRequest, "missing_credential", "There is no credential in the request.",
}

type loginHandler struct {
	login    *usecase.Login
	cookies  cookies
	origins  origins
	standin  bool // our own origin may post in redirect mode
	problems problems
	entropy  port.Entropy
}

// start signs a user in. A body that begins with `{` is JSON whatever its Content-Type says;
// a form is Google's redirect mode, which shows the answer to a person.
//
//	@ID				login
//	@Summary		Sign in with a Google credential
//	@Description	Opens a session and sets its cookie; the session that the request came with ends. A body that begins with { is read as JSON whatever the Content-Type says. A form is Google's redirect mode, which only Google's page or the stand-in's may post: it is answered with 303 to / or to /login?error=CODE.
//	@Tags			session
//	@Accept			json
//	@Produce		json
//	@Param			body	body		LoginRequest	true	"from Google's button"
//	@Success		200		{object}	Login			"signed in; a session cookie is set"
//	@Success		303		"the answer to a form"
//	@Header			303		{string}	Location		"/, or /login?error=CODE"
//	@Failure		400		{object}	Problem			"malformed_request, missing_credential"
//	@Failure		401		{object}	Problem			"invalid_credential"
//	@Failure		403		{object}	Problem			"cross_origin, user_disabled, email_not_verified, domain_not_allowed, not_invited"
//	@Failure		413		{object}	Problem			"payload_too_large"
//	@Failure		429		{object}	Problem			"rate_limited"
//	@Failure		500		{object}	Problem			"internal_error"
//	@Failure		503		{object}	Problem			"unavailable, unconfirmed"
//	@Router			/login [post]
func (h *loginHandler) start(c *gin.Context) error {
	body, err := readBody(c)
	media, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type")) // a bad one is no form
	text := bytes.TrimLeft(body, " \t\r\n")
	isObject := len(text) > 0 && text[0] == '{'
	switch {
	case !isObject && media == formType:
		return h.byForm(c, body, err)
	case err != nil:
		return err
	case isObject:
		return h.byJSON(c, text)
	}
	return malformed("The body must be a JSON object with the field credential.")
}

func (h *loginHandler) byJSON(c *gin.Context, body []byte) error {
	if !h.origins.mayWrite(c.Request) {
		return errCrossOrigin
	}
	var fields map[string]json.RawMessage
	if err := decodeJSON(body, &fields); err != nil {
		return err
	}
	var credential *string
	if given := fields["credential"]; given != nil {
		if err := json.Unmarshal(given, &credential); err != nil {
			return malformed("The field \"credential\" must be text.")
		}
	}
	if credential == nil {
		return errMissingCredential
	}
	out, err := h.signIn(c, *credential)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, Login{AuthenticatedAs: out.User.Email(), User: userOf(&out.User)})
	return nil
}

// byForm answers with redirects alone, also where the body could not be read: a person is looking
// at the page.
func (h *loginHandler) byForm(c *gin.Context, body []byte, err error) error {
	target := "/"
	if err == nil {
		err = h.form(c, body)
	}
	if err != nil {
		problem := h.problems.describe(c.Request, err)
		if problem.Status == statusClientGone {
			return err
		}
		target = "/login?error=" + url.QueryEscape(problem.Code)
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, target)
	return nil
}

func (h *loginHandler) form(c *gin.Context, body []byte) error {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return malformed("The form can't be read.")
	}
	for _, name := range []string{formCredential, formToken} {
		if len(form[name]) > 1 {
			return malformed("The form has %s more than once.", name)
		}
	}
	if !h.formIsGoogles(c.Request, form) {
		return errCrossOrigin
	}
	_, err = h.signIn(c, form.Get(formCredential))
	return err
}

// formIsGoogles reports whether the form comes from Google's page, or the stand-in's, and belongs to
// a sign-in that this browser has begun: Google's script has left it the same value as a cookie.
func (h *loginHandler) formIsGoogles(r *http.Request, form url.Values) bool {
	sent, kept := form.Get(formToken), values(r, formToken)
	if sent == "" || len(kept) != 1 || subtle.ConstantTimeCompare([]byte(sent), []byte(kept[0])) != 1 {
		return false
	}
	origin := r.Header.Values("Origin")
	return len(origin) == 1 && (origin[0] == googleOrigin || h.standin && origin[0] == h.origins.own)
}

func (h *loginHandler) signIn(c *gin.Context, credential string) (usecase.LoginOutput, error) {
	switch {
	case credential == "":
		return usecase.LoginOutput{}, errMissingCredential
	case len(credential) > maxCredential:
		return usecase.LoginOutput{}, &refusal{
			http.StatusRequestEntityTooLarge, "payload_too_large", "The credential is larger than 8 KiB.",
		}
	}
	x := exchangeOf(c.Request.Context())
	in := usecase.LoginInput{
		Credential: credential,
		Nonce:      h.cookies.givenNonce(c.Request),
		Client:     domain.Client{IP: x.ip, UserAgent: c.Request.UserAgent()},
		RequestID:  x.requestID,
	}
	for _, secret := range h.cookies.secrets(c.Request) {
		in.Earlier = append(in.Earlier, secret.Key())
	}
	out, err := h.login.Do(c.Request.Context(), in)
	if err != nil {
		return out, err
	}
	h.cookies.setSession(c.Writer, out.Secret)
	h.cookies.clearNonce(c.Writer, c.Request)
	return out, nil
}

// nonce gives the page something that the next credential must hold. A browser gets the same
// again until it has served: its sign-in may have been begun in several tabs.
//
//	@ID			loginNonce
//	@Summary	Get a nonce for the next sign-in
//	@Tags		session
//	@Produce	json
//	@Success	200	{object}	Nonce	"also set as a cookie for 10 minutes"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Router		/login/nonce [get]
func (h *loginHandler) nonce(c *gin.Context) error {
	nonce := h.cookies.givenNonce(c.Request)
	if !isNonce(nonce) {
		nonce = domain.NewID(h.entropy())
	}
	h.cookies.setNonce(c.Writer, nonce)
	c.JSON(http.StatusOK, Nonce{Nonce: nonce})
	return nil
}

// isNonce reports whether the text looks like a nonce of ours.
func isNonce(text string) bool {
	const length = 26 // of an id
	return len(text) == length && isID(text)
}

package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"latchkey/domain"
	"latchkey/usecase"
)

// patience is how long a call may wait for what it needs, so that whoever asks hears of an
// outage within 5 seconds.
const patience = 4 * time.Second

// patiently ends the request's context after patience, which begins anew once the body has
// arrived: a slow client is no outage.
func patiently(c *gin.Context) {
	whole := c.Request.Context()
	cancel := func() {}
	defer func() { cancel() }()
	begin := func() {
		cancel()
		var ctx context.Context
		ctx, cancel = context.WithTimeout(whole, patience)
		c.Request = c.Request.WithContext(ctx)
	}
	exchangeOf(whole).bodyArrived = begin
	begin()
	c.Next()
}

// noteRoute keeps the pattern that matched, for the log.
func noteRoute(c *gin.Context) {
	if route := c.FullPath(); route != "" {
		exchangeOf(c.Request.Context()).route = route
	}
}

// requireSession lets only signed-in users through and notes who they are. A cookie that
// opens nothing is taken back; that of an ended session stays, so that its holder is told
// why again. The cookie of a session in use is renewed as the use is.
func requireSession(authenticate *usecase.Authenticate, k cookies) func(c *gin.Context) error {
	return func(c *gin.Context) error {
		secret, err := k.secret(c.Request)
		if err == nil {
			err = admit(c, authenticate, k, secret)
		}
		if errors.Is(err, domain.ErrNotAuthenticated) && len(values(c.Request, k.session)) > 0 {
			k.clearSession(c.Writer)
		}
		return err
	}
}

func admit(c *gin.Context, authenticate *usecase.Authenticate, k cookies, secret domain.SessionSecret) error {
	caller, err := authenticate.Do(c.Request.Context(), secret)
	if err != nil {
		return err
	}
	exchangeOf(c.Request.Context()).caller = caller
	if caller.Renewed {
		k.setSession(c.Writer, secret)
	}
	return sameUser(c.Request, caller.User.ID())
}

// sameUser refuses a write that a page makes for somebody who is no longer the one signed in.
func sameUser(r *http.Request, signedIn domain.UserID) error {
	meant := meantUser(r)
	if meant == "" || meant == signedIn || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	return domain.ErrSessionUserChanged
}

// meantUser returns whom the page acts for; empty: it doesn't say.
func meantUser(r *http.Request) domain.UserID { return domain.UserID(r.Header.Get("Latchkey-User")) }

// requireAdmin lets only administrators through; it stands behind requireSession.
func requireAdmin(c *gin.Context) error {
	if !exchangeOf(c.Request.Context()).caller.User.Admin() {
		return domain.ErrAdminRequired
	}
	return nil
}

// withoutSlash takes one trailing slash off the path of whatever isn't a page, so that both spellings
// are the same route.
func withoutSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, found := strings.CutSuffix(r.URL.Path, "/")
		if found && isAPI(path) {
			trimmed := new(http.Request)
			*trimmed = *r
			trimmed.URL = new(url.URL)
			*trimmed.URL = *r.URL
			trimmed.URL.Path, trimmed.URL.RawPath = path, ""
			r = trimmed
		}
		next.ServeHTTP(w, r)
	})
}

// isAPI reports whether the path is a program's, not a page's.
func isAPI(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == "/healthz" || path == "/readyz"
}

// noRoute answers what no route matches: the app has its own paths.
func noRoute(p problems, page http.Handler) gin.HandlerFunc {
	return p.handle(func(c *gin.Context) error {
		if isAPI(c.Request.URL.Path) {
			return &refusal{http.StatusNotFound, "not_found", "There is nothing at this address."}
		}
		exchangeOf(c.Request.Context()).route = "page"
		page.ServeHTTP(c.Writer, c.Request)
		return nil
	})
}

// noMethod answers a method that the path doesn't know; gin has named the others in Allow.
func noMethod(c *gin.Context) error {
	if c.Request.Method == http.MethodOptions {
		c.Status(http.StatusNoContent)
		return nil
	}
	return &refusal{
		http.StatusMethodNotAllowed, "method_not_allowed", "This address knows other methods; see the header Allow.",
	}
}

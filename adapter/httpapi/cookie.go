package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"latchkey/domain"
)

const (
	// cookieGrace is how much longer than the session its cookie is kept, so that its
	// holder can still be told why it ended.
	cookieGrace = 24 * time.Hour

	nonceLife = 10 * time.Minute
)

// cookies knows the form of the cookies that the API gives out.
type cookies struct {
	session  string // name
	nonce    string // name
	secure   bool
	sameSite http.SameSite // of the session's
	life     time.Duration // of the session's
}

func newCookies(o Options) cookies {
	k := cookies{
		session: "session_id", nonce: "login_nonce",
		secure: strings.HasPrefix(o.PublicURL, "https://"), sameSite: o.SameSite, life: o.IdleLifetime + cookieGrace,
	}
	if k.secure {
		k.session, k.nonce = "__Host-"+k.session, "__Host-"+k.nonce
	}
	return k
}

// values returns the different values of the cookies that have exactly this name, raw: not
// unquoted and not decoded.
func values(r *http.Request, name string) []string {
	var found []string
	for _, line := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			before, value, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
			if ok && before == name && !slices.Contains(found, value) {
				found = append(found, value)
			}
		}
	}
	return found
}

// secrets returns what the request shows as sessions' secrets; whatever can't be one is left out.
func (k cookies) secrets(r *http.Request) []domain.SessionSecret {
	var secrets []domain.SessionSecret
	for _, value := range values(r, k.session) {
		if secret, err := domain.ParseSessionSecret(value); err == nil {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

// secret returns the one secret that the request shows. Without a cookie, with one that can't be a
// secret or with two that differ it is domain.ErrNotAuthenticated.
func (k cookies) secret(r *http.Request) (domain.SessionSecret, error) {
	shown := values(r, k.session)
	if len(shown) != 1 {
		return domain.SessionSecret{}, domain.ErrNotAuthenticated
	}
	return domain.ParseSessionSecret(shown[0])
}

func (k cookies) setSession(w http.ResponseWriter, secret domain.SessionSecret) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure follows the public URL, SameSite its setting
		Name: k.session, Value: secret.Text(), Path: "/", MaxAge: int(k.life.Seconds()),
		HttpOnly: true, Secure: k.secure, SameSite: k.sameSite,
	})
}

func (k cookies) clearSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure follows the public URL, SameSite its setting
		Name: k.session, Path: "/", MaxAge: -1, HttpOnly: true, Secure: k.secure, SameSite: k.sameSite,
	})
}

// setNonce gives the browser a nonce. Google's redirect mode posts from Google's page: only a
// cookie of SameSite None comes along, and browsers take one only if it is Secure.
func (k cookies) setNonce(w http.ResponseWriter, nonce string) {
	http.SetCookie(w, k.nonceCookie(nonce, int(nonceLife.Seconds())))
}

// clearNonce takes the nonce back where the request has brought one: it has served.
func (k cookies) clearNonce(w http.ResponseWriter, r *http.Request) {
	if len(values(r, k.nonce)) > 0 {
		http.SetCookie(w, k.nonceCookie("", -1))
	}
}

func (k cookies) nonceCookie(value string, maxAge int) *http.Cookie {
	sameSite := http.SameSiteLaxMode
	if k.secure {
		sameSite = http.SameSiteNoneMode
	}
	return &http.Cookie{ //nolint:gosec // Secure follows the public URL
		Name: k.nonce, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: k.secure, SameSite: sameSite,
	}
}

// givenNonce returns the nonce that this browser was given, or "".
func (k cookies) givenNonce(r *http.Request) string {
	if given := values(r, k.nonce); len(given) == 1 {
		return given[0]
	}
	return ""
}

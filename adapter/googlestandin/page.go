package googlestandin

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed static
var static embed.FS

// view is what the pages are made with.
type view struct {
	Origin   string // of the page that asks for a sign-in
	Site     string // the same for people: its host
	LoginURI string // where redirect mode posts the credential; empty: another mode
	ClientID string // the audience of the tokens
	Personas []Persona
	Faults   []fault
	Refused  string // why there is nothing here for the page; empty: there is
}

// page answers one of the pages that belong to the sign-in of another. Like Google it has
// nothing for pages of origins that are not known.
func (s *Standin) page(name string) http.HandlerFunc {
	pages := template.Must(template.ParseFS(static, "static/*.html"))
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		v := view{
			Origin:   query.Get("origin"),
			LoginURI: query.Get("login_uri"),
			ClientID: s.audience(query.Get("client_id")),
			Personas: Personas(),
		}
		if v.Refused = s.refusal(r, v.Origin, v.LoginURI); v.Refused != "" {
			s.render(w, r, pages, "refused.html", http.StatusBadRequest, v)
			return
		}
		_, v.Site, _ = strings.Cut(v.Origin, "://")
		s.render(w, r, pages, name, http.StatusOK, v)
	}
}

// index answers a page for people that says what there is.
func (s *Standin) index(w http.ResponseWriter, r *http.Request) {
	pages := template.Must(template.ParseFS(static, "static/*.html"))
	s.render(w, r, pages, "index.html", http.StatusOK, view{
		Origin: s.options.PublicURL, ClientID: s.options.ClientIDs[0], Personas: Personas(), Faults: faults(),
	})
}

// refusal says why a page gets no sign-in, or "".
func (s *Standin) refusal(r *http.Request, origin, loginURI string) string {
	if !s.allowed(r, origin) {
		return fmt.Sprintf("The page's origin %q is not allowed. Add it to LATCHKEY_ALLOWED_ORIGINS.", origin)
	}
	if loginURI == "" {
		return ""
	}
	u, err := url.Parse(loginURI)
	if err != nil || !s.allowed(r, u.Scheme+"://"+u.Host) {
		return fmt.Sprintf("The login_uri %q is not at an allowed origin. Add it to LATCHKEY_ALLOWED_ORIGINS.", loginURI)
	}
	return ""
}

// audience gives the client id that a page's tokens are for: its own if it is one of ours.
// Any other gets the first of ours, so that a page built for another client id works here.
func (s *Standin) audience(clientID string) string {
	if slices.Contains(s.options.ClientIDs, clientID) {
		return clientID
	}
	return s.options.ClientIDs[0]
}

func (s *Standin) render(w http.ResponseWriter, r *http.Request, pages *template.Template, name string, status int, v view) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, v); err != nil {
		s.fail(w, r, fmt.Errorf("render %s: %w", name, err))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}

// asset answers a file that is built in; a browser asks each time whether it has changed.
func (s *Standin) asset(name string) http.HandlerFunc {
	kinds := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
	content, err := static.ReadFile("static/" + name)
	if err != nil {
		panic(err) // not built in
	}
	digest := sha256.Sum256(content)
	etag := `"` + hex.EncodeToString(digest[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kinds[path.Ext(name)])
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", etag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
}

package googlestandin

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// picture is the address of the avatar: initials on the person's colour.
func (s *Standin) picture(name, email string) string {
	return s.options.PublicURL + Path + "avatar/" + url.PathEscape(initials(name)+"-"+strconv.Itoa(hue(email))+".svg")
}

// avatar answers INITIALS-HUE.svg.
func (s *Standin) avatar(w http.ResponseWriter, r *http.Request) {
	name, isSVG := strings.CutSuffix(r.PathValue("name"), ".svg")
	letters, angle, found := strings.Cut(name, "-")
	degrees, err := strconv.Atoi(angle)
	if !isSVG || !found || err != nil || degrees < 0 || degrees >= 360 || letters == "" || utf8.RuneCountInString(letters) > 2 {
		problem(w, http.StatusNotFound, "not_found", "An avatar is INITIALS-HUE.svg, such as AL-210.svg.")
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">`+
		`<rect width="96" height="96" fill="hsl(%d,45%%,34%%)"/>`+
		`<text x="48" y="50" fill="#fff" font-family="system-ui,sans-serif" font-size="40" font-weight="500" `+
		`text-anchor="middle" dominant-baseline="central">%s</text></svg>`, degrees, html.EscapeString(letters))
}

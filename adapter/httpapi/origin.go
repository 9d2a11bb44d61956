package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"latchkey/domain"
)

// errCrossOrigin refuses what another site's page does in the name of whoever is signed in.
var errCrossOrigin = &domain.Error{
	Kind: domain.KindForbidden, Code: "cross_origin",
	Detail: "The request came from another site's page, which may not do this.",
}

// origins are those whose pages may act for the user.
type origins struct {
	own     string
	allowed []string
}

func (o origins) hold(origin string) bool {
	return origin == o.own || slices.Contains(o.allowed, origin)
}

// mayWrite reports whether a write comes from no page at all, from a page of the origins, or
// from one that reached this server under another name, with the same scheme: a page that came
// over http must not write to https, and CrossOriginProtection compares hosts alone.
func (o origins) mayWrite(r *http.Request) bool {
	var protection http.CrossOriginProtection
	origin := r.Header.Values("Origin")
	switch {
	case len(origin) == 1 && o.hold(origin[0]):
		return true
	case protection.Check(r) != nil:
		return false
	}
	scheme, _, _ := strings.Cut(o.own, "://")
	return len(origin) == 0 || len(origin) == 1 && origin[0] == scheme+"://"+r.Host
}

// mayLeave reports whether a GET may sign the user out: a page of ours or the address bar sent it, or
// no browser that says where a request comes from (W3C Fetch Metadata); and nobody was only looking ahead.
func (o origins) mayLeave(r *http.Request) bool {
	if prefetches(r) {
		return false
	}
	site, origin := r.Header.Values("Sec-Fetch-Site"), r.Header.Values("Origin")
	switch {
	case len(site) > 1 || len(origin) > 1:
		return false
	case len(site) == 1 && (site[0] == "same-origin" || site[0] == "none"):
		return true
	case len(origin) == 1:
		return o.hold(origin[0])
	}
	return len(site) == 0 && r.Header.Get("Sec-Fetch-Mode") == "" && r.Header.Get("Sec-Fetch-Dest") == ""
}

func prefetches(r *http.Request) bool {
	return slices.ContainsFunc([]string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"}, func(name string) bool {
		purpose := strings.ToLower(r.Header.Get(name))
		return strings.Contains(purpose, "prefetch") || strings.Contains(purpose, "prerender") || purpose == "preview"
	})
}

package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
)

// Config is what a page must know before anybody has signed in.
type Config struct {
	GoogleClientID string `json:"google_client_id" binding:"required" example:"1234567890-abcdef.apps.googleusercontent.com"` // empty: none is set
	GISURL         string `json:"gis_url"          binding:"required" example:"https://accounts.google.com/gsi/client"`       // the script of Google's button
	Standin        bool   `json:"standin"          binding:"required" example:"false"`                                        // the stand-in for Google is on
	Version        string `json:"version"          binding:"required" example:"1.0.0"`
} //	@name	Config

// EnvSetting is one effective setting.
type EnvSetting struct {
	Name        string `json:"name"        binding:"required" example:"LATCHKEY_SESSION_IDLE"`
	Value       string `json:"value"       binding:"required" example:"30m"` // secrets are masked
	Source      string `json:"source"      binding:"required" example:"default"`
	Description string `json:"description" binding:"required" example:"how long a session lives without use"`
} //	@name	EnvSetting

// EnvPage lists all settings.
type EnvPage struct {
	Results    []EnvSetting `json:"results"     binding:"required"`
	NextCursor *string      `json:"next_cursor" binding:"required" extensions:"x-nullable"` // always null
} //	@name	EnvPage

// DebugHeaders is the request as the server sees it.
type DebugHeaders struct {
	Method     string              `json:"method"      binding:"required" example:"GET"`
	Path       string              `json:"path"        binding:"required" example:"/api/debug_headers"`
	Proto      string              `json:"proto"       binding:"required" example:"HTTP/1.1"`
	Host       string              `json:"host"        binding:"required" example:"localhost:8080"`
	RemoteAddr string              `json:"remote_addr" binding:"required" example:"192.0.2.10:50312"` // of the connection
	ClientIP   string              `json:"client_ip"   binding:"required" example:"192.0.2.10"`       // of the client, as trusted proxies tell
	Headers    map[string][]string `json:"headers"     binding:"required"`                            // what proves who somebody is is masked
} //	@name	DebugHeaders

type aboutHandler struct {
	config   Config
	settings []Setting
}

// page tells what a page must know before anybody has signed in.
//
//	@ID			config
//	@Summary	What a page must know
//	@Tags		operations
//	@Produce	json
//	@Success	200	{object}	Config
//	@Failure	500	{object}	Problem	"internal_error"
//	@Router		/config [get]
func (h *aboutHandler) page(c *gin.Context) error {
	c.JSON(http.StatusOK, h.config)
	return nil
}

// env lists the effective settings.
//
//	@ID			env
//	@Summary	List the effective settings
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Success	200	{object}	EnvPage
//	@Failure	401	{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403	{object}	Problem	"user_disabled, admin_required"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/env [get]
func (h *aboutHandler) env(c *gin.Context) error {
	out := EnvPage{Results: make([]EnvSetting, 0, len(h.settings))}
	for _, s := range h.settings {
		out.Results = append(out.Results, EnvSetting(s))
	}
	c.JSON(http.StatusOK, out)
	return nil
}

// headers shows the request as the server sees it.
//
//	@ID			debugHeaders
//	@Summary	See your request as the server sees it
//	@Tags		administration
//	@Security	session
//	@Produce	json
//	@Success	200	{object}	DebugHeaders
//	@Failure	401	{object}	Problem	"not_authenticated, session_expired, session_revoked, session_replaced"
//	@Failure	403	{object}	Problem	"user_disabled, admin_required"
//	@Failure	500	{object}	Problem	"internal_error"
//	@Failure	503	{object}	Problem	"unavailable"
//	@Router		/debug_headers [get]
func (h *aboutHandler) headers(c *gin.Context) error {
	r := c.Request
	c.JSON(http.StatusOK, DebugHeaders{
		Method: r.Method, Path: r.URL.Path, Proto: r.Proto, Host: r.Host,
		RemoteAddr: r.RemoteAddr, ClientIP: exchangeOf(r.Context()).ip, Headers: masked(r.Header),
	})
	return nil
}

const mask = "[hidden]"

// masked copies the headers without the values that may prove who somebody is. Of cookies the names
// stay, of the page that the request came from the address without its query.
func masked(headers http.Header) map[string][]string {
	shown := headers.Clone()
	for name, lines := range shown {
		for i, line := range lines {
			switch {
			case name == "Cookie":
				lines[i] = maskCookies(line)
			case namesSecret(name):
				lines[i] = mask
			case name == "Referer":
				lines[i] = maskQuery(line)
			}
		}
	}
	return shown
}

// namesSecret reports whether a header of this name may hold a secret: proxies make up their own.
func namesSecret(name string) bool {
	name = strings.ToLower(name)
	words := []string{"token", "jwt", "secret", "key", "auth", "cookie", "password", "assertion"}
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(name, word) })
}

func maskQuery(address string) string {
	page, _, found := strings.Cut(address, "?")
	if !found {
		return address
	}
	return page + "?" + mask
}

func maskCookies(line string) string {
	pairs := strings.Split(line, ";")
	for i, pair := range pairs {
		name, _, found := strings.Cut(pair, "=")
		if !found {
			name = " "
		}
		pairs[i] = name + "=" + mask
	}
	return strings.Join(pairs, ";")
}

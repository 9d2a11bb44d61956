package httpapi

import (
	"context"
	"io/fs"
	"net/http"
	"net/netip"
	"time"

	"latchkey/usecase"
)

// Options is what the operator has settled about the HTTP side, as plain values.
type Options struct {
	PublicURL      string   // the origin that browsers see, without a trailing slash
	AllowedOrigins []string // other origins whose pages may call the API with credentials
	TrustedProxies []netip.Prefix
	SameSite       http.SameSite // of the session cookie
	IdleLifetime   time.Duration // of sessions; their cookie is kept a day longer

	GoogleClientID string       // what the page's button asks Google with; empty: none is set
	GISURL         string       // where the page gets the script of Google's button from
	Standin        bool         // the stand-in for Google is on
	StandinHandler http.Handler // of every path under /dev/google/, which it sees whole

	Version  string
	Page     fs.FS  // the built single-page app
	Swagger  bool   // Swagger UI is on
	OpenAPI  []byte // the API's document, for Swagger UI
	Settings []Setting
	Ready    []Check

	// Observe hears of each answered request; nil: nobody listens. The route is a pattern, never
	// what a client sent.
	Observe func(method, route string, status int, took time.Duration)
}

// Setting is one effective setting for people, its secrets masked.
type Setting struct {
	Name        string
	Value       string
	Source      string
	Description string
}

// Check tells whether one part of what the program needs is there.
type Check struct {
	Name  string // for people and monitors; it names no host and no file
	Check func(ctx context.Context) error
}

// UseCases is what can be asked of Latchkey over HTTP.
type UseCases struct {
	Login          *usecase.Login
	Logout         *usecase.Logout
	Authenticate   *usecase.Authenticate
	ListSessions   *usecase.ListSessions
	EndSessions    *usecase.EndSessions
	ListUsers      *usecase.ListUsers
	FindUser       *usecase.FindUser
	ChangeUser     *usecase.ChangeUser
	InviteUser     *usecase.InviteUser
	ListCustomers  *usecase.ListCustomers
	FindCustomer   *usecase.FindCustomer
	AddCustomer    *usecase.AddCustomer
	ChangeCustomer *usecase.ChangeCustomer
	RemoveCustomer *usecase.RemoveCustomer
	ListAudit      *usecase.ListAudit
}

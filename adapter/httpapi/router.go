package httpapi

import (
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"latchkey/usecase/port"
)

// NewHandler returns everything that Latchkey answers over HTTP. The clock only measures how
// long requests take.
func NewHandler(o Options, uc UseCases, log *slog.Logger, entropy port.Entropy, clock port.Clock) (http.Handler, error) {
	page, err := newPage(o.Page)
	if err != nil {
		return nil, err
	}
	problems := problems{log}
	engine := newEngine(o, uc, problems, entropy, page)
	recorder := &recorder{o.TrustedProxies, problems, log, entropy, clock, o.Observe}

	var handler http.Handler = engine
	handler = crossOrigin(o, problems)(handler)
	handler = secureHeaders(o)(handler)
	handler = withoutSlash(handler)
	return recorder.around(handler), nil
}

func newEngine(o Options, uc UseCases, problems problems, entropy port.Entropy, page http.Handler) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	engine.ForwardedByClientIP = false // exchange.ip is the one that counts
	engine.Use(noteRoute)
	engine.NoMethod(problems.handle(noMethod))
	engine.NoRoute(noRoute(problems, page))
	routes(engine, o, uc, problems, entropy)
	return engine
}

// routes is every route.
func routes(engine *gin.Engine, o Options, uc UseCases, problems problems, entropy port.Entropy) {
	cookies, origins := newCookies(o), origins{o.PublicURL, o.AllowedOrigins}
	login := &loginHandler{uc.Login, cookies, origins, o.Standin, problems, entropy}
	logout := &logoutHandler{uc.Logout, cookies, origins}
	own := &ownSessionsHandler{uc.ListSessions, uc.EndSessions}
	customers := &customersHandler{uc.ListCustomers, uc.FindCustomer, uc.AddCustomer, uc.ChangeCustomer, uc.RemoveCustomer}
	users := &usersHandler{uc.ListUsers, uc.FindUser, uc.ChangeUser, uc.InviteUser, uc.EndSessions}
	sessions := &sessionsHandler{uc.ListSessions, uc.EndSessions}
	audit := &auditHandler{uc.ListAudit}
	about := &aboutHandler{Config{o.GoogleClientID, o.GISURL, o.Standin, o.Version}, o.Settings}
	health := &healthHandler{o.Ready}
	do := problems.handle

	// A GET answers HEAD too, but for one that does something.
	get := func(group gin.IRoutes, path string, h func(c *gin.Context) error) {
		group.GET(path, do(h))
		group.HEAD(path, do(h))
	}

	get(engine, "/healthz", health.alive)
	get(engine, "/readyz", health.ready)
	if o.Swagger {
		mountSwagger(engine, o, problems)
	}
	if o.Standin {
		engine.Any(standinPrefix+"*path", gin.WrapH(o.StandinHandler))
	}

	anyone := engine.Group("/api", patiently)
	get(anyone, "/config", about.page)
	anyone.POST("/login", do(login.start))
	get(anyone, "/login/nonce", login.nonce)
	anyone.POST("/logout", do(logout.post))
	anyone.GET("/logout", do(logout.get))

	user := anyone.Group("", do(requireSession(uc.Authenticate, cookies)))
	get(user, "/user", showUser)
	get(user, "/me", showMe)
	get(user, "/me/sessions", own.index)
	user.DELETE("/me/sessions", do(own.endOthers))
	user.DELETE("/me/sessions/:id", do(own.endOne))
	get(user, "/customer", customers.index)
	user.POST("/customer", do(customers.create))
	get(user, "/customer/:id", customers.show)
	user.PUT("/customer/:id", do(customers.replace))
	user.DELETE("/customer/:id", do(customers.erase))

	admin := user.Group("", do(requireAdmin))
	get(admin, "/users", users.index)
	admin.POST("/users", do(users.add))
	get(admin, "/users/:id", users.show)
	admin.PATCH("/users/:id", do(users.edit))
	admin.DELETE("/users/:id/sessions", do(users.endSessions))
	get(admin, "/sessions", sessions.index)
	admin.DELETE("/sessions/:id", do(sessions.endOne))
	get(admin, "/audit", audit.index)
	get(admin, "/env", about.env)
	get(admin, "/debug_headers", about.headers)
}

package httpapi

import (
	"embed"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
	swaggerFiles "github.com/swaggo/files"
	ginSwagger "github.com/swaggo/gin-swagger"
	"golang.org/x/net/webdav"
)

const (
	swaggerRoot  = "/swagger/"
	swaggerIndex = swaggerRoot + "index.html"
)

//go:embed swagger
var swaggerAssets embed.FS

// mountSwagger serves Swagger UI with the API's document under /swagger/; /docs leads there.
// The page is gin-swagger's, which loads our swagger-initializer.js and index.css.
func mountSwagger(r gin.IRouter, o Options, p problems) {
	ui := swaggerUI()
	own := swaggerOwnFiles(o.OpenAPI)
	show := p.handle(func(c *gin.Context) error {
		name := strings.TrimPrefix(c.Request.URL.Path, swaggerRoot)
		c.Header("Cache-Control", cacheRevalidated)
		switch {
		case name == "":
			c.Redirect(http.StatusFound, swaggerIndex)
		case own[name] != nil:
			own[name].serve(c.Writer, c.Request)
		case isSwaggerUI(name):
			ui(c)
		default:
			return &refusal{http.StatusNotFound, "not_found", "There is nothing at this address."}
		}
		return nil
	})
	lead := func(c *gin.Context) { c.Redirect(http.StatusFound, swaggerIndex) }
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r.Handle(method, swaggerRoot+"*file", show)
		r.Handle(method, "/swagger", lead)
		r.Handle(method, "/docs", lead)
		r.Handle(method, "/docs/", lead)
	}
}

// isSwaggerUI reports whether gin-swagger's page needs the file. gin-swagger takes a name
// anywhere in the address, in folders that don't exist too.
func isSwaggerUI(name string) bool {
	switch name {
	case "index.html", "swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js",
		"favicon-16x16.png", "favicon-32x32.png":
		return true
	}
	return false
}

// swaggerUI is gin-swagger, shown each request as it likes it: it takes the folder for all
// time from the first address that it sees, query included, and refuses HEAD.
func swaggerUI() gin.HandlerFunc {
	show := ginSwagger.CustomWrapHandler(
		&ginSwagger.Config{Title: "API · Latchkey"},
		&webdav.Handler{FileSystem: swaggerFiles.FS, LockSystem: webdav.NewMemLS()},
	)
	return func(c *gin.Context) {
		asked := c.Request
		c.Request = asked.Clone(asked.Context())
		c.Request.Method = http.MethodGet // the server leaves the body of a HEAD's answer out
		c.Request.RequestURI = asked.URL.Path
		show(c)
		c.Request = asked
	}
}

// swaggerOwnFiles are the files that we put in the place of gin-swagger's, or beside them.
func swaggerOwnFiles(document []byte) map[string]*pageFile {
	files := map[string]*pageFile{"doc.json": newPageFile("doc.json", document)}
	for _, name := range []string{"index.css", "swagger-initializer.js", "sign-in.js", "accessible.js", "examples.js"} {
		body, err := swaggerAssets.ReadFile(path.Join("swagger", name))
		if err != nil { // not embedded: the build would have failed
			panic(err)
		}
		files[name] = newPageFile(name, body)
	}
	return files
}

// swaggerStyles are the sources of styles in gin-swagger's page: it hides its icons with an attribute.
func swaggerStyles() []string {
	return []string{"'unsafe-hashes'", sourceHash([]byte("position:absolute;width:0;height:0"))}
}

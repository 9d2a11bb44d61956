package httpapi

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/docs"
)

func aSwagger() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	p := problems{slog.New(slog.DiscardHandler)}
	engine.NoMethod(p.handle(noMethod))
	o := webOptions()
	o.OpenAPI = docs.OpenAPI()
	mountSwagger(engine, o, p)
	rec := &recorder{problems: p, log: p.log, entropy: func() [32]byte { return [32]byte{} }, clock: epoch}
	return rec.around(secureHeaders(o)(engine))
}

func TestSwaggerServesItsFiles(t *testing.T) {
	tests := map[string]struct{ contentType, holds string }{
		"index.html":                      {"text/html; charset=utf-8", `<script src="./swagger-initializer.js">`},
		"index.css":                       {"text/css; charset=utf-8", ".lk-bar"},
		"swagger-initializer.js":          {"text/javascript; charset=utf-8", "import('./sign-in.js')"},
		"sign-in.js":                      {"text/javascript; charset=utf-8", "/api/login/nonce"},
		"accessible.js":                   {"text/javascript; charset=utf-8", "aria-label"},
		"examples.js":                     {"text/javascript; charset=utf-8", "withLiveExamples"},
		"swagger-ui.css":                  {"text/css; charset=utf-8", ".swagger-ui"},
		"swagger-ui-bundle.js":            {"application/javascript", "SwaggerUIBundle"},
		"swagger-ui-standalone-preset.js": {"application/javascript", "SwaggerUIStandalonePreset"},
		"favicon-32x32.png":               {"image/png", "PNG"},
		"doc.json":                        {"application/json", `"openapi"`},
	}
	swagger := aSwagger()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			get := ask(swagger, http.MethodGet, "/swagger/"+name)
			body := text(t, get)
			require.Equal(t, http.StatusOK, get.StatusCode)
			assert.Equal(t, tt.contentType, get.Header.Get("Content-Type"))
			assert.Equal(t, "no-cache", get.Header.Get("Cache-Control"))
			assert.Contains(t, body, tt.holds)

			assert.Equal(t, http.StatusOK, ask(swagger, http.MethodHead, "/swagger/"+name).StatusCode)
			assert.Equal(t, http.StatusMethodNotAllowed, ask(swagger, http.MethodPost, "/swagger/"+name).StatusCode)

			if etag := get.Header.Get("ETag"); etag != "" {
				again := ask(swagger, http.MethodGet, "/swagger/"+name, "If-None-Match", etag)
				assert.Equal(t, http.StatusNotModified, again.StatusCode)
			} else {
				assert.Equal(t, "index.html", name, "only the page is made anew each time")
			}
		})
	}
}

func TestSwaggerDocumentIsTheAPIs(t *testing.T) {
	answer := ask(aSwagger(), http.MethodGet, "/swagger/doc.json")

	var document struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	body := text(t, answer)
	require.NoError(t, json.Unmarshal([]byte(body), &document))
	assert.Equal(t, string(docs.OpenAPI()), body)
	assert.True(t, strings.HasPrefix(document.OpenAPI, "3.0."), "gin-swagger's Swagger UI shows no 3.1: %s", document.OpenAPI)
	assert.Contains(t, document.Paths, "/user")
}

func TestDocsLeadToSwagger(t *testing.T) {
	swagger := aSwagger()
	for _, path := range []string{"/docs", "/docs/", "/swagger", "/swagger/"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			answer := ask(swagger, method, path)
			assert.Equal(t, http.StatusFound, answer.StatusCode, path)
			assert.Equal(t, "/swagger/index.html", answer.Header.Get("Location"), path)
		}
	}
}

func TestSwaggerHasNothingElse(t *testing.T) {
	// gin-swagger learns its folder from the first address that it sees: each path here is
	// the first one of a fresh handler, and must not break the page.
	for _, path := range []string{
		"/swagger/x/index.html", "/swagger/x/swagger-ui.css", "/swagger/swagger/index.html", "/swagger//index.html",
		"/swagger/x%2findex.html", "/swagger/../swagger/index.html", "/swagger/nope", "/swagger/nope.js",
		"/swagger/INDEX.HTML", "/swagger/index.html.js", "/swagger/index.html/", "/swagger/swagger-ui.js.map",
		"/swagger/oauth2-redirect.html", "/swagger/.env",
	} {
		t.Run(path, func(t *testing.T) {
			swagger := aSwagger()
			answer := ask(swagger, http.MethodGet, path)
			assert.Equal(t, http.StatusNotFound, answer.StatusCode)
			assert.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))

			assert.Equal(t, http.StatusOK, ask(swagger, http.MethodGet, "/swagger/swagger-ui.css").StatusCode, "afterwards")
		})
	}
	for _, first := range []string{"/swagger/swagger-ui.css?v=/x/swagger-ui.css", "http://localhost:8080/swagger/swagger-ui.css"} {
		swagger := aSwagger()
		assert.Equal(t, http.StatusOK, ask(swagger, http.MethodGet, first).StatusCode, first)
		assert.Equal(t, http.StatusOK, ask(swagger, http.MethodGet, "/swagger/swagger-ui.css").StatusCode, "after "+first)
	}
}

func TestSwaggerPageNeedsNoUnsafeStyles(t *testing.T) {
	answer := ask(aSwagger(), http.MethodGet, "/swagger/index.html")
	page := text(t, answer)

	require.Equal(t, 1, strings.Count(page, "style="), "its hash stands in the policy")
	style := page[strings.Index(page, `style="`)+len(`style="`):]
	style = style[:strings.Index(style, `"`)]
	assert.Contains(t, directive(t, answer.Header, "style-src"), sourceHash([]byte(style)))
	assert.NotContains(t, page, "<style")
	assert.NotContains(t, page, "<script>")
}

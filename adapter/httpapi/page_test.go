package httpapi

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const chunk = "_app/immutable/chunks/C0ffee.js"

func aBuild() fstest.MapFS {
	file := func(body string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(body)} }
	return fstest.MapFS{
		"index.html":        file("<!doctype html>the app"),
		"index.html.br":     file("the app in brotli"),
		"index.html.gz":     file("the app in gzip"),
		chunk:               file("export {}"),
		chunk + ".br":       file("brotli of export {}"),
		"favicon.svg":       file("<svg/>"),
		"_app/version.json": file(`{"version":"1"}`),
		".gitkeep":          file(""),
		".well/known.txt":   file("hidden"),
		"odd.unheardof":     file("?"),
	}
}

func aPage(t *testing.T, dist fs.FS) http.Handler {
	t.Helper()
	page, err := newPage(dist)
	require.NoError(t, err)
	return page
}

// ask sends the request; headers come in pairs.
func ask(h http.Handler, method, target string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(body)
}

func TestPageServesFilesAndTheAppEverywhereElse(t *testing.T) {
	const app = "<!doctype html>the app"
	tests := map[string]struct {
		path        string
		status      int
		body        string
		contentType string
		caching     string
	}{
		"the front page":            {"/", 200, app, "text/html; charset=utf-8", "no-cache"},
		"the page by name":          {"/index.html", 200, app, "text/html; charset=utf-8", "no-cache"},
		"an address of the app":     {"/customers", 200, app, "text/html; charset=utf-8", "no-cache"},
		"a deep one":                {"/customers/12/edit", 200, app, "text/html; charset=utf-8", "no-cache"},
		"one with a slash":          {"/customers/", 200, app, "text/html; charset=utf-8", "no-cache"},
		"a dot earlier on":          {"/v1.2/notes", 200, app, "text/html; charset=utf-8", "no-cache"},
		"a query":                   {"/login?next=/a.js", 200, app, "text/html; charset=utf-8", "no-cache"},
		"percent-encoded":           {"/caf%C3%A9", 200, app, "text/html; charset=utf-8", "no-cache"},
		"a named-by-content file":   {"/" + chunk, 200, "export {}", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		"a picture":                 {"/favicon.svg", 200, "<svg/>", "image/svg+xml", "no-cache"},
		"the build's version":       {"/_app/version.json", 200, `{"version":"1"}`, "application/json", "no-cache"},
		"an unheard-of kind":        {"/odd.unheardof", 200, "?", "application/octet-stream", "no-cache"},
		"a missing file":            {"/missing.js", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a missing chunk":           {"/_app/immutable/chunks/gone.js", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a missing file, slash":     {"/missing.js/", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a compressed form":         {"/index.html.br", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a hidden file":             {"/.gitkeep", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a file in a hidden folder": {"/.well/known.txt", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a missing hidden file":     {"/.env", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a hidden folder":           {"/.git/config", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"a hidden one below":        {"/a/.git/HEAD", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"upwards":                   {"/../page", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"upwards, encoded":          {"/%2e%2e/%2e%2e/etc/passwd", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"upwards, slash encoded":    {"/..%2f..%2fetc%2fpasswd", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"upwards from within":       {"/_app/../../etc/passwd", 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
		"upwards with backslashes":  {`/..%5c..%5cetc%5cpasswd`, 404, "There is no such file.\n", "text/plain; charset=utf-8", ""},
	}
	page := aPage(t, aBuild())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answer := ask(page, http.MethodGet, tt.path)

			assert.Equal(t, tt.status, answer.StatusCode)
			assert.Equal(t, tt.body, text(t, answer))
			assert.Equal(t, tt.contentType, answer.Header.Get("Content-Type"))
			assert.Equal(t, tt.caching, answer.Header.Get("Cache-Control"))
			if tt.status == http.StatusOK {
				assert.NotEmpty(t, answer.Header.Get("ETag"))
			}
		})
	}
}

func TestPageIsOnlyRead(t *testing.T) {
	for name, page := range map[string]http.Handler{
		"built":     aPage(t, aBuild()),
		"not built": aPage(t, fstest.MapFS{}),
	} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			for _, path := range []string{"/", "/customers", "/" + chunk, "/missing.js"} {
				answer := ask(page, method, path)

				assert.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode, "%s %s, %s", method, path, name)
				assert.Equal(t, "GET, HEAD", answer.Header.Get("Allow"))
			}
		}
	}
}

func TestPageAnswersHEADAsGETWithoutTheBody(t *testing.T) {
	page := aPage(t, aBuild())
	for _, path := range []string{"/", "/customers", "/" + chunk, "/favicon.svg"} {
		get := ask(page, http.MethodGet, path, "Accept-Encoding", "br")
		head := ask(page, http.MethodHead, path, "Accept-Encoding", "br")

		assert.Equal(t, http.StatusOK, head.StatusCode, path)
		assert.Equal(t, get.Header, head.Header, path)
		assert.Empty(t, text(t, head), path)
	}
	assert.Equal(t, http.StatusNotFound, ask(page, http.MethodHead, "/missing.js").StatusCode)
}

func TestPageChoosesTheCoding(t *testing.T) {
	tests := map[string]struct {
		path   string
		accept []string // one header line each
		want   string   // "": as it is
	}{
		"nothing said":               {"/", nil, ""},
		"empty":                      {"/", []string{""}, ""},
		"a browser":                  {"/", []string{"gzip, deflate, br, zstd"}, "br"},
		"gzip alone":                 {"/", []string{"gzip"}, "gzip"},
		"in capitals":                {"/", []string{"GZIP"}, "gzip"},
		"two lines":                  {"/", []string{"gzip", "br"}, "br"},
		"gzip liked better":          {"/", []string{"br;q=0.5, gzip"}, "gzip"},
		"weights with spaces":        {"/", []string{"br ; Q=0.2 , gzip ; q=0.9"}, "gzip"},
		"brotli refused":             {"/", []string{"br;q=0, gzip;q=0.001"}, "gzip"},
		"all refused but identity":   {"/", []string{"br;q=0, gzip;q=0"}, ""},
		"everything":                 {"/", []string{"*"}, "br"},
		"everything but brotli":      {"/", []string{"*, br;q=0"}, "gzip"},
		"nothing at all":             {"/", []string{"*;q=0"}, ""},
		"identity refused":           {"/", []string{"identity;q=0, gzip;q=0.1"}, "gzip"},
		"identity liked better":      {"/", []string{"gzip;q=0.5, identity"}, ""},
		"unknown ones":               {"/", []string{"zstd, deflate"}, ""},
		"a name that only begins so": {"/", []string{"brr, gzipped"}, ""},
		"a weight that isn't one":    {"/", []string{"br;q=x, gzip;q=2"}, ""},
		"no gzip was made":           {"/" + chunk, []string{"gzip"}, ""},
		"brotli was":                 {"/" + chunk, []string{"gzip, br"}, "br"},
		"none was made":              {"/favicon.svg", []string{"gzip, br"}, ""},
	}
	page := aPage(t, aBuild())
	bodies := map[string]string{"br": "brotli", "gzip": "gzip"}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var headers []string
			for _, line := range tt.accept {
				headers = append(headers, "Accept-Encoding", line)
			}
			answer := ask(page, http.MethodGet, tt.path, headers...)

			assert.Equal(t, tt.want, answer.Header.Get("Content-Encoding"))
			assert.Contains(t, text(t, answer), bodies[tt.want])
			if tt.path == "/favicon.svg" {
				assert.Empty(t, answer.Header.Get("Vary"))
			} else {
				assert.Equal(t, "Accept-Encoding", answer.Header.Get("Vary"))
			}
			assert.NotContains(t, answer.Header.Get("Content-Type"), "octet")
		})
	}
}

func TestPageSendsNothingTwice(t *testing.T) {
	page := aPage(t, aBuild())
	plain := ask(page, http.MethodGet, "/").Header.Get("ETag")
	packed := ask(page, http.MethodGet, "/", "Accept-Encoding", "br").Header.Get("ETag")
	require.NotEqual(t, plain, packed, "a strong tag names one form only")

	tests := map[string]struct {
		ifNoneMatch string
		accept      string
		want        int
	}{
		"the same":         {plain, "", 304},
		"the same, weakly": {"W/" + plain, "", 304},
		"one of several":   {`"a", ` + plain + `, "b"`, "", 304},
		"any":              {"*", "", 304},
		"the same packed":  {packed, "br", 304},
		"another":          {`"another"`, "", 200},
		"of another form":  {plain, "br", 200},
		"unquoted":         {plain[1 : len(plain)-1], "", 200},
		"nothing":          {"", "", 200},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			answer := ask(page, http.MethodGet, "/customers", "If-None-Match", tt.ifNoneMatch, "Accept-Encoding", tt.accept)

			require.Equal(t, tt.want, answer.StatusCode)
			assert.Equal(t, "Accept-Encoding", answer.Header.Get("Vary"))
			assert.Equal(t, "no-cache", answer.Header.Get("Cache-Control"))
			if tt.want == http.StatusNotModified {
				assert.Empty(t, text(t, answer))
				assert.Empty(t, answer.Header.Get("Content-Length"))
				assert.NotEmpty(t, answer.Header.Get("ETag"))
			}
		})
	}
}

func TestPageTagsChangeWithTheBuild(t *testing.T) {
	before := ask(aPage(t, aBuild()), http.MethodGet, "/").Header.Get("ETag")
	next := aBuild()
	next["index.html"] = &fstest.MapFile{Data: []byte("<!doctype html>the App")}

	answer := ask(aPage(t, next), http.MethodGet, "/", "If-None-Match", before)

	assert.Equal(t, http.StatusOK, answer.StatusCode)
	assert.Contains(t, text(t, answer), "the App")
}

func TestPageBeforeTheFirstBuildSaysWhatToRun(t *testing.T) {
	page := aPage(t, fstest.MapFS{".gitkeep": {}})
	for _, path := range []string{"/", "/customers", "/favicon.svg"} {
		answer := ask(page, http.MethodGet, path)

		assert.Equal(t, http.StatusNotFound, answer.StatusCode)
		assert.Contains(t, text(t, answer), "make build")
		assert.Equal(t, "text/plain; charset=utf-8", answer.Header.Get("Content-Type"))
	}
}

func TestPageThatCannotBeReadStopsTheStart(t *testing.T) {
	_, err := newPage(brokenFS{aBuild()})

	assert.ErrorIs(t, err, fs.ErrPermission)
}

type brokenFS struct{ fs.FS }

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == "favicon.svg" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.FS.Open(name)
}

package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	shell            = "index.html"      // the app's page: what every address of the app gives
	immutable        = "_app/immutable/" // the build names these files by what they hold
	cacheForever     = "public, max-age=31536000, immutable"
	cacheRevalidated = "no-cache"
)

// page serves the built app out of memory.
type page struct {
	files map[string]*pageFile // by path in the build, without a leading slash
}

// pageFile is one file of the build, in each coding that the build made of it.
type pageFile struct {
	contentType  string
	cacheControl string
	forms        []pageForm // the smallest first; the last is the file as it is
}

type pageForm struct {
	coding string
	body   []byte
	etag   string
}

// newPage returns the handler of the built app. A file is served as it is (precompressed
// where the browser takes it and the build made it), any address without a file extension
// gives the app's page, and a file that isn't there gives 404. It reads all of dist once;
// hidden files are left out. Before the first build, with no index.html in dist, the
// handler answers with a sentence that says what to run.
func newPage(dist fs.FS) (http.Handler, error) {
	p := &page{files: map[string]*pageFile{}}
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || hidden(name) || isCoded(name) {
			return err
		}
		p.files[name], err = readPageFile(dist, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the built app: %w", err)
	}
	if p.files[shell] == nil {
		return http.HandlerFunc(notBuilt), nil
	}
	return p, nil
}

func readPageFile(dist fs.FS, name string) (*pageFile, error) {
	f := &pageFile{contentType: contentType(name), cacheControl: cacheRevalidated}
	if strings.HasPrefix(name, immutable) {
		f.cacheControl = cacheForever
	}
	for _, c := range contentCodings() {
		body, err := fs.ReadFile(dist, name+c.suffix)
		if errors.Is(err, fs.ErrNotExist) && c.name != identity {
			continue
		}
		if err != nil {
			return nil, err
		}
		f.forms = append(f.forms, newPageForm(c.name, body))
	}
	return f, nil
}

// newPageFile is a file that was made elsewhere, in no coding.
func newPageFile(name string, body []byte) *pageFile {
	return &pageFile{
		contentType: contentType(name), cacheControl: cacheRevalidated,
		forms: []pageForm{newPageForm(identity, body)},
	}
}

func newPageForm(coding string, body []byte) pageForm {
	sum := sha256.Sum256(body)
	return pageForm{coding, body, `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`}
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !readOnly(w, r) {
		return
	}
	name := strings.Trim(r.URL.Path, "/")
	file := p.files[name]
	if file == nil && !hidden(name) && path.Ext(name) == "" {
		file = p.files[shell]
	}
	if file == nil {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	file.serve(w, r)
}

func (f *pageFile) serve(w http.ResponseWriter, r *http.Request) {
	weigh := codingWeights(r.Header.Values("Accept-Encoding"))
	chosen := f.forms[len(f.forms)-1]
	for _, form := range slices.Backward(f.forms) {
		if weigh(form.coding) >= weigh(chosen.coding) && weigh(form.coding) > 0 {
			chosen = form
		}
	}

	h := w.Header()
	h.Set("Cache-Control", f.cacheControl)
	h.Set("ETag", chosen.etag)
	if len(f.forms) > 1 {
		h.Add("Vary", "Accept-Encoding")
	}
	if matches(r.Header.Values("If-None-Match"), chosen.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(chosen.body)))
	if chosen.coding != identity {
		h.Set("Content-Encoding", chosen.coding)
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = bytes.NewReader(chosen.body).WriteTo(w) // a client that hung up is nobody's fault
	}
}

func notBuilt(w http.ResponseWriter, r *http.Request) {
	if readOnly(w, r) {
		http.Error(w, "The pages are not part of this build: run `make build`, then start again. The API works.", http.StatusNotFound)
	}
}

// readOnly reports whether the request only reads; anything else has been answered.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "A page can only be read.", http.StatusMethodNotAllowed)
	return false
}

// hidden reports whether a segment of the path begins with a dot: `..` among others.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") && name != "." || strings.Contains(name, "/.")
}

// matches reports whether If-None-Match names the tag, by RFC 9110's weak comparison.
func matches(ifNoneMatch []string, etag string) bool {
	for candidate := range strings.SplitSeq(strings.Join(ifNoneMatch, ","), ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == etag {
			return true
		}
	}
	return false
}

// contentType goes by the file's extension alone: the machine's own table, which the mime
// package reads, differs from one machine to the next.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".xml":
		return "application/xml"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".woff":
		return "font/woff"
	case ".wasm":
		return "application/wasm"
	default:
		return "application/octet-stream"
	}
}

package httpapi

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// document is what the tests read of the API's document.
type document struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas struct {
			Problem struct {
				Properties struct {
					Code struct {
						Enum []string `json:"enum"`
					} `json:"code"`
				} `json:"properties"`
			}
		} `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID         string              `json:"operationId"`
	Security   []map[string][]any  `json:"security"`
	Responses  map[string]response `json:"responses"`
	Parameters []struct {
		Name string `json:"name"`
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]struct {
			Schema struct {
				Required []string `json:"required"`
			} `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

type response struct {
	Codes []string `json:"x-codes"`
}

var theDocument = sync.OnceValues(func() (document, error) {
	var d document
	raw, err := os.ReadFile("../../docs/openapi.json")
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(raw, &d)
})

func readDocument(t *testing.T) document {
	t.Helper()
	d, err := theDocument()
	require.NoError(t, err)
	return d
}

// find returns the operation that the request is one of.
func (d document) find(t *testing.T, method, path string) (operation, bool) {
	t.Helper()
	path = strings.TrimSuffix(path, "/")
	for template, methods := range d.Paths {
		pattern := "^(/api)?" + regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(template, "[^/]+") + "$"
		raw, ok := methods[strings.ToLower(method)]
		if !ok || !regexp.MustCompile(pattern).MatchString(path) {
			continue
		}
		var op operation
		require.NoError(t, json.Unmarshal(raw, &op))
		return op, true
	}
	return operation{}, false
}

// refusalsSeen collects what the tests were refused with: operation, status and code.
var refusalsSeen sync.Map

// TestMain fails if the document promises a refusal that no test has seen.
func TestMain(m *testing.M) {
	code := m.Run()
	if code != 0 || flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.list").Value.String() != "" {
		os.Exit(code) // not all of the tests were run to their end
	}
	d, err := theDocument()
	if err != nil {
		os.Exit(1)
	}
	for _, methods := range d.Paths {
		for _, raw := range methods {
			var op operation
			_ = json.Unmarshal(raw, &op) // the path's servers are no operation
			for status, answer := range op.Responses {
				for _, refusal := range answer.Codes {
					if _, seen := refusalsSeen.Load(fmt.Sprint(op.ID, " ", status, " ", refusal)); !seen && status != "500" {
						fmt.Fprintf(os.Stderr, "documented, but never seen: %s refuses with %s %s\n", op.ID, status, refusal)
						code = 1
					}
				}
			}
		}
	}
	os.Exit(code)
}

// checkAnswer holds every answer of every test against what is promised of all.
func checkAnswer(h *house, r *http.Request, a *reply) {
	h.t.Helper()
	where := r.Method + " " + r.URL.Path
	require.NotEmpty(h.t, a.header.Get("X-Request-ID"), where)
	require.Equal(h.t, "nosniff", a.header.Get("X-Content-Type-Options"), where)
	h.mu.Lock()
	for _, secret := range h.secrets {
		require.NotContains(h.t, a.body, secret, where)
	}
	h.mu.Unlock()
	if !isAPI(strings.TrimSuffix(r.URL.Path, "/")) {
		return
	}
	require.Contains(h.t, a.header.Get("Cache-Control"), "no-store", where)
	if a.status >= http.StatusBadRequest && a.status != statusClientGone {
		checkProblem(h, r, a)
	}
	op, known := readDocument(h.t).find(h.t, r.Method, r.URL.Path)
	if !known || a.status == statusClientGone {
		return
	}
	if a.status >= http.StatusBadRequest {
		refusalsSeen.Store(fmt.Sprint(op.ID, " ", a.status, " ", a.string("code")), true)
	}
	documented, ok := op.Responses[strconv.Itoa(a.status)]
	require.True(h.t, ok, "%s: status %d is not documented", where, a.status)
	if a.status >= http.StatusBadRequest {
		require.Contains(h.t, documented.Codes, a.string("code"), where)
	}
}

func checkProblem(h *house, r *http.Request, a *reply) {
	h.t.Helper()
	where := r.Method + " " + r.URL.Path
	require.Equal(h.t, "application/problem+json", a.header.Get("Content-Type"), where)
	problem := a.json()
	require.Equal(h.t, "/problems/"+problem.string("code"), problem.string("type"), where)
	require.Equal(h.t, http.StatusText(a.status), problem.string("title"), where)
	require.InDelta(h.t, a.status, problem.number("status"), 0, where)
	require.NotEmpty(h.t, problem.string("detail"), where)
	require.Contains(h.t, readDocument(h.t).Components.Schemas.Problem.Properties.Code.Enum, problem.string("code"), where)
	require.Equal(h.t, a.header.Get("X-Request-ID"), problem.string("request_id"), where)
}

// The routes that the document leaves out are no part of the API.
func TestRoutesAndDocumentAgree(t *testing.T) {
	documented, ids := map[string]bool{}, map[string]string{}
	for path, methods := range readDocument(t).Paths {
		for method, raw := range methods {
			if method == "servers" {
				continue
			}
			var op operation
			require.NoError(t, json.Unmarshal(raw, &op))
			key := strings.ToUpper(method) + " " + path
			documented[key] = true
			assert.NotEmpty(t, op.ID, key)
			assert.Empty(t, ids[op.ID], "%s and %s have one id", key, ids[op.ID])
			ids[op.ID] = key
		}
	}
	routed := map[string]bool{}
	for _, route := range testEngine(t).Routes() {
		if !isAPI(route.Path) || route.Method == http.MethodHead {
			continue
		}
		path := strings.TrimPrefix(route.Path, "/api")
		path = regexp.MustCompile(`:(\w+)`).ReplaceAllString(path, "{$1}")
		routed[route.Method+" "+path] = true
	}
	for _, key := range slices.Sorted(maps.Keys(routed)) {
		assert.True(t, documented[key], "%s has no documentation: run make generate", key)
	}
	for _, key := range slices.Sorted(maps.Keys(documented)) {
		assert.True(t, routed[key], "%s is documented, but no route: run make generate", key)
	}
}

func TestDocumentKnowsTheFormOfSigningIn(t *testing.T) {
	login, found := readDocument(t).find(t, http.MethodPost, "/api/login")
	require.True(t, found)
	assert.Contains(t, login.RequestBody.Content, "application/json")
	assert.ElementsMatch(t, []string{formCredential, formToken}, login.RequestBody.Content[formType].Schema.Required)
}

// What is behind requireSession says so, and all that goes with it.
func TestDocumentSaysWhoMayCall(t *testing.T) {
	h := newHouse(t)
	for path, methods := range readDocument(t).Paths {
		for method, raw := range methods {
			if method == "servers" {
				continue
			}
			var op operation
			require.NoError(t, json.Unmarshal(raw, &op))
			address := "/api" + regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(path, "1")
			if op.ID == "healthz" || op.ID == "readyz" {
				address = path
			}
			visitor := h.visitor().do(strings.ToUpper(method), address, "")
			needsSession := visitor.status == http.StatusUnauthorized
			assert.Equal(t, needsSession, len(op.Security) > 0, "%s %s: security", method, path)
			if needsSession {
				assert.Equal(t, []string{"not_authenticated", "session_expired", "session_revoked", "session_replaced"},
					op.Responses["401"].Codes, "%s %s", method, path)
			}
			user := h.user("ada@example.com").do(strings.ToUpper(method), address, "")
			needsAdmin := user.status == http.StatusForbidden && user.string("code") == "admin_required"
			assert.Equal(t, needsAdmin, slices.Contains(op.Responses["403"].Codes, "admin_required"), "%s %s", method, path)
		}
	}
}

func testEngine(t *testing.T) *gin.Engine {
	t.Helper()
	o := webOptions()
	o.StandinHandler = nothing
	return newEngine(o, UseCases{}, problems{}, entropy(), nothing)
}

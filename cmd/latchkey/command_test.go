package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/config"
)

// machine is a folder with a database of its own, in which commands run.
type machine struct {
	t       *testing.T
	environ []string
}

func newMachine(t *testing.T, environ ...string) *machine {
	t.Helper()
	database := "LATCHKEY_DATABASE_URL=sqlite://" + filepath.Join(t.TempDir(), "latchkey.db")
	return &machine{t, append([]string{database, "LATCHKEY_ADDR=127.0.0.1:0"}, environ...)}
}

// database is the file of the embedded database.
func (m *machine) database() string {
	return strings.TrimPrefix(m.environ[0], "LATCHKEY_DATABASE_URL=sqlite://")
}

// run runs a command and returns what it prints.
func (m *machine) run(args ...string) (string, error) {
	m.t.Helper()
	var out bytes.Buffer
	err := run(m.t.Context(), args, process{environ: m.environ, readFile: readFileBut(".env"), stdout: &out, stderr: io.Discard})
	return out.String(), err
}

// done runs a command that must succeed.
func (m *machine) done(args ...string) string {
	m.t.Helper()
	out, err := m.run(args...)
	require.NoError(m.t, err)
	return out
}

// readFileBut reads files as the process does, without the one of this name.
func readFileBut(hidden string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if path == hidden {
			return nil, os.ErrNotExist
		}
		return os.ReadFile(path)
	}
}

// server is a running serve.
type server struct {
	m    *machine
	base string
	logs *logs
	stop func() error
}

// serve starts serve and waits until it is ready.
func (m *machine) serve() *server {
	m.t.Helper()
	ctx, cancel := context.WithCancel(m.t.Context())
	s := &server{m: m, logs: &logs{ready: make(chan string, 1)}}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve"},
			process{environ: m.environ, readFile: readFileBut(".env"), stdout: io.Discard, stderr: s.logs})
	}()
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	m.t.Cleanup(func() { _ = s.stop() })
	select {
	case addr := <-s.logs.ready:
		s.base = "http://" + addr
	case err := <-ended:
		m.t.Fatalf("serve ended at once: %v\n%s", err, s.logs)
	case <-time.After(time.Minute):
		m.t.Fatalf("serve does not listen after a minute:\n%s", s.logs)
	}
	require.Eventually(m.t, func() bool { return s.get("/readyz", nil).status == http.StatusOK }, time.Minute, 10*time.Millisecond)
	return s
}

// signIn signs a person in through the stand-in and returns the cookie.
func (s *server) signIn(email string) *http.Cookie {
	s.m.t.Helper()
	answer := s.post("/api/login", map[string]string{"credential": s.token(email)})
	require.Equal(s.m.t, http.StatusOK, answer.status, string(answer.body))
	for _, cookie := range answer.cookies {
		if cookie.Name == "session_id" {
			return cookie
		}
	}
	s.m.t.Fatal("signing in set no cookie")
	return nil
}

type answer struct {
	status  int
	body    []byte
	cookies []*http.Cookie
}

func (s *server) post(path string, body any) answer {
	s.m.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(s.m.t, err)
	return s.do(http.MethodPost, path, bytes.NewReader(text), nil)
}

func (s *server) get(path string, cookie *http.Cookie) answer {
	s.m.t.Helper()
	return s.do(http.MethodGet, path, http.NoBody, cookie)
}

func (s *server) do(method, path string, body io.Reader, cookie *http.Cookie) answer {
	s.m.t.Helper()
	request, err := http.NewRequestWithContext(s.m.t.Context(), method, s.base+path, body)
	require.NoError(s.m.t, err)
	request.Header.Set("Content-Type", "application/json")
	if cookie != nil {
		request.AddCookie(cookie)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(s.m.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(s.m.t, err)
	return answer{response.StatusCode, text, response.Cookies()}
}

// logs keeps JSON log lines and finds the address that serve listens on.
type logs struct {
	mu    sync.Mutex
	text  bytes.Buffer
	ready chan string
	ops   string // the second listener's address, known when ready
}

func (l *logs) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var entry struct{ Msg, Addr, Ops string }
	if json.Unmarshal(line, &entry) == nil && entry.Msg == "ready" {
		l.ops = entry.Ops
		l.ready <- entry.Addr
	}
	return l.text.Write(line)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestServeSignsInAndACommandBesideItEndsTheSession(t *testing.T) {
	m := newMachine(t, "LATCHKEY_ADMIN_EMAILS=ada@example.com")
	server := m.serve()
	cookie := server.signIn("ada@example.com")
	require.Equal(t, http.StatusOK, server.get("/api/users", cookie).status)

	var sessions []sessionLine
	require.NoError(t, json.Unmarshal([]byte(m.done("session", "list", "--json")), &sessions))
	require.Len(t, sessions, 1)
	assert.Contains(t, m.done("session", "list", "--user", "ada@example.com"), "ada@example.com")
	assert.Equal(t, "1 session ended.\n", m.done("session", "revoke", string(sessions[0].ID), "--reason", "lost laptop"))

	answer := server.get("/api/user", cookie)
	assert.Equal(t, http.StatusUnauthorized, answer.status)
	assert.Contains(t, string(answer.body), `"cause":"by_admin"`)
	assert.Contains(t, string(answer.body), `"reason":"lost laptop"`)
	assert.Contains(t, m.done("session", "revoke", "--user", "ada@example.com"), "Nothing was open")

	require.NoError(t, server.stop())
	assert.NotContains(t, server.logs.String(), cookie.Value)
	assert.Contains(t, server.logs.String(), `"msg":"stopped"`)
}

func TestTheSecondListenerIsForOperations(t *testing.T) {
	m := newMachine(t, "LATCHKEY_OPS_ADDR=127.0.0.1:0")
	browsers := m.serve()
	browsers.get("/api/config", nil)
	ops := &server{m: m, base: "http://" + browsers.logs.ops}

	assert.Equal(t, http.StatusOK, ops.get("/healthz/", nil).status)
	assert.Contains(t, string(ops.get("/metrics", nil).body), `http_requests_total{method="GET",route="/api/config",status="200"} 1`)
	assert.Equal(t, http.StatusOK, ops.get("/debug/pprof/", nil).status)
	assert.Equal(t, http.StatusNotFound, ops.get("/api/config", nil).status)
	assert.NotContains(t, string(browsers.get("/debug/pprof/", nil).body), "goroutine")
	assert.NotContains(t, string(browsers.get("/metrics", nil).body), "http_requests_total")
}

func TestPeopleByCommand(t *testing.T) {
	m := newMachine(t, "LATCHKEY_ADMIN_EMAILS=ada@example.com")
	server := m.serve()
	server.signIn("ada@example.com")
	bob := server.signIn("bob@example.com")

	_, err := m.run("user", "demote", "ada@example.com")
	require.EqualError(t, err, "change user: last_admin: "+sentence(err))
	m.done("user", "promote", "bob@example.com")
	require.Equal(t, http.StatusOK, server.get("/api/users", bob).status, "at the next request")
	m.done("user", "demote", "ada@example.com")
	m.done("user", "promote", "ada@example.com")
	m.done("user", "disable", "bob@example.com", "--reason", "left")
	assert.Equal(t, http.StatusForbidden, server.get("/api/user", bob).status)
	m.done("user", "enable", "bob@example.com")
	assert.Equal(t, http.StatusUnauthorized, server.get("/api/user", bob).status, "enabling revives nothing")

	var people []userLine
	require.NoError(t, json.Unmarshal([]byte(m.done("user", "list", "--json", "--search", "BOB")), &people))
	require.Len(t, people, 1)
	assert.True(t, people[0].Admin)
	assert.Contains(t, m.done("user", "list"), "ada@example.com")
	_, err = m.run("user", "promote", "carol@example.com")
	assert.Equal(t, "There is no such user.", sentence(err))
}

func TestAnEmailOfSeveralAccountsNamesNobody(t *testing.T) {
	m := newMachine(t)
	server := m.serve()
	for _, sub := range []string{"1", "2"} {
		var token struct{ Credential string }
		body := map[string]string{"email": "twin@example.com", "sub": sub}
		require.NoError(t, json.Unmarshal(server.post("/dev/google/token", body).body, &token))
		require.Equal(t, http.StatusOK, server.login(token.Credential))
	}
	var people []userLine
	require.NoError(t, json.Unmarshal([]byte(m.done("user", "list", "--json")), &people))
	require.Len(t, people, 2)

	_, err := m.run("user", "disable", "twin@example.com")

	require.Error(t, err)
	assert.Equal(t, 1, exitCode(err))
	for _, p := range people {
		assert.Contains(t, err.Error(), string(p.ID))
	}
	m.done("user", "disable", string(people[0].ID))
}

func TestInvitations(t *testing.T) {
	m := newMachine(t, "LATCHKEY_SIGNUP=invited")
	server := m.serve()
	refused := func() int {
		return server.login(server.token("eve@example.com"))
	}
	require.Equal(t, http.StatusForbidden, refused())

	assert.Contains(t, m.done("user", "invite", "Eve@Example.com"), "eve@example.com")

	require.Equal(t, http.StatusOK, refused())
}

func TestCustomersByFile(t *testing.T) {
	m := newMachine(t)
	file := filepath.Join(t.TempDir(), "customers.csv")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }

	write("name,email\nAda,ada@example.com\nBob,\n")
	_, err := m.run("customer", "import", file)
	require.ErrorContains(t, err, "line 3, email: Enter an email address.")

	write("name,email\nAda,ada@example.com\nBob,bob@example.com\n")
	assert.Equal(t, "2 customers imported.\n", m.done("customer", "import", file))
}

func TestMigrations(t *testing.T) {
	m := newMachine(t)
	assert.Contains(t, m.done("migrate", "status"), "pending")
	assert.Contains(t, m.done("migrate", "up"), "applied 00001")
	assert.Contains(t, m.done("migrate", "up"), "up to date")
	var steps []migrationLine
	require.NoError(t, json.Unmarshal([]byte(m.done("migrate", "status", "--json")), &steps))
	for _, step := range steps {
		assert.True(t, step.Applied)
	}
	assert.Contains(t, m.done("migrate", "down"), "took back")

	m.environ = append(m.environ, "LATCHKEY_MIGRATE=off")
	_, err := m.run("user", "list")
	require.ErrorContains(t, err, "migrate up")
}

func TestWrongUse(t *testing.T) {
	tests := map[string]struct {
		args    []string
		environ string
		says    string
		code    int
	}{
		"unknown command":        {[]string{"nonsense"}, "", "nonsense", 2},
		"unknown flag":           {[]string{"serve", "--nonsense"}, "", "--nonsense", 2},
		"unknown setting":        {[]string{"serve"}, "LATCHKEY_NONSENSE=1", "LATCHKEY_NONSENSE is no setting", 2},
		"unusable setting":       {[]string{"serve", "--session-idle=never"}, "", "LATCHKEY_SESSION_IDLE", 2},
		"which session":          {[]string{"session", "revoke"}, "", "name one session", 2},
		"both session and user":  {[]string{"session", "revoke", "x", "--user", "y"}, "", "name one session", 2},
		"no such session":        {[]string{"session", "revoke", "x"}, "", "There is no such session.", 1},
		"no such file":           {[]string{"customer", "import", "/nowhere.csv"}, "", "can't be read", 1},
		"reason too long":        {[]string{"session", "revoke", "x", "--reason", strings.Repeat("x", 501)}, "", "500 characters", 1},
		"unreachable PostgreSQL": {[]string{"user", "list", "--database-url=postgres://u:hidden@127.0.0.1:1/x"}, "", "can't be reached", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, tt.environ)
			_, err := m.run(tt.args...)
			require.Error(t, err)
			assert.Equal(t, tt.code, exitCode(err))
			assert.Contains(t, sentence(err), tt.says)
			assert.NotContains(t, sentence(err), "hidden")
			assert.NotContains(t, sentence(err), "goroutine")
		})
	}
}

func TestATakenPortIsOneSentence(t *testing.T) {
	first := newMachine(t).serve()
	m := newMachine(t)

	_, err := m.run("serve", "--addr", strings.TrimPrefix(first.base, "http://"))

	require.ErrorContains(t, err, "taken by another program")
	assert.Equal(t, 1, exitCode(err))
}

func TestAPortThatBrowsersAreNotToldIsNoticed(t *testing.T) {
	tests := map[string]struct {
		addr, public string
		want         bool
	}{
		"the same":           {"127.0.0.1:8080", "http://localhost:8080", false},
		"another":            {"127.0.0.1:9000", "http://localhost:8080", true},
		"any free one":       {"127.0.0.1:0", "http://localhost:8080", false},
		"behind a forward":   {"0.0.0.0:9000", "http://localhost:8080", false},
		"behind a TLS proxy": {"127.0.0.1:9000", "https://localhost", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, isElsewhere(config.Config{Addr: tt.addr, PublicURL: tt.public}))
		})
	}
}

func TestHelpAndVersionNeedNoSettings(t *testing.T) {
	m := newMachine(t, "LATCHKEY_NONSENSE=1")
	assert.Contains(t, m.done(), "latchkey <command>")
	assert.Contains(t, m.done("serve", "--help"), "LATCHKEY_SESSION_IDLE")
	assert.Contains(t, m.done("version"), "latchkey ")
	assert.True(t, json.Valid([]byte(m.done("openapi"))))
}

func TestBareMigrateMeansOn(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"serve --migrate", "serve --migrate=on"},
		{"serve --migrate --addr x", "serve --migrate=on --addr x"},
		{"serve --migrate off", "serve --migrate off"},
	} {
		assert.Equal(t, tt.want, strings.Join(bareMigrate(strings.Fields(tt.in)), " "), fmt.Sprint(tt.in))
	}
}

package main

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/database"
	databasetest "latchkey/test/database"
)

// engines runs a test against the service on each engine; what is returned listens on one.
func engines(t *testing.T, test func(t *testing.T, newMachine func(environ ...string) *machine)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, func(environ ...string) *machine { return newMachine(t, environ...) })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := databasetest.NewURL(t, func(*sqlx.DB) error { return nil })
		test(t, func(environ ...string) *machine {
			m := newMachine(t, append(environ, "LATCHKEY_MIGRATE=on")...)
			m.environ[0] = "LATCHKEY_DATABASE_URL=" + address
			return m
		})
	})
}

// token asks the stand-in for a credential.
func (s *server) token(email string) string {
	s.m.t.Helper()
	var token struct{ Credential string }
	require.NoError(s.m.t, json.Unmarshal(s.post("/dev/google/token", map[string]string{"email": email}).body, &token))
	return token.Credential
}

// atOnce makes the calls at the same time and counts their statuses.
func atOnce(n int, call func(i int) int) map[int]int {
	statuses := make([]int, n)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			<-start
			statuses[i] = call(i)
		})
	}
	close(start)
	group.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	return counts
}

func (s *server) login(credential string) int {
	return s.post("/api/login", map[string]string{"credential": credential}).status
}

func TestOneTokenOpensOneSessionWhoeverPostsIt(t *testing.T) {
	engines(t, func(t *testing.T, newMachine func(environ ...string) *machine) {
		m := newMachine("LATCHKEY_LOGIN_RATE=0")
		server := m.serve()
		credential := server.token("ada@example.com")

		counts := atOnce(100, func(int) int { return server.login(credential) })

		assert.Equal(t, map[int]int{http.StatusOK: 1, http.StatusUnauthorized: 99}, counts)
		var sessions []sessionLine
		require.NoError(t, json.Unmarshal([]byte(m.done("session", "list", "--json")), &sessions))
		assert.Len(t, sessions, 1)
	})
}

func TestFirstSignInsAtTheSameTimeMakeOneUser(t *testing.T) {
	engines(t, func(t *testing.T, newMachine func(environ ...string) *machine) {
		m := newMachine("LATCHKEY_LOGIN_RATE=0", "LATCHKEY_SESSIONS_PER_USER=0")
		server := m.serve()
		credentials := make([]string, 50)
		for i := range credentials {
			credentials[i] = server.token("ada@example.com")
		}

		counts := atOnce(50, func(i int) int { return server.login(credentials[i]) })

		assert.Equal(t, map[int]int{http.StatusOK: 50}, counts)
		var people []userLine
		require.NoError(t, json.Unmarshal([]byte(m.done("user", "list", "--json")), &people))
		assert.Len(t, people, 1)
	})
}

func TestReplicasShareOnePostgres(t *testing.T) {
	address := databasetest.NewURL(t, func(*sqlx.DB) error { return nil })
	replica := func() *server {
		m := newMachine(t, "LATCHKEY_MIGRATE=on", "LATCHKEY_ADMIN_EMAILS=ada@example.com", "LATCHKEY_LOGIN_RATE=0")
		m.environ[0] = "LATCHKEY_DATABASE_URL=" + address
		return m.serve()
	}
	one, two := replica(), replica()
	require.Equal(t, http.StatusOK, two.login(one.token("bob@example.com")), "they share the stand-in's key")
	admin, bob := one.signIn("ada@example.com"), two.signIn("bob@example.com")
	require.Equal(t, http.StatusOK, one.get("/api/user", bob).status)

	var list struct{ Results []struct{ ID string } }
	require.NoError(t, json.Unmarshal(one.get("/api/users?q=bob", admin).body, &list))
	disabled := one.do(http.MethodPatch, "/api/users/"+list.Results[0].ID, strings.NewReader(`{"disabled":true}`), admin)
	require.Equal(t, http.StatusOK, disabled.status, string(disabled.body))

	for i, s := range []*server{one, two} {
		assert.Equal(t, http.StatusForbidden, s.get("/api/user", bob).status, fmt.Sprint("replica ", i))
	}
}

func TestServeRefusesAnOldPostgresSchema(t *testing.T) {
	m := newMachine(t)
	m.environ[0] = "LATCHKEY_DATABASE_URL=" + databasetest.NewURL(t, func(*sqlx.DB) error { return nil })

	_, err := m.run("serve")
	require.ErrorContains(t, err, "run latchkey migrate up")

	assert.Contains(t, m.done("migrate", "up"), "applied")
	m.serve()
}

func TestNoSecretIsKept(t *testing.T) {
	m := newMachine(t, "LATCHKEY_ADMIN_EMAILS=ada@example.com", "LATCHKEY_LOG_LEVEL=debug")
	server := m.serve()
	credential := server.token("ada@example.com")
	answer := server.post("/api/login", map[string]string{"credential": credential})
	require.Equal(t, http.StatusOK, answer.status)
	cookie := answer.cookies[0]
	server.login(credential)          // refused
	server.login(credential + "AAAA") // refused too
	audit := server.get("/api/audit", cookie)
	headers := server.get("/api/debug_headers", cookie)
	require.NoError(t, server.stop())

	kept := string(audit.body) + string(headers.body) + server.logs.String()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(m.database()), "*"))
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		kept += string(content)
	}
	require.Contains(t, kept, "ada@example.com", "what is looked through holds what was done")
	secret, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	require.NoError(t, err)
	signature := credential[strings.LastIndex(credential, ".")+1:]
	for _, hidden := range []string{cookie.Value, string(secret), hex.EncodeToString(secret), credential, signature} {
		assert.False(t, strings.Contains(kept, hidden), "a secret is kept")
	}
}

func TestANewerSchemaIsServedOnButNotStartedOn(t *testing.T) {
	m := newMachine(t)
	running := m.serve()
	db, err := database.OpenSQLite(t.Context(), m.database())
	require.NoError(t, err)
	_, err = db.Writer.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	assert.Equal(t, http.StatusOK, running.get("/readyz", nil).status)
	_, err = m.run("serve")
	require.ErrorContains(t, err, "install the program's newer version")
}

func TestServeWarnsOfAStandinThatOthersReach(t *testing.T) {
	m := newMachine(t, "LATCHKEY_GOOGLE_STANDIN=on")
	m.environ[1] = "LATCHKEY_ADDR=0.0.0.0:0"
	server := m.serve()
	require.NoError(t, server.stop())
	assert.Contains(t, server.logs.String(), "the listen address is not loopback")
}

func TestServeWarnsWhereNobodyCanSignIn(t *testing.T) {
	m := newMachine(t, "LATCHKEY_GOOGLE_STANDIN=off")
	ctx, stop := context.WithCancel(t.Context())
	log := &logs{ready: make(chan string, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve"}, process{environ: m.environ, readFile: readFileBut(".env"), stdout: io.Discard, stderr: log})
	}()
	<-log.ready // it is never ready to sign anybody in, so /readyz isn't asked
	stop()
	require.NoError(t, <-ended)
	assert.Contains(t, log.String(), "nobody can sign in")
}

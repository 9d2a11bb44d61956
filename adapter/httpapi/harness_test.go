package httpapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/adapter/memory"
	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// house is the whole API over a store in memory.
type house struct {
	t          *testing.T
	handler    http.Handler
	store      *memory.Store
	identities *memory.Identities
	clock      *testClock
	logs       *lockedBuffer

	mu      sync.Mutex
	secrets []string // what no log and no body may hold
}

// needs is what a house is built of; a test replaces what it is about.
type needs struct {
	Options
	sessions    port.Sessions
	customers   port.Customers
	revocations port.Revocations
	identities  port.Identities
	policy      usecase.LoginPolicy
}

const idle = 30 * time.Minute

func newHouse(t *testing.T, change ...func(n *needs)) *house {
	t.Helper()
	clock := &testClock{now: time.Date(2030, 1, 31, 8, 30, 0, 0, time.UTC)}
	h := &house{t: t, clock: clock, store: memory.NewStore(clock.Now), identities: memory.NewIdentities()}
	return h.twin(change...)
}

// twin is another process on the same store.
func (h *house) twin(change ...func(n *needs)) *house {
	h.t.Helper()
	twin := &house{t: h.t, clock: h.clock, store: h.store, identities: h.identities, logs: &lockedBuffer{}}
	n := needs{
		Options:  webOptions(),
		sessions: h.store.Sessions(), customers: h.store.Customers(),
		revocations: memory.Revocations{}, identities: h.identities,
		policy: usecase.LoginPolicy{
			Admission: domain.Admission{AdminEmails: []string{"root@gmail.com"}},
			Life:      domain.Lifetime{Idle: idle, Max: 12 * time.Hour},
		},
	}
	n.SameSite, n.IdleLifetime, n.OpenAPI = http.SameSiteStrictMode, idle, []byte(`{}`)
	n.StandinHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) })
	for _, f := range change {
		f(&n)
	}
	log := slog.New(slog.NewJSONHandler(twin.logs, nil))
	uses := twin.useCases(n)
	for field, use := range reflect.ValueOf(uses).Fields() {
		require.False(h.t, use.IsNil(), "UseCases.%s is nil: make it in useCases of harness_test.go", field.Name)
	}
	handler, err := NewHandler(n.Options, uses, log, entropy(), h.clock.Now)
	require.NoError(h.t, err)
	twin.handler = handler
	h.t.Cleanup(func() {
		for _, secret := range twin.secrets {
			require.NotContains(h.t, twin.logs.String(), secret, "a secret is in the log")
		}
	})
	return twin
}

func (h *house) useCases(n needs) UseCases {
	users, audit := h.store.Users(), h.store.Audit()
	confirmation := usecase.Confirmation{Revocations: n.revocations, Audit: audit}
	return UseCases{
		Login: &usecase.Login{
			Identities: n.identities, Sessions: n.sessions, Audit: audit, Limits: memory.NewLimits(h.clock.Now),
			Confirmation: confirmation, Entropy: entropy(), Policy: n.policy,
		},
		Logout:         &usecase.Logout{Sessions: n.sessions, Confirmation: confirmation},
		Authenticate:   &usecase.Authenticate{Sessions: n.sessions, Renewals: usecase.NewRenewals(n.sessions)},
		ListSessions:   &usecase.ListSessions{Sessions: n.sessions},
		EndSessions:    &usecase.EndSessions{Users: users, Sessions: n.sessions, Confirmation: confirmation},
		ListUsers:      &usecase.ListUsers{Users: users},
		FindUser:       &usecase.FindUser{Users: users},
		ChangeUser:     &usecase.ChangeUser{Users: users, Confirmation: confirmation},
		InviteUser:     &usecase.InviteUser{Users: users},
		ListCustomers:  &usecase.ListCustomers{Customers: n.customers},
		FindCustomer:   &usecase.FindCustomer{Customers: n.customers},
		AddCustomer:    &usecase.AddCustomer{Customers: n.customers},
		ChangeCustomer: &usecase.ChangeCustomer{Customers: n.customers},
		RemoveCustomer: &usecase.RemoveCustomer{Customers: n.customers},
		ListAudit:      &usecase.ListAudit{Audit: audit},
	}
}

func entropy() port.Entropy {
	return func() (b [32]byte) { _, _ = rand.Read(b[:]); return b }
}

// credential returns a fresh one that vouches for the email.
func (h *house) credential(email string, change ...func(i *domain.Identity)) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	hash := [32]byte(entropy()())
	credential := fmt.Sprintf("credential-%x", hash[:8])
	who := domain.Identity{
		Issuer: "https://accounts.google.com", Subject: email, Email: email, EmailVerified: true, Name: "Mx " + email,
		Credential: domain.CredentialID{Hash: hash, ExpiresAt: h.clock.Now().Add(time.Hour)},
	}
	for _, f := range change {
		f(&who)
	}
	h.identities.Vouch(credential, who, "")
	h.secrets = append(h.secrets, credential)
	return credential
}

// visitor is a browser in which nobody has signed in.
func (h *house) visitor() *browser { return &browser{h: h, cookies: map[string]string{}} }

// user is a browser in which the person has signed in.
func (h *house) user(email string) *browser {
	h.t.Helper()
	b := h.visitor()
	r := b.post("/api/login", loginBody(h.credential(email)))
	require.Equal(h.t, http.StatusOK, r.status, r.body)
	return b
}

func (h *house) admin() *browser {
	h.t.Helper()
	return h.user("root@gmail.com")
}

func loginBody(credential string) string { return fmt.Sprintf(`{"credential": %q}`, credential) }

// at is the same browser before another process.
func (b *browser) at(twin *house) *browser { return &browser{h: twin, cookies: b.cookies} }

// browser keeps cookies.
type browser struct {
	h       *house
	cookies map[string]string
}

func (b *browser) get(path string, headers ...string) *reply {
	b.h.t.Helper()
	return b.do(http.MethodGet, path, "", headers...)
}

func (b *browser) post(path, body string, headers ...string) *reply {
	b.h.t.Helper()
	return b.do(http.MethodPost, path, body, headers...)
}

// do makes a request, with the headers given as names and values; a body is JSON unless they say otherwise.
func (b *browser) do(method, path, body string, headers ...string) *reply {
	b.h.t.Helper()
	r := newRequest(method, path, body)
	for _, name := range slices.Sorted(maps.Keys(b.cookies)) {
		r.Header.Add("Cookie", name+"="+b.cookies[name])
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
		if headers[i] == "Content-Type" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	return b.send(r)
}

func newRequest(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (b *browser) send(r *http.Request) *reply {
	b.h.t.Helper()
	w := httptest.NewRecorder()
	b.h.handler.ServeHTTP(w, r)
	answer := &reply{t: b.h.t, status: w.Code, header: w.Header(), body: w.Body.String()}
	b.keep(w.Result().Cookies())
	checkAnswer(b.h, r, answer)
	return answer
}

func (b *browser) keep(cookies []*http.Cookie) {
	b.h.mu.Lock()
	defer b.h.mu.Unlock()
	for _, cookie := range cookies {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
			continue
		}
		b.cookies[cookie.Name] = cookie.Value
		if strings.HasSuffix(cookie.Name, "session_id") {
			b.h.secrets = append(b.h.secrets, cookie.Value)
		}
	}
}

func (b *browser) id() string { return b.get("/api/user").string("id") }

func (b *browser) sessionID() string { return b.get("/api/me").object("session").string("id") }

// reply is an answer.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

type object struct {
	t      *testing.T
	fields map[string]any
}

func (r *reply) json() object {
	r.t.Helper()
	o := object{t: r.t}
	require.NoError(r.t, json.Unmarshal([]byte(r.body), &o.fields), r.body)
	return o
}

func (r *reply) string(field string) string { r.t.Helper(); return r.json().string(field) }
func (r *reply) object(field string) object { r.t.Helper(); return r.json().object(field) }
func (r *reply) results() []object          { r.t.Helper(); return r.json().list("results") }
func (r *reply) setCookies() []string       { return r.header.Values("Set-Cookie") }
func (o object) string(field string) string { o.t.Helper(); s, _ := o.fields[field].(string); return s }

func (o object) number(field string) float64 {
	o.t.Helper()
	n, _ := o.fields[field].(float64)
	return n
}

func (o object) object(field string) object {
	o.t.Helper()
	fields, ok := o.fields[field].(map[string]any)
	require.True(o.t, ok, "no object %s in %v", field, o.fields)
	return object{o.t, fields}
}

func (o object) list(field string) []object {
	o.t.Helper()
	items, ok := o.fields[field].([]any)
	require.True(o.t, ok, "no list %s in %v", field, o.fields)
	list := make([]object, 0, len(items))
	for _, item := range items {
		fields, _ := item.(map[string]any)
		list = append(list, object{o.t, fields})
	}
	return list
}

// refused checks that the answer is a problem.
func (r *reply) refused(status int, code string) object {
	r.t.Helper()
	require.Equal(r.t, status, r.status, r.body)
	require.Equal(r.t, code, r.string("code"))
	return r.json()
}

func (r *reply) done(status int) *reply {
	r.t.Helper()
	require.Equal(r.t, status, r.status, r.body)
	return r
}

type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// lines returns the log's lines with the message.
func (b *lockedBuffer) lines(t *testing.T, message string) []map[string]any {
	t.Helper()
	var found []map[string]any
	decoder := json.NewDecoder(strings.NewReader(b.String()))
	for {
		var line map[string]any
		if err := decoder.Decode(&line); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			require.NoError(t, err)
		}
		if line["msg"] == message {
			found = append(found, line)
		}
	}
}

// awaySessions is a store of sessions that fails with err.
type awaySessions struct {
	port.Sessions
	err error
}

func (s awaySessions) Find(context.Context, domain.SessionKey) (port.Found, error) {
	return port.Found{}, s.err
}

func (s awaySessions) Open(context.Context, port.Opening) (port.Opened, error) {
	return port.Opened{}, s.err
}

// deafRevocations can't confirm.
type deafRevocations struct{}

func (deafRevocations) Confirm(context.Context, port.Sequence) error { return domain.ErrUnavailable }

// uncounted never counts its customers.
type uncounted struct{ port.Customers }

func (c uncounted) List(ctx context.Context, q port.CustomerQuery) (port.CustomerPage, error) {
	page, err := c.Customers.List(ctx, q)
	page.Total = -1
	return page, err
}

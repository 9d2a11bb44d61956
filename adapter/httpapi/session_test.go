package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

func TestMeTellsAboutTheSession(t *testing.T) {
	h := newHouse(t)
	b := h.visitor()
	b.post("/api/login", loginBody(h.credential("ada@gmail.com")), "User-Agent", "Browser/1").done(http.StatusOK)

	me := b.get("/api/me/").done(http.StatusOK)

	assert.Equal(t, b.get("/api/user").json().fields, me.object("user").fields)
	session := me.object("session")
	assert.Equal(t, "192.0.2.1", session.string("ip"))
	assert.Equal(t, "Browser/1", session.string("user_agent"))
	assert.NotEqual(t, b.cookies["session_id"], session.string("id"))
	created := instant(t, session.string("created_at"))
	assert.Equal(t, 12*time.Hour, instant(t, session.string("expires_at")).Sub(created))
	seen := instant(t, session.string("last_seen_at"))
	assert.True(t, seen.After(created))
	assert.Equal(t, idle, instant(t, session.string("idle_expires_at")).Sub(seen))
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(text, "Z"), "%s is not in UTC", text)
	return at
}

// Each way for a session to end, what its holder is told, and that the cookie stays for a second asking.
func TestEndedSessionsSayWhy(t *testing.T) {
	tests := map[string]struct {
		end        func(h *house, b *browser, id string)
		wantStatus int
		wantCode   string
		wantCause  string
		wantReason string
	}{
		"idle":     {func(h *house, _ *browser, _ string) { h.clock.advance(idle + time.Minute) }, 401, "session_expired", "idle", ""},
		"lifetime": {func(h *house, b *browser, _ string) { useFor(h, b, 12*time.Hour) }, 401, "session_expired", "lifetime", ""},
		"by an administrator": {func(h *house, b *browser, _ string) {
			h.admin().do("DELETE", "/api/sessions/"+b.sessionID()+"?reason=Laptop+lost", "").done(http.StatusNoContent)
		}, 401, "session_revoked", "by_admin", "Laptop lost"},
		"by an administrator, all": {func(h *house, _ *browser, id string) {
			h.admin().do("DELETE", "/api/users/"+id+"/sessions?reason=Lost", "").done(http.StatusOK)
		}, 401, "session_revoked", "by_admin", "Lost"},
		"by the user": {func(_ *house, b *browser, _ string) {
			b.do("DELETE", "/api/me/sessions/"+b.sessionID(), "").done(http.StatusNoContent)
		}, 401, "session_revoked", "by_user", ""},
		"rights taken": {func(h *house, _ *browser, id string) {
			root := h.admin()
			root.do("PATCH", "/api/users/"+id, `{"admin": true}`).done(http.StatusOK)
			root.do("PATCH", "/api/users/"+id, `{"admin": false, "reason": "Left the team"}`).done(http.StatusOK)
		}, 401, "session_revoked", "rights_changed", "Left the team"},
		"disabled": {func(h *house, _ *browser, id string) {
			h.admin().do("PATCH", "/api/users/"+id, `{"disabled": true, "reason": "On leave"}`).done(http.StatusOK)
		}, 403, "user_disabled", "", ""},
		"disabled and enabled": {func(h *house, _ *browser, id string) {
			root := h.admin()
			root.do("PATCH", "/api/users/"+id, `{"disabled": true, "reason": "On leave"}`).done(http.StatusOK)
			root.do("PATCH", "/api/users/"+id, `{"disabled": false}`).done(http.StatusOK)
		}, 401, "session_revoked", "user_disabled", "On leave"},
		"idle, then disabled": {func(h *house, _ *browser, id string) {
			h.clock.advance(idle + time.Minute)
			h.admin().do("PATCH", "/api/users/"+id, `{"disabled": true}`).done(http.StatusOK)
		}, 403, "user_disabled", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			b := h.user("ada@gmail.com")
			before := h.clock.Now()
			tt.end(h, b, b.id())
			for range 2 {
				for _, path := range []string{"/api/user", "/api/users", "/api/customer"} {
					r := b.get(path)
					problem := r.refused(tt.wantStatus, tt.wantCode)
					assert.Empty(t, r.setCookies(), "the cookie stays")
					assert.Equal(t, tt.wantCause, problem.string("cause"))
					assert.Equal(t, tt.wantReason, problem.string("reason"))
					if tt.wantCause != "" {
						assert.True(t, instant(t, problem.string("ended_at")).After(before))
					} else {
						assert.NotContains(t, r.body, "ended_at")
					}
				}
			}
		})
	}
}

// useFor uses the session, so that it isn't idle, until the time has passed.
func useFor(h *house, b *browser, total time.Duration) {
	for range int(total / (20 * time.Minute)) {
		b.get("/api/user").done(http.StatusOK)
		key := keyOf(h, b)
		require.NoError(h.t, h.store.Sessions().Touch(h.t.Context(), []port.Use{{Key: key, At: h.clock.Now()}}))
		h.clock.advance(20 * time.Minute)
	}
}

func keyOf(h *house, b *browser) domain.SessionKey {
	h.t.Helper()
	secret, err := domain.ParseSessionSecret(b.cookies["session_id"])
	require.NoError(h.t, err)
	return secret.Key()
}

func TestOwnSessions(t *testing.T) {
	h := newHouse(t)
	one := h.user("ada@gmail.com")
	h.user("bob@gmail.com")
	two := h.user("ada@gmail.com")
	three := h.user("ada@gmail.com")

	list := two.get("/api/me/sessions").done(http.StatusOK)
	require.Len(t, list.results(), 3)
	assert.Nil(t, list.json().fields["next_cursor"])
	var ids []string
	for i, session := range list.results() {
		ids = append(ids, session.string("id"))
		assert.Equal(t, i == 1, session.fields["current"])
		assert.NotContains(t, session.fields, "user")
	}
	assert.Equal(t, []string{three.sessionID(), two.sessionID(), one.sessionID()}, ids, "the newest first")
	assert.Equal(t, ids, walk(two, "/api/me/sessions", 1))

	two.do("DELETE", "/api/me/sessions/"+one.sessionID()+"/", "").done(http.StatusNoContent)
	assert.Equal(t, "by_user", one.get("/api/user").refused(401, "session_revoked").string("cause"))
	assert.JSONEq(t, `{"count": 1}`, two.do("DELETE", "/api/me/sessions", "").done(http.StatusOK).body)
	three.get("/api/user").refused(401, "session_revoked")
	assert.JSONEq(t, `{"count": 0}`, two.do("DELETE", "/api/me/sessions", "").done(http.StatusOK).body)
	two.get("/api/user").done(http.StatusOK)
}

func TestOwnSessionsAreNobodyElses(t *testing.T) {
	h := newHouse(t)
	ada, bob := h.user("ada@gmail.com"), h.user("bob@gmail.com")
	for _, id := range []string{bob.sessionID(), "unknown", "%00", "a%20b", strings.Repeat("x", 200), "%FF"} {
		ada.do("DELETE", "/api/me/sessions/"+id, "").refused(http.StatusNotFound, "not_found")
	}
	bob.get("/api/user").done(http.StatusOK)
}

func TestOwnSessionsCanEndTheOneInUse(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	b.do("DELETE", "/api/me/sessions/"+b.sessionID(), "").done(http.StatusNoContent)
	assert.Equal(t, "by_user", b.get("/api/user").refused(401, "session_revoked").string("cause"))
}

func TestSessionsOfEverybody(t *testing.T) {
	h := newHouse(t)
	ada, root := h.user("ada@gmail.com"), h.admin()
	far := h.visitor()
	r := newRequest("POST", "/api/login", loginBody(h.credential("bob@gmail.com")))
	r.RemoteAddr = "[2001:db8::1]:4711"
	far.send(r).done(http.StatusOK)

	all := root.get("/api/sessions").done(http.StatusOK).results()
	require.Len(t, all, 3)
	assert.Equal(t, "bob@gmail.com", all[0].object("user").string("email"))
	assert.Equal(t, "Mx bob@gmail.com", all[0].object("user").string("name"))
	assert.Equal(t, far.id(), all[0].object("user").string("id"))
	assert.Equal(t, []any{false, true, false}, []any{all[0].fields["current"], all[1].fields["current"], all[2].fields["current"]})
	assert.Len(t, walk(root, "/api/sessions", 2), 3)

	for query, want := range map[string]int{
		"?user=" + ada.id(): 1, "?user=unknown": 0, "?user=": 3, "?ip=192.0.2.1": 2, "?ip=::ffff:192.0.2.1": 2,
		"?ip=2001:DB8:0::1": 1, "?ip=2001:db8::1&user=" + ada.id(): 0, "?whatever=1": 3,
	} {
		assert.Len(t, root.get("/api/sessions"+query).done(http.StatusOK).results(), want, query)
	}
}

func TestSessionsAreEndedByAdministrators(t *testing.T) {
	h := newHouse(t)
	ada, root := h.user("ada@gmail.com"), h.admin()
	id := ada.sessionID()
	root.do("DELETE", "/api/sessions/"+id+"?reason="+strings.Repeat("x", 501), "").refused(422, "invalid_fields")
	ada.get("/api/user").done(http.StatusOK)
	root.do("DELETE", "/api/sessions/"+id, "").done(http.StatusNoContent)
	ada.get("/api/user").refused(401, "session_revoked")
	root.do("DELETE", "/api/sessions/"+id, "").done(http.StatusNoContent)
	root.do("DELETE", "/api/sessions/unknown", "").refused(http.StatusNotFound, "not_found")
	root.do("DELETE", "/api/sessions/%00", "").refused(http.StatusNotFound, "not_found")
	root.do("DELETE", "/api/sessions/"+root.sessionID(), "").done(http.StatusNoContent)
	root.get("/api/user").refused(401, "session_revoked")
}

func TestReasonsThatCannotBeReadEndNothing(t *testing.T) {
	h := newHouse(t)
	ada, root := h.user("ada@gmail.com"), h.admin()
	for _, query := range []string{"reason=%zz", "reason=%00", "reason=%FF", "reason=a&reason=b", "reason=a;b", "reason=lost&x=%"} {
		root.do("DELETE", "/api/sessions/"+ada.sessionID()+"?"+query, "").refused(http.StatusBadRequest, "invalid_parameter")
		root.do("DELETE", "/api/users/"+ada.id()+"/sessions?"+query, "").refused(http.StatusBadRequest, "invalid_parameter")
		ada.get("/api/user").done(http.StatusOK)
	}
	long := strings.Repeat("é", 500)
	root.do("DELETE", "/api/sessions/"+ada.sessionID()+"?reason="+url.QueryEscape(long), "").done(http.StatusNoContent)
	assert.Equal(t, long, ada.get("/api/user").refused(401, "session_revoked").string("reason"))
}

func TestEndingThatCannotBeConfirmedSaysSo(t *testing.T) {
	h := newHouse(t)
	ada, root := h.user("ada@gmail.com"), h.admin()
	id, session := ada.id(), ada.sessionID()
	asRoot := root.at(h.twin(func(n *needs) { n.revocations = deafRevocations{} }))
	for _, call := range [][3]string{
		{"DELETE", "/api/sessions/" + session, ""},
		{"DELETE", "/api/users/" + id + "/sessions", ""},
		{"PATCH", "/api/users/" + id, `{"disabled": true}`},
		{"DELETE", "/api/me/sessions", ""},
		{"DELETE", "/api/me/sessions/" + root.sessionID(), ""},
	} {
		r := asRoot.do(call[0], call[1], call[2])
		r.refused(http.StatusServiceUnavailable, "unconfirmed")
		assert.NotEmpty(t, r.header.Get("Retry-After"))
	}
	ada.get("/api/user").refused(403, "user_disabled")
}

// walk follows next_cursor and returns the ids of all items.
func walk(b *browser, path string, limit int) []string {
	b.h.t.Helper()
	var ids []string
	next := ""
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for {
		page := b.get(path + separator + "limit=" + strconv.Itoa(limit) + "&cursor=" + next).done(http.StatusOK)
		require.LessOrEqual(b.h.t, len(page.results()), limit)
		for _, item := range page.results() {
			if id, isText := item.fields["id"].(string); isText {
				ids = append(ids, id)
			} else {
				ids = append(ids, strconv.Itoa(int(item.number("id"))))
			}
		}
		next = page.string("next_cursor")
		if next == "" {
			return ids
		}
	}
}

package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUsersAreListedAndFound(t *testing.T) {
	h := newHouse(t)
	ada := h.user("ada@gmail.com")
	h.clock.advance(time.Second)
	h.user("bob@example.com")
	h.clock.advance(time.Second)
	root := h.admin()

	all := root.get("/api/users/").done(http.StatusOK)
	require.Len(t, all.results(), 3)
	assert.Nil(t, all.json().fields["next_cursor"])
	assert.Equal(t, "root@gmail.com", all.results()[0].string("email"), "the newest first")
	assert.Len(t, walk(root, "/api/users", 1), 3)
	for query, want := range map[string]int{"?q=ADA": 1, "?q=gmail": 2, "?q=+ada+": 1, "?q=nobody": 0, "?q=": 3, "?q=%25": 0} {
		assert.Len(t, root.get("/api/users"+query).done(http.StatusOK).results(), want, query)
	}

	person := root.get("/api/users/" + ada.id()).done(http.StatusOK).json()
	assert.Equal(t, ada.id(), person.string("id"))
	assert.Equal(t, "Mx ada@gmail.com", person.string("name"))
	assert.Equal(t, []any{false, false, "", ""}, []any{
		person.fields["admin"], person.fields["disabled"], person.fields["disabled_reason"], person.fields["picture"],
	})
	instant(t, person.string("created_at"))
	instant(t, person.string("last_sign_in_at"))
}

func TestUsersThatAreNotThere(t *testing.T) {
	root := newHouse(t).admin()
	for _, id := range []string{"unknown", "%00", "%FF", "a%20b", strings.Repeat("x", 200), "é"} {
		root.get("/api/users/"+id).refused(http.StatusNotFound, "not_found")
		root.do("PATCH", "/api/users/"+id, `{"admin": true}`).refused(http.StatusNotFound, "not_found")
		root.do("DELETE", "/api/users/"+id+"/sessions", "").refused(http.StatusNotFound, "not_found")
	}
}

func TestCursorsServeTheirOwnListAlone(t *testing.T) {
	h := newHouse(t)
	h.user("ada@gmail.com")
	h.admin()
	root := h.admin()
	for range 2 {
		root.post("/api/customer", grace).done(http.StatusCreated)
	}
	lists := []string{"/api/customer", "/api/users", "/api/sessions", "/api/me/sessions", "/api/audit"}
	for _, from := range lists {
		next := root.get(from + "?limit=1").done(http.StatusOK).string("next_cursor")
		require.NotEmpty(t, next, from)
		for _, to := range lists {
			r := root.get(to + "/?limit=1&cursor=" + next)
			if to == from {
				r.done(http.StatusOK)
			} else {
				r.refused(http.StatusBadRequest, "invalid_parameter")
			}
		}
	}
}

func TestUsersAreAskedForInWordsThatAreKnown(t *testing.T) {
	root := newHouse(t).admin()
	for _, path := range []string{"/api/users", "/api/sessions", "/api/me/sessions", "/api/audit"} {
		for _, query := range []string{
			"limit=0", "limit=1001", "cursor=junk", "cursor=" + cursorOf(t, path, map[string]any{}),
			"cursor=" + cursorOf(t, path, newestMark{1, "\x00"}), "cursor=" + cursorOf(t, path, auditMark{-1}), "limit=%zz",
		} {
			root.get(path+"?"+query).refused(http.StatusBadRequest, "invalid_parameter")
		}
	}
	for _, query := range []string{
		"users?q=%00", "users?q=%FF", "users?q=" + strings.Repeat("x", 401), "users?q=a&q=b",
		"sessions?ip=localhost", "sessions?ip=192.0.2.1:80", "sessions?ip=192.0.2.1&ip=192.0.2.1", "sessions?user=%00",
		"audit?user=%FF", "audit?action=user.flown", "audit?since=yesterday", "audit?since=2030-01-31",
		"audit?until=2030-01-31T08:30:00+01:00", "audit?until=2030-02-31T08:30:00Z", "audit?since=%00",
	} {
		root.get("/api/"+query).refused(http.StatusBadRequest, "invalid_parameter")
	}
}

func TestUserRights(t *testing.T) {
	h := newHouse(t)
	ada, root := h.user("ada@gmail.com"), h.admin()
	address := "/api/users/" + ada.id()

	assert.Equal(t, true, root.do("PATCH", address+"/", `{"admin": true}`).done(http.StatusOK).json().fields["admin"])
	ada.get("/api/users").done(http.StatusOK)
	assert.Equal(t, false, root.do("PATCH", address, `{"admin": false, "reason": "Over"}`).done(http.StatusOK).json().fields["admin"])
	ada.get("/api/users").refused(401, "session_revoked")

	disabled := root.do("PATCH", address, `{"disabled": true, "reason": "On leave"}`).done(http.StatusOK).json()
	assert.Equal(t, true, disabled.fields["disabled"])
	assert.Equal(t, "On leave", disabled.string("disabled_reason"))
	h.visitor().post("/api/login", loginBody(h.credential("ada@gmail.com"))).refused(403, "user_disabled")
	enabled := root.do("PATCH", address, `{"disabled": false}`).done(http.StatusOK).json()
	assert.Equal(t, "", enabled.string("disabled_reason"))
	h.user("ada@gmail.com")

	unchanged := root.do("PATCH", address, `{}`).done(http.StatusOK).json()
	assert.Equal(t, enabled.fields["admin"], unchanged.fields["admin"])
	root.do("PATCH", address, `{"admin": true, "reason": "`+strings.Repeat("x", 501)+`"}`).refused(422, "invalid_fields")
}

func TestLastAdministratorStays(t *testing.T) {
	h := newHouse(t)
	root := h.admin()
	for _, body := range []string{`{"admin": false}`, `{"disabled": true}`, `{"admin": true, "disabled": true}`} {
		root.do("PATCH", "/api/users/"+root.id(), body).refused(http.StatusConflict, "last_admin")
	}
	root.get("/api/users").done(http.StatusOK)
}

func TestUserSessionsAreEnded(t *testing.T) {
	h := newHouse(t)
	one, two, root := h.user("ada@gmail.com"), h.user("ada@gmail.com"), h.admin()
	address := "/api/users/" + one.id() + "/sessions"
	root.do("DELETE", address+"?reason="+strings.Repeat("x", 501), "").refused(422, "invalid_fields")
	assert.JSONEq(t, `{"count": 2}`, root.do("DELETE", address+"/?reason=Lost%07%0A", "").done(http.StatusOK).body)
	assert.Equal(t, "Lost", one.get("/api/user").refused(401, "session_revoked").string("reason"))
	two.get("/api/user").refused(401, "session_revoked")
	assert.JSONEq(t, `{"count": 0}`, root.do("DELETE", address, "").done(http.StatusOK).body)
}

func TestInvitation(t *testing.T) {
	root := newHouse(t).admin()
	r := root.post("/api/users/", `{"email": " Grace+1@Example.com "}`).done(http.StatusCreated)
	assert.JSONEq(t, `{"email": "grace+1@example.com"}`, r.body)
	assert.Equal(t, "/api/users?q=grace%2B1%40example.com", r.header.Get("Location"))
	root.post("/api/users", `{"email": "grace+1@example.com"}`).refused(http.StatusConflict, "already_invited")
	errors := root.post("/api/users", `{"email": "grace"}`).refused(422, "invalid_fields").object("errors")
	assert.NotEmpty(t, errors.string("email"))
}

func TestAuditTells(t *testing.T) {
	h := newHouse(t)
	ada, root := h.user("ada@gmail.com"), h.admin()
	customer := ada.post("/api/customer", grace).done(http.StatusCreated)
	h.clock.advance(20 * time.Minute)
	session := ada.sessionID()
	ended := root.do("DELETE", "/api/sessions/"+session+"?reason=Lost", "").done(http.StatusNoContent)
	h.visitor().post("/api/login", loginBody("junk")).refused(401, "invalid_credential")

	events := root.get("/api/audit").done(http.StatusOK).results()
	require.GreaterOrEqual(t, len(events), 6)
	refused, end := events[0], events[1]
	assert.Equal(t, "login.refused", refused.string("action"))
	assert.Equal(t, []any{nil, nil, nil, nil}, []any{
		refused.fields["actor"], refused.fields["user"], refused.fields["session_id"], refused.fields["customer_id"],
	})
	assert.Equal(t, "192.0.2.1", refused.string("ip"))

	assert.Equal(t, "session.ended", end.string("action"))
	assert.Equal(t, map[string]any{"id": root.id(), "email": "root@gmail.com"}, end.object("actor").fields)
	assert.Equal(t, "ada@gmail.com", end.object("user").string("email"))
	assert.Equal(t, session, end.string("session_id"))
	assert.Equal(t, "by_admin", end.string("detail"))
	assert.Equal(t, "Lost", end.string("reason"))
	assert.Equal(t, ended.header.Get("X-Request-ID"), end.string("request_id"))

	created := root.get("/api/audit?action=customer.created").results()
	require.Len(t, created, 1)
	assert.InDelta(t, customer.json().number("id"), created[0].number("customer_id"), 0)
	assert.Len(t, root.get("/api/audit?action=session.ended&user="+end.object("user").string("id")).results(), 1)
	assert.Empty(t, root.get("/api/audit?user=unknown").results())
	assert.Len(t, walk(root, "/api/audit", 2), len(events))

	between := "2030-01-31T08:45:00Z"
	after, before := root.get("/api/audit?since="+between).results(), root.get("/api/audit?until="+between).results()
	assert.Len(t, after, 2)
	assert.Len(t, before, len(events)-2)
	assert.Len(t, root.get("/api/audit?since=2030-01-31T09:45:00%2B01:00").results(), 2, "another zone")
}

package contract

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// lists checks port.Sessions.List.
func lists(t *testing.T, open Open) {
	t.Run("only what can be used", func(t *testing.T) { listsUsable(t, frozen(t, open)) })
	t.Run("with the users, and filtered", func(t *testing.T) { listsFiltered(t, frozen(t, open)) })
	t.Run("page by page while sessions come and go", func(t *testing.T) { sessionWalk(t, frozen(t, open)) })
	t.Run("knowing whether there is more", func(t *testing.T) { sessionPages(t, frozen(t, open)) })
}

func sessionPlace(l port.Listed) port.Mark {
	return port.Mark{At: l.Session.CreatedAt(), ID: string(l.Session.ID())}
}

func listsUsable(t *testing.T, store Store) {
	names := map[domain.SessionID]string{}
	signInAs := func(name string, life domain.Lifetime) port.Opening {
		o := anOpening("anna")
		o.Life = life
		names[o.Session] = name
		mustOpen(t, store, o)
		return o
	}
	signInAs("idle", domain.Lifetime{Idle: idle, Max: lifetime})
	signInAs("short", domain.Lifetime{Idle: lifetime, Max: idle})
	signInAs("short idle", domain.Lifetime{Idle: 4 * time.Second, Max: lifetime}) // accepted for a second more
	used := signInAs("used", domain.Lifetime{Idle: idle, Max: lifetime})
	ended := signInAs("ended", domain.Lifetime{Idle: idle, Max: lifetime})
	requireUsable(t, store, names, "idle", "short", "short idle", "used", "ended")
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin(""))
	require.NoError(t, err)

	store.Advance(5*time.Second - time.Microsecond)
	requireUsable(t, store, names, "idle", "short", "short idle", "used")
	store.Advance(time.Microsecond)
	requireUsable(t, store, names, "idle", "short", "used")

	found := mustFind(t, store, used.Key)
	require.NoError(t, store.Sessions.Touch(t.Context(), []port.Use{{Key: used.Key, At: found.Now}}))
	store.Advance(idle - 5*time.Second - time.Microsecond)
	requireUsable(t, store, names, "idle", "short", "used")
	store.Advance(time.Microsecond)
	requireUsable(t, store, names, "idle", "used")
	store.Advance(grace - time.Microsecond)
	requireUsable(t, store, names, "idle", "used")
	store.Advance(time.Microsecond)
	requireUsable(t, store, names, "used")
	store.Advance(5 * time.Second)
	requireUsable(t, store, names)
}

func listsFiltered(t *testing.T, store Store) {
	at := func(subject, ip string) (port.Opening, port.Opened) {
		o := anOpening(subject)
		o.Client.IP = ip
		return o, mustOpen(t, store, o)
	}
	a1, anna := at("anna", "192.0.2.1")
	a2, _ := at("anna", "2001:db8::1")
	b1, bea := at("bea", "192.0.2.1")
	names := map[domain.SessionID]string{a1.Session: "a1", a2.Session: "a2", b1.Session: "b1"}

	tests := map[string]struct {
		query port.SessionQuery
		want  []string
	}{
		"all":                        {port.SessionQuery{}, []string{"a1", "a2", "b1"}},
		"a user's":                   {port.SessionQuery{User: anna.User.ID()}, []string{"a1", "a2"}},
		"from an address":            {port.SessionQuery{IP: "192.0.2.1"}, []string{"a1", "b1"}},
		"a user's from an address":   {port.SessionQuery{IP: "192.0.2.1", User: bea.User.ID()}, []string{"b1"}},
		"from a part of an address":  {port.SessionQuery{IP: "192.0.2"}, nil},
		"of a user who isn't there":  {port.SessionQuery{User: "nobody"}, nil},
		"of what can't be a user":    {port.SessionQuery{User: "\x00"}, nil},
		"from what can't be address": {port.SessionQuery{IP: "192.0.2.1\x00"}, nil},
		"broken UTF-8":               {port.SessionQuery{IP: "\xff"}, nil},
	}
	for name, tt := range tests {
		tt.query.Limit = everything
		page, err := store.Sessions.List(t.Context(), tt.query)
		require.NoError(t, err, name)
		var got []string
		for _, listed := range page.Items {
			got = append(got, names[listed.Session.ID()])
			key := map[string]domain.SessionKey{"a1": a1.Key, "a2": a2.Key, "b1": b1.Key}[names[listed.Session.ID()]]
			found := mustFind(t, store, key)
			require.Equal(t, found.Session.State(), listed.Session.State(), name)
			require.Equal(t, found.User.State(), listed.User.State(), name)
		}
		require.ElementsMatch(t, tt.want, got, name)
	}
	mark := port.Mark{At: farFuture, ID: "\x00\xff"}
	_, err := store.Sessions.List(t.Context(), port.SessionQuery{After: &mark, Limit: 1})
	require.NoError(t, err, "a mark that no store has given")
}

func sessionWalk(t *testing.T, store Store) {
	var openings []port.Opening
	for i := range 16 {
		if i == 6 || i == 11 {
			store.Advance(time.Microsecond)
		}
		o, _ := signIn(t, store, "anna")
		openings = append(openings, o)
	}
	gone := map[domain.SessionID]bool{}
	end := func() {
		o := openings[len(gone)]
		gone[o.Session] = true
		_, err := store.Sessions.End(t.Context(), domain.Selection{Session: o.Session}, byAdmin(""))
		require.NoError(t, err)
	}
	seen := walk(t, func(after *port.Mark) (port.Page[port.Listed], error) {
		return store.Sessions.List(t.Context(), port.SessionQuery{After: after, Limit: 3})
	}, sessionPlace, func() {
		if len(gone) < 3 {
			signIn(t, store, "bea")
			end()
		}
	})
	ids := map[domain.SessionID]bool{}
	for _, listed := range seen {
		ids[listed.Session.ID()] = true
	}
	for i, o := range openings {
		require.True(t, ids[o.Session] || gone[o.Session], "session %d, which was there all the time, is seen", i)
	}
}

func sessionPages(t *testing.T, store Store) {
	page, err := store.Sessions.List(t.Context(), port.SessionQuery{Limit: 1})
	require.NoError(t, err)
	require.Empty(t, page.Items)
	require.False(t, page.More)

	signIn(t, store, "anna")
	store.Advance(time.Microsecond)
	second, _ := signIn(t, store, "anna")
	store.Advance(time.Microsecond)
	ended, _ := signIn(t, store, "anna")
	_, err = store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin(""))
	require.NoError(t, err)
	for limit, more := range map[int]bool{1: true, 2: false, 3: false} {
		page, err = store.Sessions.List(t.Context(), port.SessionQuery{Limit: limit})
		require.NoError(t, err)
		require.Len(t, page.Items, min(limit, 2))
		require.Equal(t, second.Session, page.Items[0].Session.ID(), "the newest comes first")
		require.Equal(t, more, page.More, "more behind the first %d of 2", limit)
	}
}

package contract

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Sessions checks an implementation of port.Sessions.
func Sessions(t *testing.T, open Open) {
	t.Run("a session is found as it was opened", func(t *testing.T) { sessionRoundTrip(t, frozen(t, open)) })
	t.Run("a session is found whatever has become of it", func(t *testing.T) { sessionFound(t, frozen(t, open)) })
	t.Run("a session that isn't there", func(t *testing.T) { sessionAbsent(t, open(t)) })
	t.Run("a caller who has gone", func(t *testing.T) { sessionCallerGone(t, open(t)) })
	t.Run("the store's clock runs", func(t *testing.T) { clockRuns(t, open(t)) })
	t.Run("text that no store can keep", func(t *testing.T) { unkeepableClient(t, open(t)) })

	t.Run("open", func(t *testing.T) { opens(t, open) })
	t.Run("admit", func(t *testing.T) { admits(t, open) })
	t.Run("replace", func(t *testing.T) { replaces(t, open) })
	t.Run("end", func(t *testing.T) { ends(t, open) })
	t.Run("list", func(t *testing.T) { lists(t, open) })
	t.Run("touch", func(t *testing.T) { touches(t, open) })
}

func sessionRoundTrip(t *testing.T, store Store) {
	before := look(t, store)
	o := anOpening("anna")
	o.Identity.Name, o.Identity.Picture = "Änna 'the fox' 🦊 שלום", ""
	o.Client = domain.Client{IP: "2001:db8::1", UserAgent: `Möz/5.0 ("李"; 'x') \ 🦊`}
	o.Life = domain.Lifetime{Idle: idle + time.Microsecond, Max: lifetime + 7*time.Microsecond}
	opened := mustOpen(t, store, o)

	require.Equal(t, opened.Now.Truncate(time.Microsecond), opened.Now)
	user := domain.NewUser(o.NewUser, o.Identity, opened.Now)
	require.Equal(t, user.State(), opened.User.State())
	session, err := domain.NewSession(o.Session, user, o.Client, opened.Now, o.Life)
	require.NoError(t, err)
	require.Equal(t, session.State(), opened.Session.State())
	require.Zero(t, opened.Replaced, "nothing was replaced")

	found := mustFind(t, store, o.Key)
	require.Equal(t, opened.Session.State(), found.Session.State())
	require.Equal(t, opened.User.State(), found.User.State())
	require.Equal(t, opened.Now, found.Now)

	by := o.By
	by.User, by.Session = user.ID(), o.Session
	require.ElementsMatch(t, []domain.Event{
		{Action: domain.ActionUserCreated, By: by, User: user.ID()},
		{Action: domain.ActionSessionOpened, By: by, User: user.ID(), Session: o.Session},
	}, eventsSince(t, store, before))
}

func sessionFound(t *testing.T, store Store) {
	ended, opened := signIn(t, store, "anna")
	expired := afresh(ended)
	mustOpen(t, store, expired)
	reason := `why "not"? 🦊 — שלום`
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin(reason))
	require.NoError(t, err)
	ending := byAdmin(reason)
	ending.At = opened.Now

	for range 2 {
		requireEnded(t, ending, mustFind(t, store, ended.Key))
		store.Advance(2 * lifetime)
	}
	found := mustFind(t, store, expired.Key)
	require.Equal(t, opened.Now.Add(4*lifetime), found.Now)
	require.Nil(t, found.Session.State().Ending, "it has expired, nobody has ended it")
	require.ErrorIs(t, found.Session.Check(found.Now), domain.ErrSessionExpired)

	mustChange(t, store, opened.User.ID(), promote)
	found = mustFind(t, store, expired.Key)
	require.True(t, found.User.Admin(), "the user as of now")
}

func sessionAbsent(t *testing.T, store Store) {
	o, _ := signIn(t, store, "anna")
	found, err := store.Sessions.Find(t.Context(), domain.SessionKey(entropy()))
	require.ErrorIs(t, err, domain.ErrSessionNotFound)
	require.Zero(t, found)
	_, err = store.Sessions.Find(t.Context(), domain.SessionKey{})
	require.ErrorIs(t, err, domain.ErrSessionNotFound)
	mustFind(t, store, o.Key)
}

func sessionCallerGone(t *testing.T, store Store) {
	o, _ := signIn(t, store, "anna")
	next := afresh(o)
	next.Earlier = []domain.SessionKey{o.Key}
	gone(t, store, calls{
		"Open": func(ctx context.Context) error {
			_, err := store.Sessions.Open(ctx, next)
			return err
		},
		"Find": func(ctx context.Context) error {
			_, err := store.Sessions.Find(ctx, o.Key)
			return err
		},
		"List": func(ctx context.Context) error {
			_, err := store.Sessions.List(ctx, port.SessionQuery{Limit: 1})
			return err
		},
		"End": func(ctx context.Context) error {
			_, err := store.Sessions.End(ctx, domain.Selection{Session: o.Session}, byAdmin(""))
			return err
		},
		"Touch": func(ctx context.Context) error {
			return store.Sessions.Touch(ctx, []port.Use{{Key: o.Key, At: farFuture}})
		},
	})
	mustOpen(t, store, next) // its credential was not spent
}

func clockRuns(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna")
	last := opened.Now
	require.Eventually(t, func() bool { return mustFind(t, store, o.Key).Now.After(last) }, 10*time.Second, time.Millisecond)
	store.Advance(time.Hour)
	now := mustFind(t, store, o.Key).Now
	require.False(t, now.Before(last.Add(time.Hour)), "an hour after %v: %v", last, now)
	later := mustOpen(t, store, afresh(o))
	require.False(t, later.Session.CreatedAt().Before(now), "one clock for all")
}

// unkeepableClient: what a stranger can send with a sign-in must not make it fail. The domain drops what
// no store can keep, and Event.Storable does for the audit.
func unkeepableClient(t *testing.T, store Store) {
	o := anOpening("anna")
	o.Client = domain.Client{IP: "192.0.2.1\x00", UserAgent: "Fire\x00fox\xff\n"}
	o.By.RequestID = "request\x00\xff-1\r\n"
	o.Identity.Name = "An\x00na\xff"
	opened := mustOpen(t, store, o)
	assert.Equal(t, domain.Client{IP: "192.0.2.1", UserAgent: "Firefox"}, opened.Session.Client())
	found := mustFind(t, store, o.Key)
	assert.Equal(t, opened.Session.State(), found.Session.State())
	assert.Equal(t, "Anna", found.User.Name())
	for _, record := range records(t, store, port.AuditQuery{}) {
		assert.Equal(t, "request-1", record.By.RequestID)
	}
}

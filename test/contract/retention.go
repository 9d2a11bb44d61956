package contract

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Retention checks an implementation of port.Retention.
func Retention(t *testing.T, open Open) {
	t.Run("audit records go when they are older", func(t *testing.T) { sweepsAudit(t, frozen(t, open)) })
	t.Run("sessions go when they ended longer ago", func(t *testing.T) { sweepsSessions(t, frozen(t, open)) })
	t.Run("a session stays while its credential may be valid", func(t *testing.T) { keepsCredentials(t, frozen(t, open)) })
	t.Run("what can be used stays, however little is kept", func(t *testing.T) { keepsUsable(t, frozen(t, open)) })
	t.Run("in batches", func(t *testing.T) { sweepsInBatches(t, frozen(t, open)) })
	t.Run("many at once", func(t *testing.T) { sweepsAtOnce(t, frozen(t, open)) })
	t.Run("a caller who has gone", func(t *testing.T) { sweepCallerGone(t, frozen(t, open)) })
}

const (
	kept = 90 * 24 * time.Hour
	day  = 24 * time.Hour
)

func mustSweep(t *testing.T, store Store, keep time.Duration, limit int) int {
	t.Helper()
	n, err := store.Retention.Sweep(t.Context(), keep, limit)
	require.NoError(t, err)
	return n
}

// signInBriefly signs in by a credential that is valid for an hour.
func signInBriefly(t *testing.T, store Store, subject string) port.Opening {
	t.Helper()
	probe, opened := signIn(t, store, "probe")
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: probe.Session}, byAdmin(""))
	require.NoError(t, err)
	o := anOpening(subject)
	o.Identity.Credential.ExpiresAt = opened.Now.Add(time.Hour)
	mustOpen(t, store, o)
	return o
}

func requireSwept(t *testing.T, store Store, o port.Opening) {
	t.Helper()
	_, err := store.Sessions.Find(t.Context(), o.Key)
	require.ErrorIs(t, err, domain.ErrSessionNotFound)
}

func sweepsAudit(t *testing.T, store Store) {
	record(t, store, domain.Event{Action: domain.ActionLoginRefused, Detail: "old"})
	store.Advance(time.Microsecond)
	record(t, store, domain.Event{Action: domain.ActionLoginRefused, Detail: "young"})
	store.Advance(kept)

	require.Equal(t, 1, mustSweep(t, store, kept, 10))
	left := records(t, store, port.AuditQuery{})
	require.Len(t, left, 1, "what is just as old as is kept")
	require.Equal(t, "young", left[0].Detail)
	require.Zero(t, mustSweep(t, store, kept, 10))

	store.Advance(day)
	require.Equal(t, 1, mustSweep(t, store, kept, 10))
	record(t, store, domain.Event{Action: domain.ActionLoginRefused, Detail: "new"})
	require.Greater(t, records(t, store, port.AuditQuery{})[0].ID, left[0].ID, "ids are not used again")
}

func sweepsSessions(t *testing.T, store Store) {
	ended := signInBriefly(t, store, "anna")
	_, err := store.Sessions.End(t.Context(), domain.Selection{Session: ended.Session}, byAdmin(""))
	require.NoError(t, err)
	expired := signInBriefly(t, store, "anna")
	used := signInBriefly(t, store, "anna")
	store.Advance(idle / 2)
	touch(t, store, port.Use{Key: used.Key, At: mustFind(t, store, used.Key).Now})
	store.Advance(kept - idle/2) // "ended" is now as old as is kept, the others are younger

	mustSweep(t, store, kept, 100)
	mustFind(t, store, ended.Key)
	store.Advance(time.Microsecond)
	mustSweep(t, store, kept, 100)
	requireSwept(t, store, ended)
	mustFind(t, store, expired.Key)

	store.Advance(idle + 2*grace)
	mustSweep(t, store, kept, 100)
	requireSwept(t, store, expired)
	mustFind(t, store, used.Key)

	store.Advance(idle)
	mustSweep(t, store, kept, 100)
	requireSwept(t, store, used)
	user, err := store.Users.Find(t.Context(), ended.NewUser)
	require.NoError(t, err, "the account stays")
	require.Equal(t, ended.NewUser, user.ID())
}

func keepsCredentials(t *testing.T, store Store) {
	o, opened := signIn(t, store, "anna") // the credential lives long
	brief := afresh(o)
	brief.Identity.Credential.ExpiresAt = opened.Now.Add(kept + 2*day)
	mustOpen(t, store, brief)
	_, err := store.Sessions.End(t.Context(), domain.Selection{User: opened.User.ID()}, byAdmin(""))
	require.NoError(t, err)

	store.Advance(kept + 2*day - time.Microsecond)
	mustSweep(t, store, kept, 100)
	mustFind(t, store, o.Key)
	mustFind(t, store, brief.Key)
	_, err = store.Sessions.Open(t.Context(), withFreshKey(brief))
	require.ErrorIs(t, err, domain.ErrCredentialSpent)

	store.Advance(time.Microsecond)
	mustSweep(t, store, kept, 100)
	mustFind(t, store, o.Key)
	requireSwept(t, store, brief)
	_, err = store.Sessions.Open(t.Context(), withFreshKey(o))
	require.ErrorIs(t, err, domain.ErrCredentialSpent)
}

func keepsUsable(t *testing.T, store Store) {
	anOld := anOpening("anna")
	anOld.Identity.Credential.ExpiresAt = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	anOld.Life = domain.Lifetime{Idle: kept, Max: 2 * kept}
	mustOpen(t, store, anOld)
	store.Advance(kept + grace/2) // idle too long, but still accepted
	mustSweep(t, store, 0, 100)
	found := mustFind(t, store, anOld.Key)
	require.NoError(t, found.Session.Check(found.Now))

	store.Advance(grace)
	mustSweep(t, store, 0, 100)
	requireSwept(t, store, anOld)
}

func sweepsInBatches(t *testing.T, store Store) {
	var openings []port.Opening
	for range 7 {
		openings = append(openings, signInBriefly(t, store, "anna"))
	}
	store.Advance(kept + day)
	last := signInBriefly(t, store, "anna")

	before := len(records(t, store, port.AuditQuery{}))
	total := 0
	for range everything {
		n := mustSweep(t, store, kept, 2)
		require.LessOrEqual(t, n, 4, "at most 2 each of records and sessions")
		if n == 0 {
			break
		}
		total += n
	}
	sweptRecords := before - len(records(t, store, port.AuditQuery{}))
	require.Equal(t, sweptRecords+len(openings), total, "records and sessions that went")
	for _, o := range openings {
		requireSwept(t, store, o)
	}
	mustFind(t, store, last.Key)
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionSessionOpened}), 2, "today's")
}

func sweepsAtOnce(t *testing.T, store Store) {
	for range 20 {
		record(t, store, domain.Event{Action: domain.ActionLoginRefused})
	}
	store.Advance(kept + day)
	results := inParallel(4, func(int) error {
		_, err := store.Retention.Sweep(t.Context(), kept, 10)
		return err
	})
	require.NoError(t, errors.Join(results...))
	for mustSweep(t, store, kept, 10) > 0 {
		continue
	}
	require.Empty(t, records(t, store, port.AuditQuery{}))
}

func sweepCallerGone(t *testing.T, store Store) {
	record(t, store, domain.Event{Action: domain.ActionLoginRefused})
	store.Advance(kept + day)
	gone(t, store, calls{"Sweep": func(ctx context.Context) error {
		_, err := store.Retention.Sweep(ctx, kept, 10)
		return err
	}})
}

package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

var noon = time.Date(2030, time.May, 4, 12, 0, 0, 0, time.UTC)

func aUser() domain.User {
	return domain.NewUser("u1", domain.Identity{
		Issuer: "https://accounts.google.com", Subject: "1", Email: "anna@gmail.com", Name: "Anna",
	}, noon)
}

func aSession(t *testing.T, life domain.Lifetime) domain.Session {
	t.Helper()
	s, err := domain.NewSession("s1", aUser(), domain.Client{IP: "192.0.2.1", UserAgent: "Firefox"}, noon, life)
	require.NoError(t, err)
	return s
}

func TestNewSession(t *testing.T) {
	s := aSession(t, domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour})
	assert.Equal(t, domain.SessionState{
		ID: "s1", UserID: "u1", Client: domain.Client{IP: "192.0.2.1", UserAgent: "Firefox"},
		CreatedAt: noon, LastSeenAt: noon, IdleExpiresAt: noon.Add(time.Hour), ExpiresAt: noon.Add(8 * time.Hour),
	}, s.State())
	assert.Equal(t, s, domain.RestoreSession(s.State()))
	assert.Equal(t, domain.SessionID("s1"), s.ID())
	assert.Equal(t, domain.UserID("u1"), s.UserID())
	assert.Equal(t, domain.Client{IP: "192.0.2.1", UserAgent: "Firefox"}, s.Client())
	assert.Equal(t, noon, s.CreatedAt())
	assert.Equal(t, noon, s.LastSeenAt())
	assert.Equal(t, noon.Add(time.Hour), s.IdleExpiresAt())
	assert.Equal(t, noon.Add(8*time.Hour), s.ExpiresAt())
}

func TestNewSessionOfADisabledUser(t *testing.T) {
	user := aUser()
	require.NoError(t, user.Disable(domain.Principal{}, "", 1))
	s, err := domain.NewSession("s1", user, domain.Client{}, noon, domain.Lifetime{Idle: time.Hour, Max: time.Hour})
	require.ErrorIs(t, err, domain.ErrUserDisabled)
	assert.Zero(t, s)
}

func TestNewSessionCleansTheClient(t *testing.T) {
	tests := map[string]struct{ given, want string }{
		"plain":             {"Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"},
		"international":     {"Браузер 李 🦊", "Браузер 李 🦊"},
		"control":           {"a\x00b\r\nc\x1b[31m\x7f\u0085", "abc[31m"},
		"broken UTF-8":      {"a\xff\xc3b", "ab"},
		"direction":         {"a\u202eb\u2066c\u200f", "abc"},
		"space around":      {"  a b  ", "a b"},
		"400 characters":    {strings.Repeat("李", 400), strings.Repeat("李", 400)},
		"401 characters":    {strings.Repeat("李", 401), strings.Repeat("李", 400)},
		"cleaned, then cut": {strings.Repeat("\x00a", 401), strings.Repeat("a", 400)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			client := domain.Client{IP: "192.0.2.1\x00\n", UserAgent: tt.given}
			s, err := domain.NewSession("s1", aUser(), client, noon, domain.Lifetime{Idle: time.Hour, Max: time.Hour})
			require.NoError(t, err)
			assert.Equal(t, domain.Client{IP: "192.0.2.1", UserAgent: tt.want}, s.Client())
		})
	}
}

func TestSessionCheck(t *testing.T) {
	ending := domain.Ending{Cause: domain.CauseByAdmin, At: noon.Add(time.Minute), Reason: "lost phone"}
	tests := map[string]struct {
		life   domain.Lifetime
		ended  *domain.Ending
		after  time.Duration // since it was opened
		want   *domain.Error // nil: it can be used
		ending domain.Ending
	}{
		"new":                   {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}},
		"at the idle end":       {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}, after: time.Hour},
		"at the last moment":    {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}, after: time.Hour + time.Minute - 1},
		"idle too long":         {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}, after: time.Hour + time.Minute, want: domain.ErrSessionExpired, ending: domain.Ending{Cause: domain.CauseIdle, At: noon.Add(time.Hour + time.Minute)}},
		"idle much too long":    {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}, after: 100 * time.Hour, want: domain.ErrSessionExpired, ending: domain.Ending{Cause: domain.CauseIdle, At: noon.Add(time.Hour + time.Minute)}},
		"short idle, last":      {life: domain.Lifetime{Idle: 4 * time.Second, Max: time.Hour}, after: 5*time.Second - 1},
		"short idle, over":      {life: domain.Lifetime{Idle: 4 * time.Second, Max: time.Hour}, after: 5 * time.Second, want: domain.ErrSessionExpired, ending: domain.Ending{Cause: domain.CauseIdle, At: noon.Add(5 * time.Second)}},
		"before its lifetime":   {life: domain.Lifetime{Idle: 2 * time.Hour, Max: time.Hour}, after: time.Hour - 1},
		"at its lifetime":       {life: domain.Lifetime{Idle: 2 * time.Hour, Max: time.Hour}, after: time.Hour, want: domain.ErrSessionExpired, ending: domain.Ending{Cause: domain.CauseLifetime, At: noon.Add(time.Hour)}},
		"past both, life first": {life: domain.Lifetime{Idle: 2 * time.Hour, Max: time.Hour}, after: 9 * time.Hour, want: domain.ErrSessionExpired, ending: domain.Ending{Cause: domain.CauseLifetime, At: noon.Add(time.Hour)}},
		"no longer in its life": {life: domain.Lifetime{Idle: time.Hour, Max: time.Hour + time.Second}, after: time.Hour + time.Second, want: domain.ErrSessionExpired, ending: domain.Ending{Cause: domain.CauseLifetime, At: noon.Add(time.Hour + time.Second)}},
		"ended":                 {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}, ended: &ending, want: domain.ErrSessionRevoked, ending: ending},
		"ended, then expired":   {life: domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}, ended: &ending, after: 99 * time.Hour, want: domain.ErrSessionRevoked, ending: ending},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			state := aSession(t, tt.life).State()
			state.Ending = tt.ended
			err := domain.RestoreSession(state).Check(noon.Add(tt.after))
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, tt.want)
			var ended *domain.EndedError
			require.ErrorAs(t, err, &ended)
			assert.Equal(t, tt.ending, ended.Ending)
			assert.Equal(t, tt.want.Error(), err.Error())
		})
	}
}

func TestIdleExpiryIsNeverPastTheLifetime(t *testing.T) {
	s := aSession(t, domain.Lifetime{Idle: time.Hour, Max: 90 * time.Minute}).Seen(noon.Add(45 * time.Minute))
	assert.Equal(t, noon.Add(90*time.Minute), s.IdleExpiresAt())
	assert.Equal(t, noon.Add(105*time.Minute), s.State().IdleExpiresAt, "what is kept isn't cut")
}

func TestRenewal(t *testing.T) {
	tests := map[string]struct {
		idle  time.Duration
		after time.Duration
		due   bool
	}{
		"just opened":                           {idle: time.Hour},
		"a moment before a minute":              {idle: time.Hour, after: time.Minute - 1},
		"after a minute":                        {idle: time.Hour, after: time.Minute, due: true},
		"of 4 minutes, after a minute":          {idle: 4 * time.Minute, after: time.Minute, due: true},
		"of 2 minutes, before a quarter of it":  {idle: 2 * time.Minute, after: 30*time.Second - 1},
		"of 2 minutes, after a quarter of it":   {idle: 2 * time.Minute, after: 30 * time.Second, due: true},
		"a clock that shows less than was seen": {idle: time.Hour, after: -time.Hour},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := aSession(t, domain.Lifetime{Idle: tt.idle, Max: 24 * time.Hour})
			assert.Equal(t, tt.due, s.RenewalDue(noon.Add(tt.after)))
			seen := s.Seen(noon.Add(10 * time.Minute))
			assert.Equal(t, tt.due, seen.RenewalDue(noon.Add(10*time.Minute+tt.after)), "counted from the last use")
		})
	}
}

func TestSeen(t *testing.T) {
	s := aSession(t, domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour})
	want := s.State()
	want.LastSeenAt, want.IdleExpiresAt = noon.Add(time.Minute), noon.Add(time.Hour+time.Minute)

	seen := s.Seen(noon.Add(time.Minute))
	assert.Equal(t, want, seen.State())
	assert.Equal(t, noon, s.LastSeenAt(), "the session itself is as it was")
	assert.Equal(t, seen, seen.Seen(noon.Add(time.Minute)), "at the same time")
	assert.Equal(t, seen, seen.Seen(noon), "an earlier use")

	require.Error(t, s.Check(noon.Add(61*time.Minute)))
	require.NoError(t, seen.Check(noon.Add(61*time.Minute)))
}

func TestAUseDoesNotRevive(t *testing.T) {
	state := aSession(t, domain.Lifetime{Idle: time.Hour, Max: 8 * time.Hour}).State()
	state.Ending = &domain.Ending{Cause: domain.CauseSignedOut, At: noon}
	s := domain.RestoreSession(state).Seen(noon.Add(time.Minute))
	require.ErrorIs(t, s.Check(noon.Add(time.Minute)), domain.ErrSessionRevoked)
}

func TestRefusalOfEachCause(t *testing.T) {
	for cause, want := range map[domain.Cause]*domain.Error{
		domain.CauseIdle:          domain.ErrSessionExpired,
		domain.CauseLifetime:      domain.ErrSessionExpired,
		domain.CauseReplaced:      domain.ErrSessionReplaced,
		domain.CauseSignedOut:     domain.ErrSessionRevoked,
		domain.CauseByAdmin:       domain.ErrSessionRevoked,
		domain.CauseByUser:        domain.ErrSessionRevoked,
		domain.CauseUserDisabled:  domain.ErrSessionRevoked,
		domain.CauseUserDeleted:   domain.ErrSessionRevoked,
		domain.CauseRightsChanged: domain.ErrSessionRevoked,
		"from a newer version":    domain.ErrSessionRevoked,
	} {
		err := &domain.EndedError{Ending: domain.Ending{Cause: cause}}
		assert.Same(t, want, err.Unwrap(), cause)
		assert.Equal(t, domain.KindUnauthenticated, want.Kind)
	}
}

func TestEndingEvent(t *testing.T) {
	by := domain.Principal{User: "u9", IP: "192.0.2.9"}
	ending := domain.Ending{Cause: domain.CauseByAdmin, By: by, At: noon, Reason: "lost phone"}
	assert.Equal(t, domain.Event{
		Action: domain.ActionSessionEnded, By: by, Session: "s1", User: "u1", Reason: "lost phone", Detail: "by_admin",
	}, ending.Event("s1", "u1"))
}

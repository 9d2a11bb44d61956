package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

func userPlace(u domain.User) port.Mark { return port.Mark{At: u.CreatedAt(), ID: string(u.ID())} }

func userWalk(t *testing.T, store Store) {
	var there []domain.UserID
	for i := range 14 {
		if i == 5 || i == 10 {
			store.Advance(time.Microsecond)
		}
		_, opened := signIn(t, store, "user"+anID())
		there = append(there, opened.User.ID())
	}
	seen := walk(t, func(after *port.Mark) (port.Page[domain.User], error) {
		return store.Users.List(t.Context(), port.UserQuery{After: after, Limit: 3})
	}, userPlace, func() { signIn(t, store, "late"+anID()) })

	var ids []domain.UserID
	for _, user := range seen {
		ids = append(ids, user.ID())
	}
	require.Subset(t, ids, there, "who was there from the beginning is seen")
}

func userPages(t *testing.T, store Store) {
	page, err := store.Users.List(t.Context(), port.UserQuery{Limit: 1})
	require.NoError(t, err)
	require.Empty(t, page.Items)
	require.False(t, page.More)

	_, first := signIn(t, store, "anna")
	store.Advance(time.Microsecond)
	_, second := signIn(t, store, "bea")
	for limit, more := range map[int]bool{1: true, 2: false, 3: false} {
		page, err = store.Users.List(t.Context(), port.UserQuery{Limit: limit})
		require.NoError(t, err)
		require.Len(t, page.Items, min(limit, 2))
		require.Equal(t, second.User.State(), page.Items[0].State(), "the newest comes first")
		require.Equal(t, more, page.More, "more behind the first %d of 2", limit)
	}
	mark := userPlace(second.User)
	page, err = store.Users.List(t.Context(), port.UserQuery{After: &mark, Limit: 1})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	require.Equal(t, first.User.State(), page.Items[0].State())
	require.False(t, page.More)
}

func userFilters(t *testing.T, store Store) {
	for subject, who := range map[string]domain.Identity{
		"1": {Email: "Anna.Berg@Example.com", Name: "Anna Berg"},
		"2": {Email: "anna.berg@example.com", Name: "ÄNNCHEN Жукова"},
		"3": {Email: "100%_off@example.org", Name: `back\slash "quote" 'tick'`},
		"4": {Email: "xanna.berg@example.com"},
		"5": {Email: "çelik@example.org", Name: "李雷 🦊"},
	} {
		o := anOpening(subject)
		o.Identity.Email, o.Identity.Name = who.Email, who.Name
		mustOpen(t, store, o)
	}
	tests := map[string]struct {
		query port.UserQuery
		want  string // subjects
	}{
		"all":                            {port.UserQuery{}, "12345"},
		"email, however it was written":  {port.UserQuery{Email: "anna.berg@example.com"}, "12"},
		"email beyond ASCII":             {port.UserQuery{Email: "çelik@example.org"}, "5"},
		"email that nobody has":          {port.UserQuery{Email: "anna@example.com"}, ""},
		"email with wildcards":           {port.UserQuery{Email: "%@example.com"}, ""},
		"text in the email":              {port.UserQuery{Text: "NNA.BERG"}, "124"},
		"text in the name":               {port.UserQuery{Text: "anna b"}, "1"},
		"text in either":                 {port.UserQuery{Text: "berg"}, "124"},
		"text in another case, umlaut":   {port.UserQuery{Text: "ännChen"}, "2"},
		"text in another case, Cyrillic": {port.UserQuery{Text: "жУК"}, "2"},
		"text in another case, cedilla":  {port.UserQuery{Text: "ÇEL"}, "5"},
		"one character":                  {port.UserQuery{Text: "雷"}, "5"},
		"emoji":                          {port.UserQuery{Text: "🦊"}, "5"},
		"percent means itself":           {port.UserQuery{Text: "%"}, "3"},
		"underscore means itself":        {port.UserQuery{Text: "_"}, "3"},
		"backslash means itself":         {port.UserQuery{Text: `\`}, "3"},
		"double quote":                   {port.UserQuery{Text: `"q`}, "3"},
		"single quote":                   {port.UserQuery{Text: `'t`}, "3"},
		"star means itself":              {port.UserQuery{Text: "anna*"}, ""},
		"words of a query language":      {port.UserQuery{Text: "anna OR berg"}, ""},
		"text and email":                 {port.UserQuery{Text: "Ж", Email: "anna.berg@example.com"}, "2"},
		"nothing holds it":               {port.UserQuery{Text: "zzz"}, ""},
		"NUL in the text":                {port.UserQuery{Text: "anna\x00"}, ""},
		"NUL in the email":               {port.UserQuery{Email: "\x00"}, ""},
		"broken UTF-8 in the text":       {port.UserQuery{Text: "anna\xff"}, ""},
		"broken UTF-8 in the email":      {port.UserQuery{Email: "\xffanna"}, ""},
		"very long text":                 {port.UserQuery{Text: strings.Repeat("anna", 1000)}, ""},
	}
	for name, tt := range tests {
		tt.query.Limit = everything
		page, err := store.Users.List(t.Context(), tt.query)
		if !assert.NoError(t, err, name) {
			continue
		}
		var subjects []string
		for _, user := range page.Items {
			subjects = append(subjects, user.State().Subject)
		}
		assert.ElementsMatch(t, strings.Split(tt.want, "")[:len(tt.want)], subjects, name)
	}

	mark := port.Mark{At: farFuture, ID: "\x00\xff"}
	_, err := store.Users.List(t.Context(), port.UserQuery{After: &mark, Limit: 1})
	require.NoError(t, err, "a mark that no store has given")

	page, err := store.Users.List(t.Context(), port.UserQuery{Text: "berg", Limit: 2})
	require.NoError(t, err)
	require.True(t, page.More)
	mark = userPlace(page.Items[1])
	page, err = store.Users.List(t.Context(), port.UserQuery{Text: "berg", Limit: 2, After: &mark})
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	require.False(t, page.More)
}

func invitations(t *testing.T, store Store) {
	invitation, err := domain.NewInvitation("Bea@gmail.com", operator())
	require.NoError(t, err)
	before := look(t, store)
	require.NoError(t, store.Users.Invite(t.Context(), invitation))
	require.Equal(t, []domain.Event{
		{Action: domain.ActionUserInvited, By: operator(), Detail: "bea@gmail.com"},
	}, eventsSince(t, store, before))

	leavesNoTrace(t, store, func() {
		again, err := domain.NewInvitation("BEA@gmail.com", operator())
		require.NoError(t, err)
		require.ErrorIs(t, store.Users.Invite(t.Context(), again), domain.ErrAlreadyInvited)
	})
	other, err := domain.NewInvitation("cleo@gmail.com", operator())
	require.NoError(t, err)
	require.NoError(t, store.Users.Invite(t.Context(), other))

	o := anOpening("bea")
	o.Admission.Signup = domain.SignupInvited
	mustOpen(t, store, o)
	require.NoError(t, store.Users.Invite(t.Context(), invitation), "the first one is used up")
}

func parallelInvitations(t *testing.T, store Store) {
	results := inParallel(20, func(int) error {
		return store.Users.Invite(t.Context(), domain.Invitation{Email: "bea@gmail.com", By: operator()})
	})
	require.Equal(t, 1, count(results, nil), "%v", results)
	require.Equal(t, 19, count(results, domain.ErrAlreadyInvited), "%v", results)
	require.Len(t, records(t, store, port.AuditQuery{Action: domain.ActionUserInvited}), 1)
}

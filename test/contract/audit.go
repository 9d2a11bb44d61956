package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Audit checks an implementation of port.Audit. That a store records what it changes is
// checked where it changes it.
func Audit(t *testing.T, open Open) {
	t.Run("an event is listed as it was recorded", func(t *testing.T) { recordRoundTrip(t, frozen(t, open)) })
	t.Run("emails are those of today", func(t *testing.T) { recordEmails(t, open(t)) })
	t.Run("text that no store can keep is cleaned", func(t *testing.T) { recordCleaned(t, open(t)) })
	t.Run("a caller who has gone", func(t *testing.T) { auditCallerGone(t, open(t)) })
	t.Run("all events are recorded, or none", func(t *testing.T) { recordsAllOrNone(t, open(t)) })
	t.Run("parallel records lose none", func(t *testing.T) { parallelRecords(t, open(t)) })
	t.Run("the list is filtered", func(t *testing.T) { auditFilters(t, frozen(t, open)) })
	t.Run("the list is walked while records come in", func(t *testing.T) { auditWalk(t, frozen(t, open)) })
}

func record(t *testing.T, store Store, events ...domain.Event) {
	t.Helper()
	require.NoError(t, store.Audit.Record(t.Context(), events...))
}

func recordRoundTrip(t *testing.T, store Store) {
	_, opened := signIn(t, store, "anna") // tells the store's time
	before := look(t, store)
	store.Advance(time.Hour + time.Microsecond)
	event := domain.Event{
		Action: domain.ActionLoginRefused,
		By:     domain.Principal{User: "somebody", Session: "session-1", IP: "2001:db8::1", RequestID: "request-1"},
		User:   "somebody-else", Session: "session-2", Customer: 1<<53 + 1,
		Reason: `why "not"? 🦊 שלום`, Detail: `'detail' \ %`,
	}
	record(t, store, event, domain.Event{Action: domain.ActionUnconfirmed})
	record(t, store)

	got := records(t, store, port.AuditQuery{})
	require.Len(t, got, len(before.Audit)+2)
	require.Equal(t, before.Audit, got[2:])
	at := opened.Now.Add(time.Hour + time.Microsecond)
	require.Equal(t, domain.Record{ID: got[0].ID, At: at, Event: domain.Event{Action: domain.ActionUnconfirmed}}, got[0])
	require.Equal(t, domain.Record{ID: got[1].ID, At: at, Event: event}, got[1])
	require.Positive(t, got[2].ID)
	require.Greater(t, got[1].ID, got[2].ID)
	require.Greater(t, got[0].ID, got[1].ID, "events of one call in their order")

	for _, action := range domain.Actions() {
		record(t, store, domain.Event{Action: action})
		require.Equal(t, action, records(t, store, port.AuditQuery{})[0].Action)
	}
}

func recordEmails(t *testing.T, store Store) {
	o, anna := signIn(t, store, "anna")
	_, bea := signIn(t, store, "bea")
	record(t, store,
		domain.Event{Action: domain.ActionUserPromoted, By: domain.Principal{User: anna.User.ID()}, User: bea.User.ID()},
		domain.Event{Action: domain.ActionUserPromoted, By: domain.Principal{User: "gone"}, User: anna.User.ID()},
		domain.Event{Action: domain.ActionUserPromoted, By: domain.Principal{User: bea.User.ID()}},
	)
	o = afresh(o)
	o.Identity.Email = "Anna.New@gmail.com"
	mustOpen(t, store, o)

	var emails [][2]string
	for _, record := range records(t, store, port.AuditQuery{Action: domain.ActionUserPromoted}) {
		emails = append(emails, [2]string{record.ByEmail, record.UserEmail})
	}
	require.Equal(t, [][2]string{
		{"bea@gmail.com", ""}, {"", "Anna.New@gmail.com"}, {"Anna.New@gmail.com", "bea@gmail.com"},
	}, emails, "by whom and to whom")
}

func recordCleaned(t *testing.T, store Store) {
	event := domain.Event{
		Action: domain.ActionLoginRefused,
		By:     domain.Principal{IP: "192.0.2.1\x00", RequestID: "r\xff-1\r\n"},
		Reason: "be\x00cause\xff", Detail: "not_invited for a\x00\xffnna@example.com\n",
	}
	record(t, store, event)
	require.Equal(t, event.Storable(), records(t, store, port.AuditQuery{})[0].Event)
	require.Equal(t, "not_invited for anna@example.com", event.Storable().Detail)
}

func auditCallerGone(t *testing.T, store Store) {
	gone(t, store, calls{
		"Record": func(ctx context.Context) error {
			return store.Audit.Record(ctx, domain.Event{Action: domain.ActionLoginRefused})
		},
		"List": func(ctx context.Context) error {
			_, err := store.Audit.List(ctx, port.AuditQuery{Limit: 1})
			return err
		},
	})
}

func recordsAllOrNone(t *testing.T, store Store) {
	events := make([]domain.Event, 20)
	for i := range events {
		events[i] = domain.Event{Action: domain.ActionLoginRefused, Detail: fmt.Sprint(i)}
	}
	atAnyMoment(t, func(ctx context.Context, _ int) error {
		before := len(records(t, store, port.AuditQuery{}))
		err := store.Audit.Record(ctx, events...)
		recorded := len(records(t, store, port.AuditQuery{})) - before
		if err == nil {
			require.Equal(t, len(events), recorded)
		} else {
			require.Zero(t, recorded%len(events), "some were recorded, some not")
		}
		return err
	})
}

func parallelRecords(t *testing.T, store Store) {
	results := inParallel(20, func(i int) error {
		return store.Audit.Record(t.Context(), domain.Event{Action: domain.ActionLoginRefused, Detail: fmt.Sprint(i)})
	})
	require.NoError(t, errors.Join(results...))
	details := map[string]bool{}
	last := int64(1<<63 - 1)
	for _, record := range records(t, store, port.AuditQuery{}) {
		details[record.Detail] = true
		require.Less(t, record.ID, last, "the newest comes first")
		last = record.ID
	}
	require.Len(t, details, 20)
}

func auditFilters(t *testing.T, store Store) {
	_, opened := signIn(t, store, "anna")
	start := opened.Now.Add(time.Hour)
	store.Advance(time.Hour)
	for _, event := range []domain.Event{
		{Action: domain.ActionUserDisabled, By: domain.Principal{User: "u1"}, User: "u2", Detail: "1"},
		{Action: domain.ActionUserEnabled, By: domain.Principal{User: "u2"}, User: "u3", Detail: "2"},
		{Action: domain.ActionUserDisabled, By: domain.Principal{User: "u2"}, User: "u2", Detail: "3"},
		{Action: domain.ActionLoginRefused, Detail: "4"},
	} {
		record(t, store, event)
		store.Advance(time.Minute)
	}
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
	tests := map[string]struct {
		query port.AuditQuery
		want  []string // details, the newest first
	}{
		"since, itself included":     {port.AuditQuery{Since: minute(0)}, []string{"4", "3", "2", "1"}},
		"since a moment later":       {port.AuditQuery{Since: minute(0).Add(time.Microsecond)}, []string{"4", "3", "2"}},
		"since in another zone":      {port.AuditQuery{Since: minute(1).In(time.FixedZone("", -7*3600))}, []string{"4", "3", "2"}},
		"until, itself excluded":     {port.AuditQuery{Since: start, Until: minute(2)}, []string{"2", "1"}},
		"until a moment later":       {port.AuditQuery{Since: start, Until: minute(2).Add(time.Microsecond)}, []string{"3", "2", "1"}},
		"a window":                   {port.AuditQuery{Since: minute(1), Until: minute(3)}, []string{"3", "2"}},
		"an empty window":            {port.AuditQuery{Since: minute(3), Until: minute(3)}, nil},
		"by a user":                  {port.AuditQuery{User: "u1"}, []string{"1"}},
		"by or to a user, each once": {port.AuditQuery{User: "u2"}, []string{"3", "2", "1"}},
		"to a user":                  {port.AuditQuery{User: "u3"}, []string{"2"}},
		"an action":                  {port.AuditQuery{Action: domain.ActionUserDisabled}, []string{"3", "1"}},
		"an action of a user":        {port.AuditQuery{Action: domain.ActionUserEnabled, User: "u2"}, []string{"2"}},
		"all of it":                  {port.AuditQuery{Action: domain.ActionUserDisabled, User: "u2", Since: minute(1), Until: minute(9)}, []string{"3"}},
		"a user who has done none":   {port.AuditQuery{User: "u9"}, nil},
		"an action that isn't":       {port.AuditQuery{Action: "nothing"}, nil},
		"NUL in the user":            {port.AuditQuery{User: "u1\x00"}, nil},
		"NUL in the action":          {port.AuditQuery{Action: "\x00"}, nil},
		"broken UTF-8":               {port.AuditQuery{User: "\xff"}, nil},
		"long ago":                   {port.AuditQuery{Until: time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)}, nil},
		"far from now":               {port.AuditQuery{Since: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, nil},
	}
	for name, tt := range tests {
		var details []string
		for _, record := range records(t, store, tt.query) {
			details = append(details, record.Detail)
		}
		require.Equal(t, tt.want, details, name)
	}
}

func auditWalk(t *testing.T, store Store) {
	for i := range 11 {
		record(t, store, domain.Event{Action: domain.ActionLoginRefused, Detail: fmt.Sprint(i)})
	}
	q := port.AuditQuery{Action: domain.ActionLoginRefused, Limit: 3}
	var details []string
	for page := (port.Page[domain.Record]{More: true}); page.More; {
		var err error
		page, err = store.Audit.List(t.Context(), q)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Items), 3)
		require.NotEmpty(t, page.Items, "a page that the one before has promised")
		for _, record := range page.Items {
			details = append(details, record.Detail)
			q.After = record.ID
		}
		record(t, store, domain.Event{Action: domain.ActionLoginRefused, Detail: "late"})
	}
	require.Equal(t, []string{"10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}, details)

	for limit, more := range map[int]bool{14: true, 15: false, 16: false} {
		page, err := store.Audit.List(t.Context(), port.AuditQuery{Limit: limit})
		require.NoError(t, err)
		require.Equal(t, more, page.More, "more behind the first %d of 15", limit)
	}
}

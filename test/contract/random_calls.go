package contract

import (
	"cmp"
	"errors"
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// RandomCalls checks an implementation of port.Sessions and port.Users against another, such as
// the one in memory, which reference opens on a clock: random calls must have the same outcomes
// and leave the same behind. The flags of rapid apply; without them it makes 20 sequences.
func RandomCalls(t *testing.T, open Open, reference func(clock port.Clock) Store) {
	fewChecks(t)
	store := frozen(t, open)
	_, opened := signIn(t, store, "root") // tells the store's time
	now := opened.Now
	both := &pair{
		t: t, store: store, reference: reference(func() time.Time { return now }),
		advance: func(d time.Duration) { store.Advance(d); now = now.Add(d) },
		now:     func() time.Time { return now },
	}
	rapid.Check(t, func(r *rapid.T) {
		s := sequence{pair: both, r: r, suffix: anID()}
		s.start, s.referenceStart = lastRecord(t, both.store), lastRecord(t, both.reference)
		r.Repeat(map[string]func(*rapid.T){
			"open": s.open, "end": s.end, "touch": s.touch, "change": s.change, "invite": s.invite, "wait": s.wait,
		})
		s.compare()
		s.leave()
	})
}

func fewChecks(t *testing.T) {
	t.Helper()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]string{"rapid.checks": "20", "rapid.nofailfile": "true"} {
		if !given[name] {
			before := flag.Lookup(name).Value.String()
			require.NoError(t, flag.Set(name, value))
			t.Cleanup(func() { _ = flag.Set(name, before) })
		}
	}
}

func lastRecord(t *testing.T, store Store) int64 {
	t.Helper()
	page, err := store.Audit.List(t.Context(), port.AuditQuery{Limit: 1})
	require.NoError(t, err)
	if len(page.Items) == 0 {
		return 0
	}
	return page.Items[0].ID
}

// pair is the store under test and the reference, moved by one lever.
type pair struct {
	t                *testing.T
	store, reference Store
	advance          Advance
	now              func() time.Time
}

// sequence is one sequence of calls. Its people are its own, so that one sequence doesn't
// depend on another; the store is that of all.
type sequence struct {
	*pair
	r                     *rapid.T
	suffix                string
	start, referenceStart int64          // the last record of the audit before
	openings              []port.Opening // all that were tried
	users                 []domain.UserID
}

// same checks that a call has the same outcome in both. Of several refusals that apply each may
// choose, which only happens where a credential is spent.
func (s *sequence) same(what string, call func(store Store) (any, error)) {
	got, err := call(s.store)
	want, wanted := call(s.reference)
	var refusal *domain.Error
	switch {
	case errors.Is(wanted, domain.ErrCredentialSpent):
		require.ErrorAs(s.r, err, &refusal, what)
	case errors.As(wanted, &refusal):
		require.ErrorIs(s.r, err, refusal, what)
	default:
		require.NoError(s.r, wanted, what)
		require.NoError(s.r, err, what)
	}
	require.Equal(s.r, want, got, what)
}

// pick draws one of the items, or the zero value: always where there is none.
func pick[T any](r *rapid.T, items []T, what string) (item T) {
	if i := rapid.IntRange(-1, len(items)-1).Draw(r, what); i >= 0 {
		item = items[i]
	}
	return item
}

func (s *sequence) open(r *rapid.T) {
	s.advance(time.Microsecond) // which of two sessions is older must not depend on their ids
	o := anOpening(rapid.SampledFrom([]string{"anna", "bea", "cleo"}).Draw(r, "subject") + s.suffix)
	o.Admission.Signup = rapid.SampledFrom([]domain.Signup{domain.SignupOpen, domain.SignupInvited}).Draw(r, "signup")
	if rapid.Bool().Draw(r, "listed as admin") {
		o.Admission.AdminEmails = []string{domain.FoldEmail(o.Identity.Email)}
	}
	o.Most = rapid.IntRange(0, 3).Draw(r, "most")
	if earlier := pick(r, s.openings, "earlier"); earlier.Session != "" {
		o.Earlier = []domain.SessionKey{earlier.Key}
	}
	if spent := pick(r, s.openings, "credential of"); spent.Session != "" && rapid.IntRange(0, 3).Draw(r, "spent") == 0 {
		o.Identity.Credential = spent.Identity.Credential
	}
	s.same("open", func(store Store) (any, error) {
		opened, err := store.Sessions.Open(s.t.Context(), o)
		return []any{opened.Session.State(), opened.User.State(), opened.Now, opened.Replaced > 0}, err
	})
	s.openings = append(s.openings, o)
	if found, err := s.reference.Sessions.Find(s.t.Context(), o.Key); err == nil && !slices.Contains(s.users, found.User.ID()) {
		s.users = append(s.users, found.User.ID())
	}
}

func (s *sequence) end(r *rapid.T) {
	which := domain.Selection{
		Session: pick(r, s.openings, "session").Session, User: pick(r, s.users, "user"), Except: pick(r, s.openings, "except").Session,
	}
	if which.Session != "" && which.Session == which.Except {
		which.Except = ""
	}
	s.same("end", func(store Store) (any, error) {
		ended, err := store.Sessions.End(s.t.Context(), which, byAdmin("for a reason"))
		return ended.Count, err
	})
}

func (s *sequence) touch(r *rapid.T) {
	var uses []port.Use
	for range rapid.IntRange(0, 3).Draw(r, "uses") {
		back := rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, time.Hour}).Draw(r, "ago")
		uses = append(uses, port.Use{Key: pick(r, s.openings, "key of").Key, At: s.now().Add(-back)})
	}
	s.same("touch", func(store Store) (any, error) { return nil, store.Sessions.Touch(s.t.Context(), uses) })
}

// change counts the admins of the sequence alone.
func (s *sequence) change(r *rapid.T) {
	id := pick(r, s.users, "user")
	what := rapid.SampledFrom([]string{"promote", "demote", "disable", "enable", "nothing"}).Draw(r, "what")
	others := rapid.IntRange(0, 1).Draw(r, "other active admins")
	s.same(what, func(store Store) (any, error) {
		user, _, err := store.Users.Change(s.t.Context(), id, func(u *domain.User, _ int) error {
			switch what {
			case "promote":
				promote(u)
			case "demote":
				return demote(u, others)
			case "disable":
				return disable(u, others)
			case "enable":
				enable(u)
			}
			return nil
		})
		return user.State(), err
	})
}

func (s *sequence) invite(r *rapid.T) {
	invitation := domain.Invitation{Email: rapid.SampledFrom([]string{"anna", "bea"}).Draw(r, "whom") + s.suffix + "@gmail.com"}
	s.same("invite", func(store Store) (any, error) { return nil, store.Users.Invite(s.t.Context(), invitation) })
}

func (s *sequence) wait(r *rapid.T) {
	s.advance(rapid.SampledFrom([]time.Duration{time.Second, 20 * time.Minute, idle, idle + grace, lifetime}).Draw(r, "time"))
}

// compare checks that both have kept the same.
func (s *sequence) compare() {
	for _, o := range s.openings {
		s.same("find", func(store Store) (any, error) {
			found, err := store.Sessions.Find(s.t.Context(), o.Key)
			return []any{keptOf(found.Session), found.User.State(), found.Now}, err
		})
	}
	for _, user := range s.users {
		s.same("list", func(store Store) (any, error) {
			page, err := store.Sessions.List(s.t.Context(), port.SessionQuery{User: user, Limit: everything})
			var ids []domain.SessionID
			for _, listed := range page.Items {
				ids = append(ids, listed.Session.ID())
			}
			return ids, err
		})
	}
	require.Equal(s.r, s.recorded(s.reference, s.referenceStart), s.recorded(s.store, s.start), "the audit")
}

// keptOf is what a store must keep of a session: of who ended it, the user.
func keptOf(session domain.Session) domain.SessionState {
	state := session.State()
	if state.Ending != nil {
		state.Ending.By = domain.Principal{User: state.Ending.By.User}
	}
	return state
}

// recorded is what the sequence has left in the audit; the order within a call is free.
func (s *sequence) recorded(store Store, start int64) []domain.Record {
	page, err := store.Audit.List(s.t.Context(), port.AuditQuery{Limit: everything})
	require.NoError(s.r, err)
	var records []domain.Record
	for _, record := range page.Items {
		if record.ID > start {
			record.ID = 0
			records = append(records, record)
		}
	}
	slices.SortStableFunc(records, func(a, b domain.Record) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Action, b.Action), cmp.Compare(a.User, b.User), cmp.Compare(a.Session, b.Session))
	})
	return records
}

// leave lets no later sequence find a session or an administrator of this one.
func (s *sequence) leave() {
	for _, user := range s.users {
		s.same("leave", func(store Store) (any, error) {
			_, _, err := store.Users.Change(s.t.Context(), user, func(u *domain.User, _ int) error { return disable(u, 1) })
			return nil, err
		})
	}
}

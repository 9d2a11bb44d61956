package usecase_test

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"latchkey/adapter/memory"
	"latchkey/domain"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// house is every use case over one store, with the clock in hand.
type house struct {
	*memory.Store
	identities  *memory.Identities
	revocations *confirmations
	renewals    *usecase.Renewals
	login       *usecase.Login
	now         func() time.Time
	advance     func(time.Duration)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	clock := &clock{at: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	h := &house{
		Store:       memory.NewStore(clock.now),
		identities:  memory.NewIdentities(),
		revocations: &confirmations{},
		now:         clock.now,
		advance:     clock.advance,
	}
	h.renewals = usecase.NewRenewals(h.Sessions())
	h.login = &usecase.Login{
		Identities: h.identities, Sessions: h.Sessions(), Audit: h.Audit(), Limits: memory.NewLimits(clock.now),
		Confirmation: h.confirmation(), Entropy: entropy,
		Policy: usecase.LoginPolicy{
			Admission: domain.Admission{Signup: domain.SignupOpen, AdminEmails: []string{"root@gmail.com"}},
			Life:      domain.Lifetime{Idle: 30 * time.Minute, Max: 12 * time.Hour},
		},
	}
	return h
}

func (h *house) confirmation() usecase.Confirmation {
	return usecase.Confirmation{Revocations: h.revocations, Audit: h.Audit()}
}

func (h *house) authenticate(t *testing.T, secret domain.SessionSecret) (usecase.Authenticated, error) {
	t.Helper()
	uc := &usecase.Authenticate{Sessions: h.Sessions(), Renewals: h.renewals}
	return uc.Do(t.Context(), secret)
}

// credential returns a fresh credential for the person with this gmail address.
func (h *house) credential(name string) string {
	id := entropy()
	credential := domain.NewID(id)
	h.identities.Vouch(credential, domain.Identity{
		Issuer: "https://accounts.google.com", Subject: name, Email: name + "@gmail.com", EmailVerified: true, Name: name,
		Credential: domain.CredentialID{Hash: id, ExpiresAt: h.now().Add(time.Hour)},
	}, "")
	return credential
}

// signIn signs a person in.
func (h *house) signIn(t *testing.T, name string) usecase.LoginOutput {
	t.Helper()
	out, err := h.login.Do(t.Context(), usecase.LoginInput{Credential: h.credential(name)})
	require.NoError(t, err)
	return out
}

// actions lists what the audit holds, the newest first.
func (h *house) actions(t *testing.T) (actions []domain.Action, records []domain.Record) {
	t.Helper()
	page, err := h.Audit().List(t.Context(), port.AuditQuery{Limit: 1000})
	require.NoError(t, err)
	for _, r := range page.Items {
		actions = append(actions, r.Action)
	}
	return actions, page.Items
}

func by(out usecase.LoginOutput) domain.Principal {
	return domain.Principal{User: out.User.ID(), Session: out.Session.ID(), IP: "192.0.2.9", RequestID: "r"}
}

func entropy() (b [32]byte) {
	_, _ = rand.Read(b[:])
	return b
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// confirmations is a port.Revocations that can be out of reach.
type confirmations struct {
	down      error
	confirmed []port.Sequence
	withdrawn bool // a caller's context was cancelled when it asked
}

func (c *confirmations) Confirm(ctx context.Context, seq port.Sequence) error {
	c.withdrawn = c.withdrawn || ctx.Err() != nil
	if c.down != nil {
		return c.down
	}
	c.confirmed = append(c.confirmed, seq)
	return nil
}

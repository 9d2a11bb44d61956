package memory_test

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/adapter/memory"
	"latchkey/domain"
	"latchkey/test/contract"
	"latchkey/usecase/port"
)

func TestUsers(t *testing.T)     { contract.Users(t, open) }
func TestSessions(t *testing.T)  { contract.Sessions(t, open) }
func TestCustomers(t *testing.T) { contract.Customers(t, open) }
func TestAudit(t *testing.T)     { contract.Audit(t, open) }
func TestRetention(t *testing.T) { contract.Retention(t, open) }

func TestRevocations(t *testing.T) { contract.Revocations(t, open) }
func TestRandomCalls(t *testing.T) { contract.RandomCalls(t, open, reference) }

func TestLimits(t *testing.T) {
	contract.Limits(t, func(*testing.T) (port.Limits, contract.Advance) {
		c := &clock{}
		c.freeze()
		return memory.NewLimits(c.now), c.advance
	})
}

// TestIdentities mints by telling the identities what to vouch for.
func TestIdentities(t *testing.T) {
	contract.Identities(t, func(*testing.T) (port.Identities, contract.Mint) {
		identities := memory.NewIdentities()
		return identities, func(_ *testing.T, c contract.Claims) string {
			credential := strings.ToLower(rand.Text() + "." + rand.Text() + "." + rand.Text())
			if c.Age == 0 && !c.ForeignAudience && !c.ForeignKey {
				identities.Vouch(credential, domain.Identity{
					Issuer: "https://accounts.google.com", Subject: c.Subject,
					Email: c.Email, EmailVerified: c.EmailVerified, HostedDomain: c.HostedDomain, Name: c.Name, Picture: c.Picture,
					Credential: domain.CredentialID{
						Hash: sha256.Sum256([]byte(credential)), ExpiresAt: time.Now().Add(time.Hour),
					},
				}, c.Nonce)
			}
			return credential
		}
	})
}

// reference compares the store with itself: what is random then tests the comparison.
func reference(clock port.Clock) contract.Store {
	store := memory.NewStore(clock)
	return contract.Store{Users: store.Users(), Sessions: store.Sessions(), Audit: store.Audit()}
}

func open(*testing.T) contract.Store {
	c := &clock{}
	store := memory.NewStore(c.now)
	return contract.Store{
		Users: store.Users(), Sessions: store.Sessions(), Customers: store.Customers(), Audit: store.Audit(),
		Revocations: memory.Revocations{}, Retention: store.Retention(),
		Advance: c.advance, Freeze: c.freeze,
	}
}

// clock is the wall's until it is frozen, and ahead of it as it was told.
type clock struct {
	mu     sync.Mutex
	ahead  time.Duration
	frozen time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen.IsZero() {
		return time.Now().Add(c.ahead)
	}
	return c.frozen.Add(c.ahead)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func (c *clock) freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = time.Now()
}

package memory

import (
	"context"
	"sync"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// Identities is a port.Identities that knows the credentials it was told of.
type Identities struct {
	mu    sync.Mutex
	known map[string]vouched
}

type vouched struct {
	who   domain.Identity
	nonce string
}

var _ port.Identities = (*Identities)(nil)

// NewIdentities returns identities that know no credential.
func NewIdentities() *Identities { return &Identities{known: map[string]vouched{}} }

// Vouch makes the credential valid for the identity; with a nonce only for the browser that has it.
func (i *Identities) Vouch(credential string, who domain.Identity, nonce string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.known[credential] = vouched{who, nonce}
}

// Verify implements port.Identities.
func (i *Identities) Verify(ctx context.Context, credential, nonce string) (domain.Identity, error) {
	if err := gone(ctx); err != nil {
		return domain.Identity{}, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	found, known := i.known[credential]
	if !known {
		return domain.Identity{}, &domain.CredentialError{Fault: "unknown"}
	}
	if found.nonce != "" && found.nonce != nonce {
		return domain.Identity{}, &domain.CredentialError{Fault: "nonce"}
	}
	return found.who, nil
}

package port

import (
	"context"

	"latchkey/domain"
)

// Identities verifies credentials of an identity provider.
type Identities interface {
	// Verify returns whom the credential vouches for. nonce is what this browser was given for
	// the sign-in, or "". Every fault of the credential is a
	// *domain.CredentialError, which wraps domain.ErrInvalidCredential. domain.ErrUnavailable where the provider's keys can't be had. It does not spend the credential: Sessions.Open does.
	Verify(ctx context.Context, credential, nonce string) (domain.Identity, error)
}

package googleid

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"latchkey/adapter/googleid/compact"
	"latchkey/domain"
	"latchkey/usecase/port"
)

const (
	// leeway is how far the provider's clock may be from ours.
	leeway = 30 * time.Second

	// maxAge is how long after its making a token can be used, however far off its expiry is.
	maxAge = 10 * time.Minute
)

// Options are what a Verifier goes by.
type Options struct {
	Audiences    []string // the client ids whose tokens count
	Issuers      []string // the accepted iss, exact
	RequireNonce bool     // refuse tokens without a nonce

	// Pictures are prefixes of addresses that a picture may have beside https on
	// googleusercontent.com; each ends with a slash.
	Pictures []string

	Keys  *Keys
	Clock port.Clock
}

// Verifier is port.Identities for Google's ID tokens.
type Verifier struct {
	options Options
	parser  *jwt.Parser
}

var _ port.Identities = (*Verifier)(nil)

// NewVerifier makes a Verifier.
func NewVerifier(o Options) *Verifier {
	return &Verifier{
		options: o,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
			jwt.WithStrictDecoding(),
			jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(),
			jwt.WithLeeway(leeway),
			jwt.WithTimeFunc(o.Clock),
		),
	}
}

// Verify returns whom the token vouches for; see port.Identities. An unverified email is not
// refused: whether it will do is the policy's question. The token is spent by its jti, or by
// its signed part where it has none, never by its whole text: a signature can be written in
// several ways.
func (v *Verifier) Verify(ctx context.Context, credential, nonce string) (domain.Identity, error) {
	if err := ctx.Err(); err != nil {
		return domain.Identity{}, fmt.Errorf("verify a token: %w", err)
	}
	header, err := compact.Header(credential)
	if err != nil {
		return domain.Identity{}, refusal(err)
	}
	kid, err := keyID(header)
	if err != nil {
		return domain.Identity{}, refusal(err)
	}
	var said claims
	_, err = v.parser.ParseWithClaims(credential, &said, func(token *jwt.Token) (any, error) {
		return v.options.Keys.key(ctx, kid, token)
	})
	if err != nil {
		return domain.Identity{}, refusal(err)
	}
	if err := v.check(said, nonce); err != nil {
		return domain.Identity{}, refusal(err)
	}
	return v.identity(said, credential), nil
}

// keyID returns the id of the key that the header names, if there is nothing else in the
// header than Google puts there. The algorithm is the parser's matter.
func keyID(header map[string]any) (string, error) {
	for name := range header {
		switch name {
		case "alg", "kid", "typ":
		default:
			return "", compact.Fault("the header holds a member that is not alg, kid or typ")
		}
	}
	if typ, there := header["typ"]; there && typ != "JWT" {
		return "", compact.Fault("the header's typ is not JWT")
	}
	kid, ok := header["kid"].(string)
	if !ok || kid == "" {
		return "", compact.Fault("the header names no key")
	}
	return kid, nil
}

// refusal turns what went wrong into what port.Identities promises. What the library says is
// left out, for it quotes the token.
func refusal(err error) error {
	var fault compact.Fault
	switch {
	case errors.As(err, &fault):
		return &domain.CredentialError{Fault: fault.Error()}
	case errors.Is(err, context.Canceled), errors.Is(err, domain.ErrUnavailable):
		return err
	}
	for _, known := range []struct {
		err   error
		fault compact.Fault
	}{
		{jwt.ErrTokenRequiredClaimMissing, "exp is missing"},
		{jwt.ErrTokenExpired, "the token has expired"},
		{jwt.ErrTokenNotValidYet, "the token is not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "the token is issued in the future"},
		{jwt.ErrInvalidKeyType, "the signature is of another kind than the key"},
		{jwt.ErrTokenSignatureInvalid, "the signature or its algorithm is wrong"},
		{jwt.ErrTokenMalformed, "the token is malformed"},
	} {
		if errors.Is(err, known.err) {
			return &domain.CredentialError{Fault: known.fault.Error()}
		}
	}
	return &domain.CredentialError{Fault: "the token can't be verified"}
}

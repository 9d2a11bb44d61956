package googlestandin

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"sync"
)

// Keys keeps the key that tokens are signed with, where all replicas find it.
type Keys interface {
	// StandinKey returns the kept key: PEM. Where none is kept it keeps what fresh returns;
	// of several callers at the same time, in any number of processes, all get the same.
	StandinKey(ctx context.Context, fresh func() ([]byte, error)) ([]byte, error)
}

// signer signs with the kept key.
type signer struct {
	keys Keys

	mu     sync.Mutex
	loaded *rsa.PrivateKey
}

const (
	keyBits  = 2048
	pemLabel = "PRIVATE KEY"
)

// key returns the kept key, and remembers it once it was had.
func (s *signer) key(ctx context.Context) (*rsa.PrivateKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded != nil {
		return s.loaded, nil
	}
	kept, err := s.keys.StandinKey(ctx, freshKey)
	if err != nil {
		return nil, fmt.Errorf("get the stand-in's key: %w", err)
	}
	block, _ := pem.Decode(kept)
	if block == nil || block.Type != pemLabel {
		return nil, errors.New("read the stand-in's key: it is not a PEM private key; delete it to have a new one made")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the stand-in's key: %w", err)
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("read the stand-in's key: it is not an RSA key; delete it to have a new one made")
	}
	s.loaded = key
	return key, nil
}

// freshKey makes a key in the form that is kept.
func freshKey() ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode a key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemLabel, Bytes: der}), nil
}

// sign makes an RS256 signature (RFC 7518, section 3.3).
func sign(key *rsa.PrivateKey, input string) ([]byte, error) {
	digest := sha256.Sum256([]byte(input))
	return rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
}

// keyID names a key by its content: 40 hexadecimal digits, as Google's have.
func keyID(key *rsa.PublicKey) string {
	digest := sha256.Sum256(key.N.Bytes())
	return hex.EncodeToString(digest[:20])
}

// jwk is a public key as a JWK set holds it (RFC 7517, RFC 7518 section 6.3).
type jwk struct {
	Kty string `json:"kty"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	N   string `json:"n"`
	E   string `json:"e"`
}

func publicJWK(key *rsa.PublicKey) jwk {
	return jwk{
		Kty: "RSA", Use: "sig", Alg: "RS256", Kid: keyID(key),
		N: base64.RawURLEncoding.EncodeToString(key.N.Bytes()),
		E: base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
	}
}

// certs answers the JWK set that tokens are verified with.
func (s *Standin) certs(w http.ResponseWriter, r *http.Request) {
	key, err := s.signer.key(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=3600, must-revalidate, no-transform")
	writeJSON(w, http.StatusOK, map[string]any{"keys": []jwk{publicJWK(&key.PublicKey)}})
}

// discovery answers what OpenID Connect clients look for; there is no authorization endpoint.
func (s *Standin) discovery(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                issuer,
		"jwks_uri":                              s.options.PublicURL + Path + "certs",
		"response_types_supported":              []string{"id_token"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      []string{"openid", "email", "profile"},
		"claims_supported": []string{
			"aud", "azp", "email", "email_verified", "exp", "family_name", "given_name",
			"hd", "iat", "iss", "jti", "name", "nbf", "nonce", "picture", "sub",
		},
	})
}

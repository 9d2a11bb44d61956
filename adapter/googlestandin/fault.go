package googlestandin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
)

// draft is a token before it is signed.
type draft struct {
	now     int64 // seconds since 1970
	key     *rsa.PrivateKey
	header  map[string]any
	claims  map[string]any
	sign    func(input string) ([]byte, error)
	payload func([]byte) []byte // changes the claims as they are written; nil: doesn't
	finish  func(string) string // changes the finished token; nil: doesn't
}

// compact writes the token (RFC 7515, section 7.1).
func (d *draft) compact() (string, error) {
	header, err := json.Marshal(d.header)
	if err != nil {
		return "", fmt.Errorf("write the header: %w", err)
	}
	payload, err := json.Marshal(d.claims)
	if err != nil {
		return "", fmt.Errorf("write the claims: %w", err)
	}
	if d.payload != nil {
		payload = d.payload(payload)
	}
	input := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := d.sign(input)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	token := input + "." + base64.RawURLEncoding.EncodeToString(signature)
	if d.finish != nil {
		token = d.finish(token)
	}
	return token, nil
}

// fault is a way to make a token that must be refused.
type fault struct {
	Name  string
	About string
	spoil func(*draft)
}

// faultNames returns the names that POST token takes as fault.
func faultNames() []string {
	var names []string
	for _, f := range faults() {
		names = append(names, f.Name)
	}
	return names
}

// faults returns every fault: of time, of who and whom for, of form, of key and signature.
func faults() []fault {
	return []fault{
		{"expired", "exp is two minutes past", set(func(d *draft) map[string]any {
			return map[string]any{"iat": d.now - 300, "exp": d.now - 120}
		})},
		{"future", "issued in an hour", set(func(d *draft) map[string]any {
			return map[string]any{"iat": d.now + 3600, "exp": d.now + 7200}
		})},
		{"not_yet", "nbf is in an hour", set(func(d *draft) map[string]any { return map[string]any{"nbf": d.now + 3600} })},
		{"old", "issued half an hour ago; exp is fine", set(func(d *draft) map[string]any { return map[string]any{"iat": d.now - 1800} })},
		{"no_expiry", "exp is missing", without("exp")},
		{"no_issued_at", "iat is missing", without("iat")},
		{"float_time", "exp is a fraction", set(func(d *draft) map[string]any { return map[string]any{"exp": float64(d.now) + 3600.5} })},
		{"text_time", "exp is a text", set(func(d *draft) map[string]any { return map[string]any{"exp": fmt.Sprint(d.now + 3600)} })},

		{"wrong_audience", "aud is another client id", with("aud", "another.apps.googleusercontent.com")},
		{"list_audience", "aud is a list of ours and another", set(func(d *draft) map[string]any {
			return map[string]any{"aud": []any{d.claims["aud"], "another.apps.googleusercontent.com"}}
		})},
		{"no_audience", "aud is missing", without("aud")},
		{"foreign_azp", "azp is another client id", with("azp", "another.apps.googleusercontent.com")},
		{"wrong_issuer", "iss is another", with("iss", "https://accounts.example.com")},
		{"no_issuer", "iss is missing", without("iss")},
		{"no_subject", "sub is missing", without("sub")},
		{"folded_subject", "SUB in place of sub", func(d *draft) { d.claims["SUB"] = d.claims["sub"]; delete(d.claims, "sub") }},
		{"bad_subject", "sub holds what no sub has", with("sub", "../users/1")},
		{"no_email", "email is missing", without("email")},
		{"unverified", "email_verified is false", with("email_verified", false)},
		{"unverified_text", `email_verified is the text "true"`, with("email_verified", "true")},
		{"wrong_nonce", "nonce is nobody's", with("nonce", "nobody-has-been-given-this")},

		{"duplicate_claim", "sub is there twice", func(d *draft) {
			d.payload = func(p []byte) []byte { return append([]byte(`{"sub":"1",`), p[1:]...) }
		}},
		{"not_utf8", "locale is not UTF-8", func(d *draft) {
			d.payload = func(p []byte) []byte { return append([]byte("{\"locale\":\"\xff\","), p[1:]...) }
		}},
		{"control_text", "name holds NUL", with("name", "Ada\x00Lovelace")},
		{"list_payload", "the claims are in a list", func(d *draft) {
			d.payload = func(p []byte) []byte { return append(append([]byte("["), p...), ']') }
		}},
		{"too_long", "the token is over 8 KiB", with("locale", strings.Repeat("x", 9000))},
		{"four_parts", "a fourth part follows", func(d *draft) { d.finish = func(t string) string { return t + ".e30" } }},
		{"line_break", "a line break within the signature", func(d *draft) {
			d.finish = func(t string) string { return t[:len(t)-20] + "\r\n" + t[len(t)-20:] }
		}},

		{"bad_signature", "the signature is another's", func(d *draft) {
			d.sign = func(input string) ([]byte, error) { return sign(d.key, input+"x") }
		}},
		{"twin_signature", "the signature's unused last bits are set", func(d *draft) { d.finish = twin }},
		{"foreign_key", "signed by another key under our key's id", func(d *draft) { d.sign = foreign }},
		{"unknown_key", "signed by a key that the set doesn't have", func(d *draft) {
			d.header["kid"], d.sign = "0000000000000000000000000000000000000000", foreign
		}},
		{"no_kid", "kid is missing", func(d *draft) { delete(d.header, "kid") }},
		{"alg_none", "no signature, alg is none", func(d *draft) {
			d.header["alg"] = "none"
			d.sign = func(string) ([]byte, error) { return nil, nil }
		}},
		{"hs256", "signed with the public key as a secret", func(d *draft) { d.header["alg"], d.sign = "HS256", d.symmetric }},
		{"crit", "the header has crit", head("crit", []string{"exp"})},
		{"zip", "the header has zip", head("zip", "DEF")},
		{"bad_type", "typ is at+jwt", head("typ", "at+jwt")},
		{"embedded_key", "the header brings its own key", func(d *draft) { d.header["jwk"] = publicJWK(&d.key.PublicKey) }},
		{"key_address", "the header names an address for keys", head("jku", "https://accounts.example.com/certs")},
	}
}

func with(claim string, v any) func(*draft) { return func(d *draft) { d.claims[claim] = v } }

func without(claim string) func(*draft) { return func(d *draft) { delete(d.claims, claim) } }

func head(name string, v any) func(*draft) { return func(d *draft) { d.header[name] = v } }

func set(claims func(*draft) map[string]any) func(*draft) {
	return func(d *draft) {
		for name, v := range claims(d) {
			d.claims[name] = v
		}
	}
}

// foreign signs with a key that nobody has seen.
func foreign(input string) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	return sign(key, input)
}

// symmetric takes the public key, which everybody has, for a shared secret.
func (d *draft) symmetric(input string) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(&d.key.PublicKey)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	mac.Write([]byte(input))
	return mac.Sum(nil), nil
}

// twin writes the same signature in another way: the last character of 256 bytes in base64
// carries two bits, and four that lenient decoders pass over.
func twin(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, token[len(token)-1])
	return token[:len(token)-1] + string(alphabet[last|1])
}

package googleid

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"latchkey/adapter/googleid/compact"
	"latchkey/domain"
)

// claims is the payload of a token, read by the letter. A zero field was not there, or says
// nothing.
type claims struct {
	issuer        string
	subject       string
	audiences     []string
	party         string // azp
	email         string
	emailVerified bool
	hostedDomain  string
	name          string
	picture       string
	nonce         string
	id            string // jti
	issuedAt      time.Time
	expiresAt     time.Time
	notBefore     time.Time
}

// UnmarshalJSON reads the payload for the parser; every error is a compact.Fault.
func (c *claims) UnmarshalJSON(data []byte) error {
	payload, err := compact.Object(data)
	if err != nil {
		return err
	}
	for name, to := range map[string]*string{
		"iss": &c.issuer, "sub": &c.subject, "azp": &c.party, "email": &c.email, "hd": &c.hostedDomain,
		"name": &c.name, "picture": &c.picture, "nonce": &c.nonce, "jti": &c.id,
	} {
		v, there := payload[name]
		if !there {
			continue
		}
		text, ok := v.(string)
		if !ok {
			return compact.Fault(name + " is not a text")
		}
		if text == "" && (name == "azp" || name == "nonce" || name == "jti") {
			return compact.Fault(name + " is empty") // not the same as not there
		}
		*to = text
	}
	for name, to := range map[string]*time.Time{"iat": &c.issuedAt, "exp": &c.expiresAt, "nbf": &c.notBefore} {
		v, there := payload[name]
		if !there {
			continue
		}
		if *to, err = seconds(v); err != nil {
			return compact.Fault(name + " is not a whole number of seconds")
		}
	}
	c.emailVerified = payload["email_verified"] == true
	c.audiences, err = audiences(payload["aud"])
	return err
}

// audiences reads aud: a text, or a list of texts (RFC 7519, section 4.1.3).
func audiences(v any) ([]string, error) {
	if one, ok := v.(string); ok {
		return []string{one}, nil
	}
	list, ok := v.([]any)
	if !ok {
		return nil, compact.Fault("aud is not a text")
	}
	all := make([]string, len(list))
	for i, each := range list {
		if all[i], ok = each.(string); !ok {
			return nil, compact.Fault("aud is not a text")
		}
	}
	return all, nil
}

// maxDigits keeps times within the year 5138, so that no sum with them overflows.
const maxDigits = 11

// seconds reads a time in whole seconds since 1970. Fractions and exponents, which the RFC
// lets pass, are refused: Google writes none, and libraries round them differently.
func seconds(v any) (time.Time, error) {
	number, ok := v.(json.Number)
	if !ok || len(number) > maxDigits {
		return time.Time{}, strconv.ErrSyntax
	}
	n, err := strconv.ParseUint(number.String(), 10, 63)
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(int64(n), 0).UTC(), nil
}

// check applies what the parser doesn't.
func (v *Verifier) check(c claims, nonce string) error {
	o := v.options
	switch {
	case !slices.Contains(o.Issuers, c.issuer):
		return compact.Fault("iss is not an accepted issuer")
	case len(c.audiences) != 1 || !slices.Contains(o.Audiences, c.audiences[0]):
		return compact.Fault("aud is not ours alone")
	case c.party != "" && !slices.Contains(o.Audiences, c.party):
		return compact.Fault("azp is not ours")
	case !validSubject(c.subject):
		return compact.Fault("sub is missing or malformed")
	case c.issuedAt.IsZero():
		return compact.Fault("iat is missing")
	case !o.Clock().Before(c.issuedAt.Add(maxAge + leeway)):
		return compact.Fault("the token was issued too long ago")
	case !validEmail(c.email):
		return compact.Fault("email is missing or malformed")
	case len(c.id) > maxClaim:
		return compact.Fault("jti is too long")
	case c.nonce == "" && o.RequireNonce:
		return compact.Fault("nonce is missing")
	case c.nonce != "" && subtle.ConstantTimeCompare([]byte(c.nonce), []byte(nonce)) != 1:
		return compact.Fault("nonce is not this browser's")
	}
	return nil
}

// maxClaim is how many characters Google allows a sub, and as many do for the other ids.
const maxClaim = 255

func validSubject(s string) bool {
	return s != "" && len(s) <= maxClaim && !strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
	})
}

// maxEmail is RFC 5321's limit of a path, less its brackets.
const maxEmail = 254

// validEmail is no judge of addresses, for that is the issuer's affair: it keeps out what no
// address holds and what would deceive a reader.
func validEmail(s string) bool {
	local, host, found := strings.Cut(s, "@")
	return found && local != "" && host != "" && len(s) <= maxEmail && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r) || r == utf8.RuneError
	})
}

func (v *Verifier) identity(c claims, credential string) domain.Identity {
	issuer := c.issuer
	if !strings.Contains(issuer, "://") {
		issuer = "https://" + issuer
	}
	spent := []byte(credential[:strings.LastIndexByte(credential, '.')])
	if c.id != "" {
		spent = []byte("jti\x00" + issuer + "\x00" + c.id) // NUL occurs in no token: the two kinds never meet
	}
	who := domain.Identity{
		Issuer:        issuer,
		Subject:       c.subject,
		Email:         c.email,
		EmailVerified: c.emailVerified,
		HostedDomain:  c.hostedDomain,
		Name:          c.name,
		Credential:    domain.CredentialID{Hash: sha256.Sum256(spent), ExpiresAt: c.end()},
	}
	if v.validPicture(c.picture) {
		who.Picture = c.picture
	}
	return who
}

// end is when the token stops being acceptable, to the second.
func (c *claims) end() time.Time {
	end := c.issuedAt.Add(maxAge + leeway)
	if expiry := c.expiresAt.Add(leeway); expiry.Before(end) {
		end = expiry
	}
	return end
}

// validPicture reports whether a page may load the picture: only Google's addresses tell
// nobody else who looks at whom.
func (v *Verifier) validPicture(address string) bool {
	if slices.ContainsFunc(v.options.Pictures, func(prefix string) bool { return strings.HasPrefix(address, prefix) }) {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil &&
		(u.Host == "googleusercontent.com" || strings.HasSuffix(u.Host, ".googleusercontent.com"))
}

// The parser asks for these; what it gets no answer to is checked above.

// GetExpirationTime returns exp.
func (c *claims) GetExpirationTime() (*jwt.NumericDate, error) { return numericDate(c.expiresAt), nil }

// GetIssuedAt returns iat.
func (c *claims) GetIssuedAt() (*jwt.NumericDate, error) { return numericDate(c.issuedAt), nil }

// GetNotBefore returns nbf.
func (c *claims) GetNotBefore() (*jwt.NumericDate, error) { return numericDate(c.notBefore), nil }

// GetIssuer returns iss.
func (c *claims) GetIssuer() (string, error) { return c.issuer, nil }

// GetSubject returns sub.
func (c *claims) GetSubject() (string, error) { return c.subject, nil }

// GetAudience returns aud.
func (c *claims) GetAudience() (jwt.ClaimStrings, error) { return c.audiences, nil }

func numericDate(t time.Time) *jwt.NumericDate {
	if t.IsZero() {
		return nil
	}
	return jwt.NewNumericDate(t)
}

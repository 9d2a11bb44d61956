package googlestandin

import (
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// issuer is Google's, in the form that it signs today.
const issuer = "https://accounts.google.com"

const (
	maxBody     = 64 << 10
	lifetime    = time.Hour
	maxLifetime = 24 * 60 * 60 // seconds
	maxEmail    = 254
	maxName     = 200
	maxID       = 255
)

// tokenRequest is the body of POST token. A nil field was not said.
type tokenRequest struct {
	Email         string  `json:"email"`
	Name          *string `json:"name"`
	Sub           *string `json:"sub"`
	HD            *string `json:"hd"`
	EmailVerified *bool   `json:"email_verified"`
	Aud           *string `json:"aud"`
	Nonce         *string `json:"nonce"`
	ExpiresIn     *int    `json:"expires_in"`
	Fault         *string `json:"fault"`
}

// token makes a credential to order.
func (s *Standin) token(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" && !s.allowed(r, origin) {
		problem(w, http.StatusForbidden, "cross_origin", "Pages of this origin may not ask for tokens. Add it to the allowed origins.")
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		problem(w, http.StatusUnsupportedMediaType, "unsupported_media_type", "Send JSON, with Content-Type: application/json.")
		return
	}
	in, err := decodeTokenRequest(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		problem(w, http.StatusRequestEntityTooLarge, "too_large", "The body may have 64 KiB.")
		return
	}
	if err != nil {
		problem(w, http.StatusBadRequest, "malformed_request", err.Error())
		return
	}
	key, err := s.signer.key(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	credential, err := s.credential(key, in)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, map[string]string{"credential": credential})
}

// decodeTokenRequest reads and checks the body; its errors are sentences for the caller.
func decodeTokenRequest(body io.Reader) (tokenRequest, error) {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	var in tokenRequest
	if err := decoder.Decode(&in); err != nil {
		return in, readable(err)
	}
	if err := decoder.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return in, errors.New("Something follows the JSON object.") //nolint:staticcheck // a sentence for people
	}
	if fault := in.invalid(); fault != "" {
		return in, errors.New(fault)
	}
	return in, nil
}

// readable puts what encoding/json says into words for the caller.
func readable(err error) error {
	var tooLarge *http.MaxBytesError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return fmt.Errorf("%s can't be a JSON %s.", mistyped.Field, mistyped.Value) //nolint:staticcheck // a sentence for people
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return fmt.Errorf("There is no field %s.", strings.TrimPrefix(err.Error(), "json: unknown field ")) //nolint:staticcheck // a sentence for people
	default:
		return errors.New(`The body is not a JSON object like {"email": "ada@example.com"}.`) //nolint:staticcheck // a sentence for people
	}
}

var (
	subjectForm = regexp.MustCompile(`^[0-9A-Za-z_-]{1,255}$`)
	domainForm  = regexp.MustCompile(`^$|^[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?$`)
)

// invalid says what is wrong with the request, or "".
func (in *tokenRequest) invalid() string {
	switch {
	case in.Email == "":
		return "email is missing."
	case !validEmail(in.Email):
		return "email is not an address like ada@example.com."
	case in.Name != nil && !printable(*in.Name, maxName):
		return "name has at most 200 characters, and no control characters."
	case in.Sub != nil && !subjectForm.MatchString(*in.Sub):
		return "sub has 1 to 255 letters, digits, - or _."
	case in.HD != nil && !domainForm.MatchString(*in.HD):
		return "hd is a domain like example.com, or empty."
	case in.Aud != nil && (*in.Aud == "" || !printable(*in.Aud, maxID)):
		return "aud has 1 to 255 characters."
	case in.Nonce != nil && (*in.Nonce == "" || !printable(*in.Nonce, maxID)):
		return "nonce has 1 to 255 characters."
	case in.ExpiresIn != nil && (*in.ExpiresIn < -maxLifetime || *in.ExpiresIn > maxLifetime):
		return "expires_in is a number of seconds, a day at the most."
	case in.Fault != nil && !slices.ContainsFunc(faults(), func(f fault) bool { return f.Name == *in.Fault }):
		return "There is no such fault. The faults are: " + strings.Join(faultNames(), ", ") + "."
	}
	return ""
}

func validEmail(s string) bool {
	local, host, found := strings.Cut(s, "@")
	return found && local != "" && host != "" && !strings.Contains(host, "@") &&
		printable(s, maxEmail) && !strings.ContainsFunc(s, unicode.IsSpace)
}

func printable(s string, most int) bool {
	return utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == utf8.RuneError
	})
}

// credential makes the token that was asked for.
func (s *Standin) credential(key *rsa.PrivateKey, in tokenRequest) (string, error) {
	d := s.draft(key, in)
	if in.Fault != nil {
		for _, f := range faults() {
			if f.Name == *in.Fault {
				f.spoil(&d)
			}
		}
	}
	return d.compact()
}

// draft puts together what Google would sign for the person.
func (s *Standin) draft(key *rsa.PrivateKey, in tokenRequest) draft {
	now := s.options.Clock().Unix()
	name := nameOf(in.Email)
	if in.Name != nil && strings.TrimSpace(*in.Name) != "" {
		name = strings.TrimSpace(*in.Name)
	}
	audience := or(in.Aud, s.options.ClientIDs[0])
	random := s.options.Entropy()
	given, family := splitName(name)
	claims := map[string]any{
		"iss": issuer, "azp": audience, "aud": audience, "sub": or(in.Sub, subjectOf(in.Email)),
		"email": in.Email, "email_verified": or(in.EmailVerified, true),
		"name": name, "given_name": given, "picture": s.picture(name, in.Email),
		"nbf": now - 300, "iat": now, "exp": now + int64(or(in.ExpiresIn, int(lifetime/time.Second))),
		"jti": hex.EncodeToString(random[:20]),
	}
	if family != "" {
		claims["family_name"] = family
	}
	if hd := or(in.HD, hostedDomainOf(in.Email)); hd != "" {
		claims["hd"] = hd
	}
	if in.Nonce != nil {
		claims["nonce"] = *in.Nonce
	}
	return draft{
		now:    now,
		key:    key,
		header: map[string]any{"alg": "RS256", "kid": keyID(&key.PublicKey), "typ": "JWT"},
		claims: claims,
		sign:   func(input string) ([]byte, error) { return sign(key, input) },
	}
}

// or gives what was said, or what holds where nothing was.
func or[T any](said *T, otherwise T) T {
	if said != nil {
		return *said
	}
	return otherwise
}

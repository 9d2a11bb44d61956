// Package compact reads signed tokens in the compact form of RFC 7515, and refuses what the
// RFC leaves open and libraries read differently: white space inside, members said twice,
// text that is not UTF-8.
package compact

import (
	"encoding/base64"
	"strings"
)

// MaxLength is how many bytes a token may have; Google's have about 1200.
const MaxLength = 8 << 10

// Fault says why a token can't be read. It holds nothing of the token.
type Fault string

func (f Fault) Error() string { return string(f) }

// Header returns the header of a token whose three parts are well formed. The other two are
// not decoded, and nothing is verified. Every error is a Fault.
func Header(token string) (map[string]any, error) {
	if len(token) > MaxLength {
		return nil, Fault("the token is longer than 8 KiB")
	}
	if strings.ContainsFunc(token, func(r rune) bool { return !inAlphabet(r) }) {
		return nil, Fault("the token holds characters outside its alphabet")
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return nil, Fault("the token does not have three parts")
	}
	header, err := base64.RawURLEncoding.Strict().DecodeString(parts[0])
	if err != nil {
		return nil, Fault("the header is not base64url")
	}
	return Object(header)
}

func inAlphabet(r rune) bool {
	return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.'
}

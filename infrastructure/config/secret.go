package config

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

const mask = "xxxxx"

// SecretURL is an address that may hold a password. Whatever prints it (fmt, slog, JSON)
// shows it with the password masked; only Reveal gives all of it.
type SecretURL struct{ raw string }

// NewSecretURL hides the password of raw.
func NewSecretURL(raw string) SecretURL { return SecretURL{raw: raw} }

// Reveal returns the whole address, to connect with.
func (s SecretURL) Reveal() string { return s.raw }

// Empty says that there is no address.
func (s SecretURL) Empty() bool { return s.raw == "" }

func (s SecretURL) onPostgres() bool {
	return strings.HasPrefix(s.raw, "postgres://") || strings.HasPrefix(s.raw, "postgresql://")
}

// String shows the address with each password masked; what does not parse is masked whole.
func (s SecretURL) String() string {
	if s.raw == "" || strings.HasPrefix(s.raw, "sqlite://") {
		return s.raw // a path, which holds no password
	}
	u, err := url.Parse(s.raw)
	if err != nil || u.Opaque != "" || u.Scheme == "" {
		return mask
	}
	query := u.Query()
	for key := range query {
		if strings.Contains(strings.ToLower(key), "pass") {
			query.Set(key, mask)
			u.RawQuery = query.Encode()
		}
	}
	return u.Redacted()
}

// Format masks under every verb, those included that look inside a struct.
func (s SecretURL) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue masks in logs.
func (s SecretURL) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks in JSON and its like.
func (s SecretURL) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

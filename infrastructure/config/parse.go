package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The errors here end a sentence that names the setting, and hold no part of the value:
// it may be a secret.

func oneOf(value string, choices ...string) error {
	for _, choice := range choices {
		if value == choice {
			return nil
		}
	}
	last := len(choices) - 1
	return fmt.Errorf("must be %s or %s", strings.Join(choices[:last], ", "), choices[last])
}

// optional lets an empty value stand for nothing.
func optional[T any](parse func(string) (T, error)) func(string) (T, error) {
	return func(value string) (T, error) {
		if value == "" {
			var nothing T
			return nothing, nil
		}
		return parse(value)
	}
}

// listOf reads values separated by commas; empty entries and repeated ones are dropped. Every
// entry that is wrong is named, and so is a list without any: it would mean something else
// than what was meant.
func listOf[T comparable](parse func(string) (T, error)) func(string) ([]T, error) {
	return func(value string) ([]T, error) {
		var all []T
		var faults []string
		seen := map[T]bool{}
		for entry := range strings.SplitSeq(value, ",") {
			entry = strings.TrimSpace(entry)
			if entry == "" {
				continue
			}
			one, err := parse(entry)
			if err != nil {
				faults = append(faults, fmt.Sprintf("the entry %s %s", quote(entry), err))
				continue
			}
			if !seen[one] {
				seen[one] = true
				all = append(all, one)
			}
		}
		switch {
		case len(faults) > 0:
			return nil, errors.New(strings.Join(faults, ", "))
		case len(all) == 0 && value != "":
			return nil, errors.New("holds no entry")
		}
		return all, nil
	}
}

func parseAddr(value string) (string, error) {
	host, port, err := net.SplitHostPort(value)
	if err != nil || strings.ContainsAny(host, " /@") {
		return "", errors.New("must be HOST:PORT")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", errors.New("must be HOST:PORT with a port from 0 to 65535")
	}
	return value, nil
}

// parseOrigin takes scheme://host[:port] and writes it as browsers do in their Origin
// header: lower case, without the scheme's own port.
func parseOrigin(value string) (string, error) {
	if value == "*" || value == "null" {
		return "", errors.New("must be one exact origin: with credentials a browser accepts nothing less")
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", errors.New("must be an origin: http:// or https://, a host, and a port where it has one")
	}
	if u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.User != nil || strings.Contains(value, "#") {
		return "", errors.New("must be an origin alone, with nothing after host and port, a slash included")
	}
	host := strings.ToLower(u.Hostname())
	if strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`*"<>\^|`+"`{}", r) }) {
		return "", errors.New("must name its host in ASCII letters (as browsers send it: xn--…), without wildcards")
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := u.Port()
	if strings.HasSuffix(u.Host, ":") {
		return "", errors.New("ends in a colon without a port")
	}
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return u.Scheme + "://" + host, nil
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", errors.New("must have a port from 1 to 65535")
	}
	return u.Scheme + "://" + host + ":" + port, nil
}

func parseDatabaseURL(value string) (SecretURL, error) {
	path, embedded := strings.CutPrefix(value, "sqlite://")
	if !embedded {
		return parsePostgresURL(value)
	}
	switch {
	case path == "" || strings.HasSuffix(path, "/"):
		return SecretURL{}, errors.New("needs the path of a file after sqlite://")
	case strings.Contains(path, ":memory:"):
		return SecretURL{}, errors.New("must name a file: a database in memory would be another one for each connection")
	case strings.ContainsAny(path, "?#\x00"):
		return SecretURL{}, errors.New("must be sqlite:// and a path alone, without ? or #")
	}
	return NewSecretURL(value), nil
}

func parsePostgresURL(value string) (SecretURL, error) {
	if !NewSecretURL(value).onPostgres() {
		return SecretURL{}, errors.New("must begin with postgres:// (or, for the embedded database, sqlite://)")
	}
	u, err := url.Parse(value)
	if err != nil {
		return SecretURL{}, errNoURL()
	}
	if u.Fragment != "" {
		return SecretURL{}, errors.New("holds a # that is not percent-encoded (%23)")
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil {
		return SecretURL{}, errors.New("has parameters after the ? that can't be read")
	}
	if mode := u.Query().Get("sslmode"); mode != "" {
		if err := oneOf(mode, "disable", "allow", "prefer", "require", "verify-ca", "verify-full"); err != nil {
			return SecretURL{}, fmt.Errorf("has an sslmode that %w", err)
		}
	}
	return NewSecretURL(value), nil
}

func parseRedisURL(value string) (SecretURL, error) {
	u, err := url.Parse(value)
	if err != nil {
		return SecretURL{}, errNoURL()
	}
	if u.Scheme != "redis" && u.Scheme != "rediss" || u.Host == "" {
		return SecretURL{}, errors.New("must begin with redis:// or rediss:// and name a host")
	}
	return NewSecretURL(value), nil
}

func errNoURL() error {
	return errors.New("is no URL (in a password, percent-encode what is neither letter nor digit)")
}

func parseKeysURL(value string) (string, error) {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil {
		return "", errors.New("must be an https URL")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLocal(u.Hostname())) {
		return "", errors.New("must be an https URL (plain http only on this machine): who can change the keys can sign in as anybody")
	}
	return value, nil
}

// clientSecretPrefix begins what Google hands out beside a client id and what never
// belongs here.
const clientSecretPrefix = "GOCSPX-"

func parseClientID(value string) (string, error) {
	if strings.HasPrefix(value, clientSecretPrefix) {
		return "", errors.New("looks like a client secret, which this program neither needs nor wants")
	}
	return parseWord(value)
}

func parseWord(value string) (string, error) {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", errors.New("must not hold spaces or letters beyond ASCII")
	}
	return value, nil
}

func parseDomain(value string) (string, error) {
	value = strings.ToLower(value)
	if !strings.Contains(value, ".") || strings.ContainsFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
	}) {
		return "", errors.New("must be a domain name, such as example.com")
	}
	return value, nil
}

func parseEmail(value string) (string, error) {
	if parsed, err := mail.ParseAddress(value); err != nil || parsed.Address != value {
		return "", errors.New("must be an email address")
	}
	return value, nil
}

func parseNetwork(value string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(value)
	if err != nil {
		return netip.Prefix{}, errors.New("must be a network in CIDR form, such as 10.0.0.0/8 or 192.0.2.7/32")
	}
	return network.Masked(), nil
}

func parseDuration(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		return 0, errors.New("must be a duration above zero with its unit: 90s, 30m, 12h")
	}
	return d, nil
}

func parseCount(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > 1_000_000 {
		return 0, errors.New("must be a whole number from 0")
	}
	return n, nil
}

// isLocal says that a host name or address is this machine's own.
func isLocal(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

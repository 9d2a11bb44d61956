package googleid

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/MicahParks/jwkset"
)

const (
	// fetchTimeout is for the whole fetch, the body included.
	fetchTimeout = 3 * time.Second

	// maxBody is how many bytes a set of keys may have; Google's has about 1 KiB.
	maxBody = 1 << 20

	// The next refresh is at 80 % of what Cache-Control allows, within these bounds.
	refreshLeast = 5 * time.Minute
	refreshMost  = 6 * time.Hour

	// RSA keys below are weak (ASVS 11.2.3), keys above only cost time.
	minBits = 2048
	maxBits = 8192
)

// answer is a set of keys as it was fetched.
type answer struct {
	keys    []jwkset.JWK
	skipped int
	refresh time.Duration
}

// download asks the source once. An answer without a single usable key is an error.
func (k *Keys) download() (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.options.URL, nil)
	if err != nil {
		return answer{}, fmt.Errorf("ask for signing keys: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := k.client.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("ask for signing keys: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("ask for signing keys: status %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return answer{}, fmt.Errorf("read signing keys: %w", err)
	}
	if len(body) > maxBody {
		return answer{}, errors.New("read signing keys: the answer is over 1 MiB")
	}
	got, err := parseSet(body)
	if err != nil {
		return answer{}, err
	}
	got.refresh = refreshAfter(response.Header)
	return got, nil
}

// parseSet reads a JWK set (RFC 7517) entry by entry: one that is no use takes none with it.
func parseSet(body []byte) (answer, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return answer{}, errors.New("read signing keys: the answer is not a JSON object with keys")
	}
	var got answer
	known := map[string]bool{}
	for _, raw := range set.Keys {
		key, id, err := parseKey(raw)
		if err != nil || known[id] {
			got.skipped++
			continue
		}
		known[id] = true
		got.keys = append(got.keys, key)
	}
	if len(got.keys) == 0 {
		return answer{}, fmt.Errorf("read signing keys: none of %d entries is usable", len(set.Keys))
	}
	return got, nil
}

// parseKey reads an RSA key for signatures by RS256.
func parseKey(raw []byte) (jwkset.JWK, string, error) {
	var entry struct {
		Kty, Use, Alg, Kid, N, E string
	}
	if err := json.Unmarshal(raw, &entry); err != nil {
		return jwkset.JWK{}, "", fmt.Errorf("read key: %w", err)
	}
	if entry.Kty != "RSA" || entry.Use != "sig" || entry.Kid == "" || entry.Alg != "" && entry.Alg != "RS256" {
		return jwkset.JWK{}, "", errors.New("not a key for RS256 signatures")
	}
	n, err := base64.RawURLEncoding.DecodeString(entry.N)
	if err != nil {
		return jwkset.JWK{}, "", fmt.Errorf("read modulus: %w", err)
	}
	e, err := base64.RawURLEncoding.DecodeString(entry.E)
	if err != nil {
		return jwkset.JWK{}, "", fmt.Errorf("read exponent: %w", err)
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if bits := modulus.BitLen(); bits < minBits || bits > maxBits || modulus.Bit(0) == 0 {
		return jwkset.JWK{}, "", errors.New("a modulus of the wrong size")
	}
	if exponent.BitLen() > 31 || exponent.Bit(0) == 0 {
		return jwkset.JWK{}, "", errors.New("an exponent that no key has")
	}
	key, err := jwkset.NewJWKFromKey(
		&rsa.PublicKey{N: modulus, E: int(exponent.Int64())},
		jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{ALG: jwkset.AlgRS256, KID: entry.Kid, USE: jwkset.UseSig}},
	)
	return key, entry.Kid, err
}

// refreshAfter says when to ask again, by the answer's Cache-Control and Age.
func refreshAfter(header http.Header) time.Duration {
	var age, maxAge int
	for directive := range strings.SplitSeq(header.Get("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if strings.EqualFold(name, "max-age") {
			maxAge = wholeSeconds(strings.Trim(value, `"`))
		}
	}
	age = wholeSeconds(header.Get("Age"))
	fresh := time.Duration(maxAge-age) * time.Second
	return min(max(fresh*8/10, refreshLeast), refreshMost)
}

// wholeSeconds reads a number of seconds, a year at the most; what is none counts as 0.
func wholeSeconds(s string) int {
	const year = 365 * 24 * 60 * 60
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return min(n, year)
}

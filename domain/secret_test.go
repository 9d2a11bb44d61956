package domain_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

func aSecret() (s domain.SessionSecret) {
	for i := range s {
		s[i] = byte(7*i + 3)
	}
	return s
}

func TestSecretText(t *testing.T) {
	s := aSecret()
	text := s.Text()
	require.Len(t, text, 43)
	require.Regexp(t, `^[0-9A-Za-z_-]{43}$`, text)
	parsed, err := domain.ParseSessionSecret(text)
	require.NoError(t, err)
	require.Equal(t, s, parsed)
	require.Equal(t, domain.SessionKey(sha256.Sum256([]byte(text))), s.Key(), "the key is the text's SHA-256")

	other := s
	other[31] ^= 1
	require.NotEqual(t, s.Key(), other.Key())
}

func TestParseSecretTakesOneSpellingOnly(t *testing.T) {
	valid := aSecret().Text()
	last := strings.IndexByte(alphabet, valid[42])
	tests := map[string]string{
		"empty":                   "",
		"too short":               valid[:42],
		"too long":                valid + "A",
		"padded":                  valid + "=",
		"padded within length":    valid[:42] + "=",
		"standard alphabet +":     "+" + valid[1:],
		"standard alphabet /":     "/" + valid[1:],
		"line feed within length": valid[:20] + "\n" + valid[21:],
		"carriage return":         valid[:20] + "\r" + valid[21:],
		"line feed added":         valid + "\n",
		"line feed instead":       valid[:42] + "\n",
		"space":                   " " + valid[1:],
		"quoted":                  `"` + valid[2:] + `"`,
		"percent-encoded":         "%41" + valid[3:],
		"NUL":                     "\x00" + valid[1:],
		"broken UTF-8":            "\xff" + valid[1:],
		"letters beyond ASCII":    strings.Repeat("ä", 21) + "a",
		"twin 1 in unused bits":   valid[:42] + alphabet[last+1:last+2],
		"twin 2 in unused bits":   valid[:42] + alphabet[last+2:last+3],
		"twin 3 in unused bits":   valid[:42] + alphabet[last+3:last+4],
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := domain.ParseSessionSecret(text)
			require.ErrorIs(t, err, domain.ErrNotAuthenticated)
			assert.Zero(t, s)
		})
	}
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// TestEverySpelling: of the characters that can stand last, one in four is the true spelling.
func TestEverySpelling(t *testing.T) {
	accepted := 0
	for _, c := range alphabet {
		if _, err := domain.ParseSessionSecret(strings.Repeat("A", 42) + string(c)); err == nil {
			accepted++
		}
	}
	require.Equal(t, 16, accepted)
}

func TestSecretIsNeverPrinted(t *testing.T) {
	s := aSecret()
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "secret", s, "pointer", &s)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "secret", s, "pointer", &s)
	printed := []string{
		logged.String(), s.String(), fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s), fmt.Sprintf("%v", &s),
		fmt.Sprintf("%v", struct{ S domain.SessionSecret }{s}), fmt.Sprintf("%#v", struct{ S domain.SessionSecret }{s}),
	}
	for _, text := range printed {
		assert.Contains(t, text, "[hidden]")
		assert.NotContains(t, text, s.Text())
		assert.NotContains(t, text, "3 10 17", "the bytes as numbers")
		assert.NotContains(t, text, "0x3, 0xa", "the bytes in Go syntax")
	}
	assert.NotContains(t, logged.String(), "AwoR", "base64 of the bytes")
}

func FuzzParseSessionSecret(f *testing.F) {
	f.Add(aSecret().Text())
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := domain.ParseSessionSecret(text)
		if err == nil && s.Text() != text {
			t.Fatalf("%q is another spelling of %q", text, s.Text())
		}
	})
}

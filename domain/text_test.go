package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

func TestFoldEmail(t *testing.T) {
	for given, want := range map[string]string{
		"anna@gmail.com":      "anna@gmail.com",
		" Anna@GMail.COM\n":   "anna@gmail.com",
		"ÄNNA@MÜNCHEN.DE":     "änna@münchen.de",
		"ЖУК@ПРИМЕР.РФ":       "жук@пример.рф",
		"":                    "",
		"anna+tag@gmail.com":  "anna+tag@gmail.com",
		"an.na@gmail.com":     "an.na@gmail.com",
		"STRASSE@example.com": "strasse@example.com",
		"straße@example.com":  "straße@example.com",
	} {
		assert.Equal(t, want, domain.FoldEmail(given), "%q", given)
	}
}

func TestReason(t *testing.T) {
	for given, want := range map[string]string{
		"":                           "",
		"  lost phone ":              "lost phone",
		"\x00\n":                     "",
		"a\x00b\r\nc\td\x1b[31m":     "abcd[31m",
		"a\xffb":                     "ab",
		"до мая; \"שלום\" 李 🦊":       "до мая; \"שלום\" 李 🦊",
		"a\u202eb\u2069c":            "abc",
		strings.Repeat("李", 500):     strings.Repeat("李", 500),
		strings.Repeat("a\x00", 500): strings.Repeat("a", 500),
	} {
		reason, err := domain.NewReason(given)
		require.NoError(t, err)
		assert.Equal(t, want, reason, "%q", given)
	}
	reason, err := domain.NewReason(strings.Repeat("李", 501))
	require.Equal(t, "A reason has at most 500 characters.", faultOf(t, err, "reason"))
	assert.Empty(t, reason)
}

func TestStorableEvent(t *testing.T) {
	clean := domain.Event{
		Action:   domain.ActionLoginRefused,
		By:       domain.Principal{User: "u1", Session: "s1", IP: "192.0.2.1", RequestID: "r1"},
		User:     "u2",
		Session:  "s2",
		Customer: 7,
		Reason:   `"why" 李 🦊`,
		Detail:   "detail",
	}
	assert.Equal(t, clean, clean.Storable(), "what can be kept stays as it is")

	dirty := clean
	dirty.By.IP, dirty.By.RequestID = "192.0.2.1\x00", "\xffr1\r\n"
	dirty.Reason, dirty.Detail = "\"why\"\x00 李 \u202e🦊", "det\xe6\x9dail\n"
	assert.Equal(t, clean, dirty.Storable())
}

func TestNewID(t *testing.T) {
	var a, b [32]byte
	assert.Equal(t, strings.Repeat("a", 26), domain.NewID(a))
	for i := range b {
		b[i] = 0xff
	}
	id := domain.NewID(b)
	assert.Equal(t, strings.Repeat("7", 25)+"4", id)
	assert.Regexp(t, "^[a-z2-7]{26}$", id)

	seen := map[string]bool{}
	for bit := range 128 { // each of the first 128 bits counts
		c := a
		c[bit/8] ^= 1 << (bit % 8)
		seen[domain.NewID(c)] = true
	}
	assert.Len(t, seen, 128)
}

func TestSelection(t *testing.T) {
	key := domain.SessionKey{1}
	tests := map[string]struct {
		which      domain.Selection
		one, empty bool
	}{
		"nothing":         {domain.Selection{}, false, true},
		"only a spared":   {domain.Selection{Except: "s1"}, false, true},
		"a session":       {domain.Selection{Session: "s1"}, true, false},
		"a user's":        {domain.Selection{User: "u1", Session: "s1"}, true, false},
		"a key":           {domain.Selection{Key: &key}, false, false},
		"a user":          {domain.Selection{User: "u1"}, false, false},
		"a user but this": {domain.Selection{User: "u1", Except: "s1"}, false, false},
	}
	for name, tt := range tests {
		assert.Equal(t, tt.one, tt.which.One(), name)
		assert.Equal(t, tt.empty, tt.which.Empty(), name)
	}
}

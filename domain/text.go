package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// storable reports whether every store can keep s: PostgreSQL takes neither NUL nor
// broken UTF-8, SQLite takes both and gives them back.
func storable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

// printable drops what no display name holds: control characters, broken UTF-8, and the
// invisible ones that change the direction of the text around them.
func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s))
}

// ascii reports whether s is in ASCII alone.
func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// clip cuts s to at most n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// FoldEmail gives the form under which emails are compared and looked up.
func FoldEmail(email string) string {
	return strings.ToLower(strings.TrimSpace(email))
}

// maxReason is how many characters of a reason are kept.
const maxReason = 500

// NewReason cleans what an administrator gave as a reason: control characters are dropped.
// Over 500 characters it returns a *FieldsError.
func NewReason(text string) (string, error) {
	reason := printable(text)
	if utf8.RuneCountInString(reason) > maxReason {
		return "", &FieldsError{map[string]string{"reason": "A reason has at most 500 characters."}}
	}
	return reason, nil
}

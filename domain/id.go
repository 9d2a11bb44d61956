package domain

import (
	"encoding/base32"
	"strings"
	"time"
)

// NewID turns random bits into a public id: 26 lower-case letters and digits, 128 bits.
func NewID(entropy [32]byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(entropy[:16]))
}

// Rate is how often something may be done; the zero Rate sets no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// Selection says which sessions to end. Every field that is set narrows it; the empty one
// selects none.
type Selection struct {
	Session SessionID
	Key     *SessionKey
	User    UserID
	Except  SessionID // spared
}

// One reports whether the selection names a single session, so that absence is worth telling.
func (s Selection) One() bool { return s.Session != "" }

// Empty reports whether the selection names nothing.
func (s Selection) Empty() bool { return s.Session == "" && s.Key == nil && s.User == "" }

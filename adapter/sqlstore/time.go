package sqlstore

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// moment is a time as the database keeps it: to the microsecond, UTC. The zero time is NULL.
type moment struct{ time.Time }

// Times travel as text of one width: SQLite has no type for them and compares them as text,
// PostgreSQL reads it as a timestamptz.
const (
	momentText = "2006-01-02 15:04:05.000000-07:00"
	parsedText = "2006-01-02 15:04:05.999999999-07:00"
)

// Times outside of these can't be written in that width. None is kept; a forged place in a
// list may hold one.
//
//nolint:gochecknoglobals // constants
var (
	earliest = time.Date(1, time.January, 1, 0, 0, 0, 1000, time.UTC)
	latest   = time.Date(9999, time.December, 31, 23, 59, 59, 0, time.UTC)
)

// Value implements driver.Valuer.
func (m moment) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil // NULL
	}
	at := m.UTC()
	switch {
	case at.Before(earliest):
		at = earliest
	case at.After(latest):
		at = latest
	}
	return at.Format(momentText), nil
}

// Scan implements sql.Scanner. SQLite's driver gives text for what comes from an expression.
func (m *moment) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		m.Time = time.Time{}
	case time.Time:
		m.Time = value.UTC()
	case string:
		return m.parse(value)
	case []byte:
		return m.parse(string(value))
	default:
		return fmt.Errorf("a time, and not a %T", value)
	}
	return nil
}

func (m *moment) parse(text string) error {
	at, err := time.Parse(parsedText, text)
	m.Time = at.UTC()
	return err
}

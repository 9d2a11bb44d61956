package httpapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const (
	usualLimit  = 100
	mostLimit   = 1000
	longestText = 400  // characters of a filter
	longestMark = 4096 // bytes of a cursor
)

// query reads the parameters that a handler knows; others are ignored. It keeps the first
// fault in err: a parameter that is there twice or can't be used is invalid_parameter.
type query struct {
	list   string // the route
	values url.Values
	err    error
}

func queryOf(c *gin.Context) *query {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	q := &query{list: c.FullPath(), values: values}
	if err != nil {
		q.err = &refusal{http.StatusBadRequest, "invalid_parameter", "The query can't be read; percent-encode its values."}
	}
	return q
}

func (q *query) fail(name, format string, args ...any) {
	if q.err == nil {
		q.err = &refusal{
			http.StatusBadRequest, "invalid_parameter",
			fmt.Sprintf("The parameter %s %s.", name, fmt.Sprintf(format, args...)),
		}
	}
}

// text returns the value of a parameter that says what is looked for; "" where it is absent or empty.
func (q *query) text(name string) string {
	text := q.whole(name)
	if utf8.RuneCountInString(text) > longestText {
		q.fail(name, "is too long: at most %d characters", longestText)
		return ""
	}
	return text
}

// whole returns the parameter's value, however long; "" where it is absent or empty.
func (q *query) whole(name string) string {
	given := q.values[name]
	switch {
	case len(given) == 0:
		return ""
	case len(given) > 1:
		q.fail(name, "is there more than once")
	case !utf8.ValidString(given[0]) || strings.ContainsRune(given[0], 0):
		q.fail(name, "is no text: it must be UTF-8 without NUL")
	default:
		return given[0]
	}
	return ""
}

// limit returns how many items a page may have.
func (q *query) limit() int {
	text := q.text("limit")
	if text == "" {
		return usualLimit
	}
	limit, err := strconv.ParseUint(text, 10, 16)
	if err != nil || limit < 1 || limit > mostLimit {
		q.fail("limit", "must be a whole number from 1 to %d", mostLimit)
		return usualLimit
	}
	return int(limit)
}

// time returns the time that the parameter names, or the zero one.
func (q *query) time(name string) time.Time {
	text := q.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		q.fail(name, "must be a time like 2030-01-31T08:30:00Z (a + in it is written %%2B)")
	}
	return at.UTC()
}

// cursor reads where the page begins into the struct that mark points to, and reports whether there is
// a cursor at all. That of another list is refused.
func (q *query) cursor(mark any) bool {
	text := q.whole("cursor")
	if text == "" {
		return false
	}
	if len(text) <= longestMark {
		body, err := base64.RawURLEncoding.DecodeString(text)
		body, ours := bytes.CutPrefix(body, []byte(q.list+" "))
		if err == nil && ours && decodeJSON(body, mark) == nil {
			return true
		}
	}
	q.fail("cursor", "is not one of this list: use next_cursor of the page before")
	return false
}

// nextCursor is the cursor of this list's page behind mark; nil at the end.
func (q *query) nextCursor(more bool, mark any) (*string, error) {
	if !more {
		return nil, nil
	}
	body, err := json.Marshal(mark)
	if err != nil {
		return nil, fmt.Errorf("make cursor: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(append([]byte(q.list+" "), body...))
	return &text, nil
}

package sqlstore

import (
	"strconv"
	"strings"

	"latchkey/domain"
	"latchkey/usecase/port"
)

// conditions are what rows must meet, all of them, with the values they speak of.
type conditions struct {
	terms []string
	args  []any
}

// add adds a condition; each ? in it stands for one of the values.
func (c *conditions) add(term string, values ...any) {
	for _, value := range values {
		term = strings.Replace(term, "?", c.value(value), 1)
	}
	c.terms = append(c.terms, term)
}

// value adds a value and returns how the query speaks of it.
func (c *conditions) value(value any) string {
	c.args = append(c.args, value)
	return "$" + strconv.Itoa(len(c.args))
}

// keys adds sessions' keys and returns how the query lists them.
func (c *conditions) keys(keys []domain.SessionKey) string {
	marks := make([]string, len(keys))
	for i, key := range keys {
		marks[i] = c.value(key[:])
	}
	return strings.Join(marks, ", ")
}

// where gives the WHERE clause.
func (c *conditions) where() string {
	if len(c.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.terms, " AND ")
}

// placeholders gives rows of values: ($1, $2), ($3, $4), …, each ending with what is fixed.
func placeholders(rows, columns int, fixed string) string {
	var b strings.Builder
	n := 0
	for row := range rows {
		if row > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for column := range columns {
			if column > 0 {
				b.WriteString(", ")
			}
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(fixed + ")")
	}
	return b.String()
}

// page cuts rows, of which one more than the limit was asked for, to a page.
func page[R, T any](rows []R, limit int, item func(R) T) port.Page[T] {
	var p port.Page[T]
	if p.More = len(rows) > limit; p.More {
		rows = rows[:limit]
	}
	for _, row := range rows {
		p.Items = append(p.Items, item(row))
	}
	return p
}

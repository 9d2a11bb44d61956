package sqlstore

import (
	"strings"
)

// sought is a text from outside to look something up by. PostgreSQL refuses NUL and broken UTF-8
// even there; in their place comes what the domain lets nowhere in, so that nothing matches.
func sought[T ~string](text T) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(text), "\uFFFD"), "\x00", "\uFFFD")
}

// containing is the LIKE pattern, with the escape character \, for texts that hold this one.
func containing(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + "%"
}

package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// maxBody is how many bytes of a body are read.
const maxBody = 64 << 10

// decode reads the request's JSON object into the struct that into points to, strictly: a
// field that is unknown (names are exact), there twice or of another type is refused as
// malformed_request, and so is anything behind the object.
func decode(c *gin.Context, into any) error {
	if !isJSON(c.Request) {
		return &refusal{
			http.StatusUnsupportedMediaType, "unsupported_media_type",
			"Send the body as JSON, with Content-Type: application/json and no Content-Encoding.",
		}
	}
	body, err := readBody(c)
	if err != nil {
		return err
	}
	return decodeJSON(body, into)
}

func isJSON(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	named := media == "application/json" ||
		strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	return err == nil && named && r.Header.Get("Content-Encoding") == ""
}

// readBody reads the whole body, up to maxBody; the patience with what the call needs begins
// behind it. A body that takes too long is request_timeout, and ends the connection. Beside
// an error it returns what has arrived.
func readBody(c *gin.Context) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	exchangeOf(c.Request.Context()).bodyArrived()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return body, &refusal{
			http.StatusRequestEntityTooLarge, "payload_too_large", "The body is larger than 64 KiB.",
		}
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.Header("Connection", "close")
		return body, &refusal{
			http.StatusRequestTimeout, "request_timeout", "The body took too long to arrive. Send it again.",
		}
	case err != nil && c.Request.Context().Err() != nil:
		return body, c.Request.Context().Err()
	case err != nil:
		return body, malformed("The body did not arrive whole.")
	}
	return body, nil
}

func malformed(format string, args ...any) error {
	return &refusal{http.StatusBadRequest, "malformed_request", fmt.Sprintf(format, args...)}
}

// decodeJSON is decode for a body that has been read. Into may point to a map too; then all names
// are known.
func decodeJSON(body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return malformed("The body is empty; send a JSON object.")
	}
	if !utf8.Valid(body) {
		return malformed("The body is not valid UTF-8.")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return malformed("The body is not valid JSON: %v.", err)
	}
	if halvesCharacter(body) {
		return malformed("The body escapes half a character: \\ud800 to \\udfff come in pairs.")
	}
	tokens := json.NewDecoder(bytes.NewReader(body))
	tokens.UseNumber()
	if err := checkValue(tokens, reflect.TypeOf(into).Elem(), "The body"); err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return malformed("A number is out of range.")
	}
	return nil
}

// halvesCharacter reports whether a text in the JSON, which is known to be valid, escapes one half
// of a surrogate pair alone: encoding/json would read it as another character (RFC 8259, 8.2).
func halvesCharacter(body []byte) bool {
	for {
		at := bytes.IndexByte(body, '\\')
		if at < 0 {
			return false
		}
		body = body[at:]
		unit := escapedUnit(body)
		switch {
		case !utf16.IsSurrogate(unit):
			body = body[len(`\n`):] // what follows the escape's letter holds no backslash
		case utf16.DecodeRune(unit, escapedUnit(body[len(`\ud800`):])) == utf8.RuneError:
			return true
		default:
			body = body[len(`\ud800\udc00`):]
		}
	}
}

// escapedUnit returns the UTF-16 unit whose escape the text begins with; -1 where it begins otherwise.
func escapedUnit(text []byte) rune {
	if len(text) < len(`\ud800`) || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(unit)
}

// checkValue walks the next value, which is known to be valid JSON, and holds it against the type
// that it is meant for; against nil only for fields that are there twice.
func checkValue(tokens *json.Decoder, meant reflect.Type, name string) error {
	token, err := tokens.Token()
	if err != nil {
		return malformed("The body is not valid JSON: %v.", err)
	}
	if meant != nil && meant.Kind() == reflect.Pointer {
		meant = meant.Elem()
	}
	if want := wanted(meant); want != "" && want != kindOf(token) {
		return malformed("%s must be %s.", name, want)
	}
	switch token {
	case json.Delim('{'):
		return checkObject(tokens, meant)
	case json.Delim('['):
		for tokens.More() {
			if err := checkValue(tokens, elementOf(meant), "Each item of the list"); err != nil {
				return err
			}
		}
		_, err = tokens.Token()
	}
	return err
}

func checkObject(tokens *json.Decoder, meant reflect.Type) error {
	seen := map[string]bool{}
	for tokens.More() {
		token, err := tokens.Token()
		if err != nil {
			return malformed("The body is not valid JSON: %v.", err)
		}
		name, _ := token.(string)
		shown := fmt.Sprintf("The field %.40q", name)
		if seen[name] {
			return malformed("%s is there twice.", shown)
		}
		seen[name] = true
		field, known := fieldOf(meant, name)
		if !known {
			return malformed("%s is unknown.", shown)
		}
		if err := checkValue(tokens, field, shown); err != nil {
			return err
		}
	}
	_, err := tokens.Token()
	return err
}

// fieldOf returns the type of the field with exactly this name; nil where any may be there.
func fieldOf(meant reflect.Type, name string) (field reflect.Type, known bool) {
	if meant == nil || meant.Kind() != reflect.Struct {
		return nil, true
	}
	for i := range meant.NumField() {
		tag, _, _ := strings.Cut(meant.Field(i).Tag.Get("json"), ",")
		if tag == name {
			return meant.Field(i).Type, true
		}
	}
	return nil, false
}

func elementOf(meant reflect.Type) reflect.Type {
	if meant == nil || meant.Kind() != reflect.Slice {
		return nil
	}
	return meant.Elem()
}

const (
	aText    = "text"
	aTruth   = "true or false"
	aNumber  = "a number"
	anObject = "an object"
	aList    = "a list"
	aNull    = "null"
)

// wanted says in words what JSON the type is read from; "" where it doesn't matter.
func wanted(meant reflect.Type) string {
	if meant == nil {
		return ""
	}
	switch meant.Kind() {
	case reflect.String:
		return aText
	case reflect.Bool:
		return aTruth
	case reflect.Int, reflect.Int64:
		return aNumber
	case reflect.Struct, reflect.Map:
		return anObject
	case reflect.Slice:
		return aList
	default: // no request is made of it
		return ""
	}
}

func kindOf(token json.Token) string {
	switch token := token.(type) {
	case string:
		return aText
	case bool:
		return aTruth
	case json.Number:
		return aNumber
	case json.Delim:
		if token == '{' {
			return anObject
		}
		return aList
	}
	return aNull
}

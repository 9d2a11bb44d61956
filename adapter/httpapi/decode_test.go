package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBodiesAreReadStrictly(t *testing.T) {
	h := newHouse(t)
	root := h.admin()
	tests := map[string]struct{ body, wantDetail string }{
		"nothing":               {"", "The body is empty; send a JSON object."},
		"spaces":                {" \n", "The body is empty; send a JSON object."},
		"null":                  {"null", "The body must be an object."},
		"an array":              {"[]", "The body must be an object."},
		"text":                  {`"x"`, "The body must be an object."},
		"a number":              {"1", "The body must be an object."},
		"cut off":               {`{"admin": true`, "The body is not valid JSON: unexpected end of JSON input."},
		"a trailing comma":      {`{"admin": true,}`, "The body is not valid JSON: invalid character '}' looking for beginning of object key string."},
		"trailing data":         {`{"admin": true} x`, "The body is not valid JSON: invalid character 'x' after top-level value."},
		"two objects":           {`{}{}`, "The body is not valid JSON: invalid character '{' after top-level value."},
		"a comment":             {`{} // all`, "The body is not valid JSON: invalid character '/' after top-level value."},
		"single quotes":         {`{'admin': true}`, "The body is not valid JSON: invalid character '\\'' looking for beginning of object key string."},
		"a byte order mark":     {"\ufeff{}", "The body is not valid JSON: invalid character 'ï' looking for beginning of value."},
		"broken UTF-8":          {"{\"reason\": \"\xff\"}", "The body is not valid UTF-8."},
		"unknown":               {`{"role": "admin"}`, `The field "role" is unknown.`},
		"unknown, nested":       {`{"user": {"admin": true}}`, `The field "user" is unknown.`},
		"another case":          {`{"Admin": true}`, `The field "Admin" is unknown.`},
		"no name":               {`{"": true}`, `The field "" is unknown.`},
		"a long name":           {`{"` + strings.Repeat("x", 99) + `": 1}`, `The field "` + strings.Repeat("x", 40) + `" is unknown.`},
		"twice":                 {`{"admin": true, "admin": true}`, `The field "admin" is there twice.`},
		"twice, once escaped":   {`{"admin": true, "\u0061dmin": false}`, `The field "admin" is there twice.`},
		"text for truth":        {`{"admin": "true"}`, `The field "admin" must be true or false.`},
		"a number for truth":    {`{"admin": 1}`, `The field "admin" must be true or false.`},
		"null for truth":        {`{"admin": null}`, `The field "admin" must be true or false.`},
		"an array for truth":    {`{"admin": [true]}`, `The field "admin" must be true or false.`},
		"a number for text":     {`{"reason": 1}`, `The field "reason" must be text.`},
		"null for text":         {`{"reason": null}`, `The field "reason" must be text.`},
		"an object for text":    {`{"reason": {"a": "b"}}`, `The field "reason" must be text.`},
		"nested beyond measure": {strings.Repeat(`{"a":`, 12_000), "The body is not valid JSON: invalid character '{' exceeded max depth."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := root.do("PATCH", "/api/users/"+root.id(), tt.body, "Content-Type", "application/json")
			assert.Equal(t, tt.wantDetail, r.refused(http.StatusBadRequest, "malformed_request").string("detail"))
		})
	}
}

func TestBodiesHaveWholeCharacters(t *testing.T) {
	for body, whole := range map[string]bool{
		`{"a": "\ud83d\ude00"}`: true, `{"a": "\uD83D\uDE00"}`: true, `{"a": "\\ud800"}`: true, `{"a": "\ufffd"}`: true,
		`{"a": "\\\\ud800"}`: true, `{"a": "\u00e9\n\\"}`: true, `{"a": "\ud83d\ude00\ud83d\ude00"}`: true, "{\"a\": \"\ufffd\"}": true,
		`{"a": "\ud800"}`: false, `{"a": "\uDFFF"}`: false, `{"a": "\udc00\ud800"}`: false, `{"a": "\ud800x\udc00"}`: false,
		`{"a": "\ud800\ud800\udc00"}`: false, `{"a": "\\\ud800"}`: false, `{"a": "\ud800", "b": "\udc00"}`: false,
		`{"\ud800": ""}`: false, `{"a": "\ud83d\ude00\ud83d"}`: false, `{"a": "\ud800\n"}`: false,
	} {
		var read map[string]string
		err := decodeJSON([]byte(body), &read)
		if whole {
			assert.NoError(t, err, body)
		} else {
			assert.ErrorContains(t, err, "malformed_request: The body escapes half a character", body)
		}
	}
	b := newHouse(t).user("ada@gmail.com")
	b.post("/api/customer", `{"name": "\ud800", "email": "g@example.com"}`).refused(http.StatusBadRequest, "malformed_request")
}

func TestBodiesAreReadStrictlyAtAnyDepth(t *testing.T) {
	type inner struct {
		Count *int64   `json:"count"`
		Names []string `json:"names"`
	}
	type outer struct {
		Inner inner            `json:"inner"`
		Many  []inner          `json:"many"`
		Free  map[string]inner `json:"free"`
	}
	var read outer
	require.NoError(t, decodeJSON([]byte(`{"inner": {"count": 9007199254740993, "names": ["a"]}, "many": [{}, {"count": 1}], "free": {"x": {}}}`), &read))
	assert.Equal(t, int64(9007199254740993), *read.Inner.Count)
	for body, detail := range map[string]string{
		`{"inner": {"more": 1}}`:                        `malformed_request: The field "more" is unknown.`,
		`{"inner": {"count": 1, "count": 1}}`:           `malformed_request: The field "count" is there twice.`,
		`{"many": [{}, {"Count": 1}]}`:                  `malformed_request: The field "Count" is unknown.`,
		`{"many": [{"names": ["a", 1]}]}`:               `malformed_request: Each item of the list must be text.`,
		`{"many": [null]}`:                              `malformed_request: Each item of the list must be an object.`,
		`{"many": {}}`:                                  `malformed_request: The field "many" must be a list.`,
		`{"inner": {"count": "1"}}`:                     `malformed_request: The field "count" must be a number.`,
		`{"inner": {"count": 1.5}}`:                     `malformed_request: A number is out of range.`,
		`{"inner": {"count": 99999999999999999999999}}`: `malformed_request: A number is out of range.`,
	} {
		assert.EqualError(t, decodeJSON([]byte(body), &outer{}), detail, body)
	}
}

func TestBodiesAreJSONByContentType(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	for contentType, accepted := range map[string]bool{
		"application/json": true, "application/json; charset=utf-8": true, "Application/JSON": true,
		"application/merge-patch+json": true, "text/json": false, "text/plain": false, "": false, "application/jsonx": false,
		"application/x-www-form-urlencoded": false, "multipart/form-data; boundary=x": false, ";": false, "+json": false,
	} {
		r := b.post("/api/customer", grace, "Content-Type", contentType)
		if accepted {
			r.done(http.StatusCreated)
		} else {
			r.refused(http.StatusUnsupportedMediaType, "unsupported_media_type")
		}
	}
	b.post("/api/customer", grace, "Content-Encoding", "gzip").refused(http.StatusUnsupportedMediaType, "unsupported_media_type")
	r := newRequest("POST", "/api/customer", grace)
	r.Header.Del("Content-Type")
	r.Header.Set("Cookie", "session_id="+b.cookies["session_id"])
	h.visitor().send(r).refused(http.StatusUnsupportedMediaType, "unsupported_media_type")
}

func TestBodiesHaveALimit(t *testing.T) {
	b := newHouse(t).user("ada@gmail.com")
	padded := func(size int) string { return grace + strings.Repeat(" ", size-len(grace)) }
	b.post("/api/customer", padded(64<<10)).done(http.StatusCreated)
	b.post("/api/customer", padded(64<<10+1)).refused(http.StatusRequestEntityTooLarge, "payload_too_large")
	b.do("PUT", "/api/customer/1", padded(64<<10+1)).refused(http.StatusRequestEntityTooLarge, "payload_too_large")
	b.do("DELETE", "/api/customer/1", padded(1<<20)).done(http.StatusNoContent) // nobody reads it
}

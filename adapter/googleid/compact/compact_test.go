package compact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/googleid/compact"
)

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestHeader(t *testing.T) {
	good := encode(`{"alg":"RS256","kid":"k","typ":"JWT"}`)

	header, err := compact.Header(good + ".e30.c2ln")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"alg": "RS256", "kid": "k", "typ": "JWT"}, header)

	tests := map[string]struct{ token, want string }{
		"empty":                    {"", "three parts"},
		"one part":                 {good, "three parts"},
		"two parts":                {good + ".e30", "three parts"},
		"four parts":               {good + ".e30.c2ln.e30", "three parts"},
		"an empty payload":         {good + "..c2ln", "three parts"},
		"an empty signature":       {good + ".e30.", "three parts"},
		"a line break":             {good + ".e30.c2\nln", "alphabet"},
		"a carriage return":        {good + ".e30.c2\rln", "alphabet"},
		"a space at the end":       {good + ".e30.c2ln ", "alphabet"},
		"padding":                  {good + ".e30=.c2ln", "alphabet"},
		"the other base64":         {good + ".e30.c2+/", "alphabet"},
		"letters beyond ASCII":     {good + ".e30.c2lñ", "alphabet"},
		"bytes that are not UTF-8": {good + ".e30.\xff", "alphabet"},
		"a byte over 8 KiB":        {good + ".e30." + strings.Repeat("A", compact.MaxLength+1-len(good+".e30.")), "longer"},
		"a header of 8 MiB":        {encode(`{"kid":"`+strings.Repeat("k", 8<<20)+`"}`) + ".e30.c2ln", "longer"},
		"a header with loose bits": {"e31.e30.c2ln", "base64url"},
		"a header that is a list":  {encode(`["RS256"]`) + ".e30.c2ln", "not an object"},
		"a header said twice":      {encode(`{"alg":"none","alg":"RS256"}`) + ".e30.c2ln", "twice"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := compact.Header(tt.token)
			assert.ErrorContains(t, err, tt.want)
		})
	}

	t.Run("8 KiB are not too long", func(t *testing.T) {
		_, err := compact.Header(good + ".e30." + strings.Repeat("A", compact.MaxLength-len(good+".e30.")))
		assert.NoError(t, err)
	})
}

func TestObject(t *testing.T) {
	object, err := compact.Object([]byte(`{"a":1,"A":"x","ſ":[true,null,{"a":2}]}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"a": json.Number("1"), "A": "x", "ſ": []any{true, nil, map[string]any{"a": json.Number("2")}},
	}, object)

	tests := map[string]struct{ data, want string }{
		"nothing":                       {``, "not JSON"},
		"null":                          {`null`, "not an object"},
		"a list":                        {`[]`, "not an object"},
		"a text":                        {`"x"`, "not an object"},
		"a second object":               {`{}{}`, "not JSON"},
		"something behind":              {`{} x`, "not JSON"},
		"a comma too many":              {`{"a":1,}`, "not JSON"},
		"an open end":                   {`{"a":1`, "not JSON"},
		"a byte order mark":             {"\ufeff{}", "not JSON"},
		"a name twice":                  {`{"a":1,"a":1}`, "twice"},
		"a name twice, once escaped":    {`{"a":1,"\u0061":1}`, "twice"},
		"a name twice deeper":           {`{"x":[{"a":1,"a":1}]}`, "twice"},
		"a name twice by lone halves":   {`{"\ud800":1,"\udfff":1}`, "twice"},
		"bytes that are not UTF-8":      {"{\"a\":\"\xff\"}", "UTF-8"},
		"a name that is not UTF-8":      {"{\"\xff\":1}", "UTF-8"},
		"an escaped NUL":                {`{"a":"x\u0000"}`, "NUL"},
		"an escaped NUL in a name":      {`{"\u0000":1}`, "NUL"},
		"an escaped NUL deeper":         {`{"a":["\u0000"]}`, "NUL"},
		"eight levels below the object": {`{"a":` + strings.Repeat("[", 8) + strings.Repeat("]", 8) + `}`, "too deep"},
		"thousands of levels":           {`{"a":` + strings.Repeat("[", 3000) + strings.Repeat("]", 3000) + `}`, "too deep"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := compact.Object([]byte(tt.data))
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

// FuzzHeader looks for tokens that are read although their bytes are not what was promised.
func FuzzHeader(f *testing.F) {
	f.Add(encode(`{"alg":"RS256","kid":"k","typ":"JWT"}`) + ".e30.c2ln")
	f.Add(encode(`{"alg":"none"}`) + ".e30.")
	f.Add(encode(`{"a":1,"a":2}`) + ".e30.c2\r\nln")
	f.Add("...")
	f.Fuzz(func(t *testing.T, token string) {
		header, err := compact.Header(token)
		if err != nil {
			var fault compact.Fault
			require.ErrorAs(t, err, &fault)
			return
		}
		require.LessOrEqual(t, len(token), compact.MaxLength)
		parts := strings.Split(token, ".")
		require.Len(t, parts, 3)
		data, err := base64.RawURLEncoding.DecodeString(parts[0])
		require.NoError(t, err)
		require.Equal(t, parts[0], base64.RawURLEncoding.EncodeToString(data), "there is one way to write it")
		again, err := compact.Object(data)
		require.NoError(t, err)
		require.Equal(t, header, again)
	})
}

// FuzzObject compares with encoding/json: what is taken means the same to both.
func FuzzObject(f *testing.F) {
	f.Add([]byte(`{"sub":"1","aud":["a","b"],"exp":1.5e9,"email_verified":true}`))
	f.Add([]byte(`{"a":1,"a":2}`))
	f.Add([]byte(`{"a":{"b":[{"c":null}]}}`))
	f.Add([]byte("{\"\xff\":\"\\ud800\"}"))
	f.Add([]byte(`[[[[]]]]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		object, err := compact.Object(data)
		if err != nil {
			return
		}
		require.True(t, utf8.Valid(data))
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		var other map[string]any
		require.NoError(t, decoder.Decode(&other))
		require.Equal(t, other, object)
	})
}

package compact

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep objects and lists may be nested; Google's tokens have one level.
const maxDepth = 8

// Object reads a JSON object by the letter: names are exact, none is there twice at any
// depth, all text is UTF-8 without NUL, nothing follows the object. Numbers are json.Number.
// Every error is a Fault.
func Object(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, Fault("text that is not UTF-8")
	}
	if !json.Valid(data) {
		return nil, Fault("text that is not JSON")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	v, err := value(decoder, 0)
	if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, Fault("JSON that is not an object")
	}
	return object, nil
}

func value(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, Fault("text that is not JSON")
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, Fault("JSON that is nested too deep")
		}
		if t == '{' {
			return members(decoder, depth+1)
		}
		return elements(decoder, depth+1)
	case string:
		if strings.ContainsRune(t, 0) {
			return nil, Fault("text that holds NUL")
		}
		return t, nil
	default:
		return t, nil
	}
}

func members(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		name, err := value(decoder, depth)
		if err != nil {
			return nil, err
		}
		key, ok := name.(string)
		if !ok {
			return nil, Fault("text that is not JSON")
		}
		if _, twice := object[key]; twice {
			return nil, Fault("a member that is there twice")
		}
		if object[key], err = value(decoder, depth); err != nil {
			return nil, err
		}
	}
	return object, end(decoder)
}

func elements(decoder *json.Decoder, depth int) (any, error) {
	list := []any{}
	for decoder.More() {
		v, err := value(decoder, depth)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, end(decoder)
}

// end reads the bracket that closes what was open.
func end(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return Fault("text that is not JSON")
	}
	return nil
}

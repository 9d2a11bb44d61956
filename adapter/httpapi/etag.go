package httpapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// etag names a version of a thing in ETag and If-Match.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// noVersion is before the first one.
const noVersion = 0

// ifMatch returns the version that If-Match asks for; nil: any. Where it names several, present
// says which one is there now. It compares strongly: weak tags, and any that aren't ours, name
// no version (RFC 9110, 13.1.1).
func ifMatch(r *http.Request, present func() (int64, error)) (*int64, error) {
	lines := r.Header.Values("If-Match")
	if len(lines) == 0 {
		return nil, nil
	}
	var named []int64
	for tag := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		tag = strings.Trim(tag, " \t")
		if tag == "*" {
			return nil, nil
		}
		version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
		if err == nil && tag == etag(version) {
			named = append(named, version)
		}
	}
	expected := int64(noVersion)
	switch len(named) {
	case 0:
	case 1:
		expected = named[0]
	default:
		now, err := present()
		if err != nil {
			return nil, err
		}
		if slices.Contains(named, now) {
			expected = now
		}
	}
	return &expected, nil
}

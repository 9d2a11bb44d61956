package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const grace = `{"name": "Grace Hopper", "email": "grace@example.com"}`

func TestCustomerIsAddedReadChangedAndDeleted(t *testing.T) {
	for _, slash := range []string{"", "/"} {
		t.Run("slash "+slash, func(t *testing.T) {
			b := newHouse(t).user("ada@gmail.com")

			added := b.post("/api/customer"+slash, grace).done(http.StatusCreated)
			assert.Equal(t, "/api/customer/1", added.header.Get("Location"))
			assert.Equal(t, `"1"`, added.header.Get("ETag"))
			assert.InDelta(t, 1, added.json().number("id"), 0)
			assert.Equal(t, "Grace Hopper", added.string("name"))
			assert.Equal(t, added.string("created_at"), added.string("updated_at"))
			instant(t, added.string("created_at"))

			read := b.get("/api/customer/1" + slash).done(http.StatusOK)
			assert.Equal(t, added.body, read.body)
			assert.Equal(t, `"1"`, read.header.Get("ETag"))

			changed := b.do("PUT", "/api/customer/1"+slash, `{"name": "Grace", "email": "g@example.com"}`).done(http.StatusOK)
			assert.Equal(t, `"2"`, changed.header.Get("ETag"))
			assert.Equal(t, "Grace", changed.string("name"))
			assert.True(t, instant(t, changed.string("updated_at")).After(instant(t, changed.string("created_at"))))

			gone := b.do("DELETE", "/api/customer/1"+slash, "").done(http.StatusNoContent)
			assert.Empty(t, gone.body)
			b.get("/api/customer/1"+slash).refused(http.StatusNotFound, "not_found")
		})
	}
}

func TestCustomersAreWhatTheyMayBe(t *testing.T) {
	b := newHouse(t).user("ada@gmail.com")
	b.post("/api/customer", grace).done(http.StatusCreated)
	tests := map[string]struct {
		body       string
		wantFields []string
	}{
		"nothing":      {`{}`, []string{"email", "name"}},
		"empty":        {`{"name": "", "email": ""}`, []string{"email", "name"}},
		"a long name":  {fmt.Sprintf(`{"name": %q, "email": "g@example.com"}`, strings.Repeat("é", 101)), []string{"name"}},
		"no address":   {`{"name": "Grace", "email": "grace"}`, []string{"email"}},
		"NUL":          {`{"name": "Gr\u0000ace", "email": "g@example.com"}`, []string{"name"}},
		"line break":   {`{"name": "Gr\nace", "email": "g@example.com"}`, []string{"name"}},
		"long address": {fmt.Sprintf(`{"name": "G", "email": "g@%s.com"}`, strings.Repeat("x.", 130)), []string{"email"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, r := range []*reply{b.post("/api/customer", tt.body), b.do("PUT", "/api/customer/1", tt.body)} {
				errors := r.refused(http.StatusUnprocessableEntity, "invalid_fields").object("errors").fields
				var fields []string
				for field, message := range errors {
					fields = append(fields, field)
					assert.NotEmpty(t, message)
				}
				slices.Sort(fields)
				assert.Equal(t, tt.wantFields, fields)
			}
		})
	}
	b.post("/api/customer", fmt.Sprintf(`{"name": %q, "email": "ü@exämple.com"}`, strings.Repeat("é", 100))).done(http.StatusCreated)
}

func TestCustomersThatAreNotThere(t *testing.T) {
	b := newHouse(t).user("ada@gmail.com")
	for _, id := range []string{
		"1", "0", "-1", "01", "+1", "1.0", "1e0", "abc", "%20", "%00", "%FF", "1%20", "99999999999999999999", "９",
	} {
		b.get("/api/customer/"+id).refused(http.StatusNotFound, "not_found")
		b.do("PUT", "/api/customer/"+id, grace).refused(http.StatusNotFound, "not_found")
		b.do("DELETE", "/api/customer/"+id, "").refused(http.StatusNotFound, "not_found")
	}
}

func TestCustomerChangesOnlyFromWhatWasRead(t *testing.T) {
	tests := map[string]struct {
		ifMatch []string // at version 2
		passes  bool
	}{
		"none":             {nil, true},
		"any":              {[]string{`*`}, true},
		"the version":      {[]string{`"2"`}, true},
		"in a list":        {[]string{`"1", "2"`}, true},
		"in two lines":     {[]string{`"1"`, ` "2"`}, true},
		"among strangers":  {[]string{`W/"1", "x", "2"`}, true},
		"any in a list":    {[]string{`"7",*`}, true},
		"an earlier one":   {[]string{`"1"`}, false},
		"a later one":      {[]string{`"3"`}, false},
		"a list without":   {[]string{`"1", "3"`}, false},
		"weak":             {[]string{`W/"2"`}, false},
		"unquoted":         {[]string{`2`}, false},
		"another number":   {[]string{`"02"`}, false},
		"a foreign tag":    {[]string{`"abc"`}, false},
		"empty":            {[]string{``}, false},
		"before the first": {[]string{`"0"`}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := newHouse(t).user("ada@gmail.com")
			b.post("/api/customer", grace).done(http.StatusCreated)
			b.do("PUT", "/api/customer/1", `{"name": "Two", "email": "g@example.com"}`).done(http.StatusOK)
			var headers []string
			for _, line := range tt.ifMatch {
				headers = append(headers, "If-Match", line)
			}
			put := b.do("PUT", "/api/customer/1", `{"name": "Two", "email": "g@example.com"}`, headers...)
			remove := b.do("DELETE", "/api/customer/1", "", headers...)
			if tt.passes {
				put.done(http.StatusOK)
				remove.done(http.StatusNoContent)
				return
			}
			put.refused(http.StatusPreconditionFailed, "customer_changed")
			remove.refused(http.StatusPreconditionFailed, "customer_changed")
			b.get("/api/customer/1").done(http.StatusOK)
		})
	}
}

func TestCustomersAreListedInEachOrder(t *testing.T) {
	h := newHouse(t)
	b := h.user("ada@gmail.com")
	for i, name := range []string{"Cy", "Ann", "Bob", "Ann", "Dee", "Bob", "Ann"} {
		b.post("/api/customer", fmt.Sprintf(`{"name": %q, "email": "%c@example.com"}`, name, 'z'-i/2)).done(http.StatusCreated)
		h.clock.advance(time.Second)
	}
	orders := map[string][]string{
		"":            {"1", "2", "3", "4", "5", "6", "7"},
		"id":          {"1", "2", "3", "4", "5", "6", "7"},
		"-id":         {"7", "6", "5", "4", "3", "2", "1"},
		"name":        {"2", "4", "7", "3", "6", "1", "5"},
		"-name":       {"5", "1", "6", "3", "7", "4", "2"},
		"email":       {"7", "5", "6", "3", "4", "1", "2"},
		"-email":      {"2", "1", "4", "3", "6", "5", "7"},
		"created_at":  {"1", "2", "3", "4", "5", "6", "7"},
		"-created_at": {"7", "6", "5", "4", "3", "2", "1"},
	}
	for sort, want := range orders {
		for _, limit := range []int{1, 2, 3, 100} {
			assert.Equal(t, want, walk(b, "/api/customer?sort="+sort, limit), "sort %s by %d", sort, limit)
		}
	}
	page := b.get("/api/customer?sort=-name&limit=3")
	assert.InDelta(t, 7, page.json().number("total"), 0)
	following := b.get("/api/customer?cursor=" + page.string("next_cursor")).done(http.StatusOK)
	assert.Len(t, following.results(), 4, "the cursor brings its sort along")
	assert.Equal(t, "Bob", following.results()[0].string("name"))
}

func TestCustomersComeByTheHundred(t *testing.T) {
	b := newHouse(t).user("ada@gmail.com")
	empty := b.get("/api/customer/").done(http.StatusOK)
	assert.JSONEq(t, `{"results": [], "next_cursor": null, "total": 0}`, empty.body)
	for range 101 {
		b.post("/api/customer", grace).done(http.StatusCreated)
	}
	assert.Len(t, b.get("/api/customer").results(), 100)
	assert.Len(t, b.get("/api/customer?limit=1000").results(), 101)
	assert.Len(t, b.get("/api/customer?limit=&sort=&cursor=&other=1&other=2").results(), 100, "empty is absent, unknown is ignored")
}

func TestCustomersAreAskedForInWordsThatAreKnown(t *testing.T) {
	b := newHouse(t).user("ada@gmail.com")
	for range 3 {
		b.post("/api/customer", grace).done(http.StatusCreated)
	}
	byName := b.get("/api/customer?limit=1&sort=name").string("next_cursor")
	require.NotEmpty(t, byName)
	users := cursorOf(t, "/api/users", newestMark{1, "x"})
	for name, query := range map[string]string{
		"limit 0": "limit=0", "limit 1001": "limit=1001", "limit -1": "limit=-1", "limit text": "limit=ten", "limit 1.5": "limit=1.5",
		"limit spaces": "limit=%201", "limit plus": "limit=%2B1", "limit huge": "limit=99999999999999999999", "limit twice": "limit=1&limit=1",
		"sort": "sort=age", "sort twice": "sort=id&sort=id", "sort --": "sort=--id", "sort +": "sort=%2Bid", "sort case": "sort=ID",
		"cursor junk": "cursor=junk", "cursor padding": "cursor=" + byName + "=", "cursor cut": "cursor=" + byName[:len(byName)-4],
		"cursor of another sort": "sort=id&cursor=" + byName, "cursor of another list": "cursor=" + users,
		"cursor with no id":         "cursor=" + cursorOf(t, "/api/customer", customerMark{Sort: "id"}),
		"cursor with no such sort":  "cursor=" + cursorOf(t, "/api/customer", customerMark{Sort: "age", ID: 1}),
		"cursor with no sort":       "cursor=" + cursorOf(t, "/api/customer", customerMark{ID: 1}) + "&sort=id",
		"cursor with NUL":           "cursor=" + cursorOf(t, "/api/customer", customerMark{Sort: "name", ID: 1, Text: "\x00"}),
		"cursor too long":           "cursor=" + cursorOf(t, "/api/customer", customerMark{Sort: "name", ID: 1, Text: strings.Repeat("x", 5000)}),
		"cursor with another field": "cursor=" + cursorOf(t, "/api/customer", map[string]any{"sort": "id", "id": 1, "more": 1}),
		"cursor NUL":                "cursor=%00", "broken UTF-8": "sort=%FF", "broken escape": "limit=%zz", "semicolon": "limit=1;sort=id",
	} {
		t.Run(name, func(t *testing.T) {
			b.get("/api/customer?"+query).refused(http.StatusBadRequest, "invalid_parameter")
		})
	}
}

func cursorOf(t *testing.T, list string, mark any) string {
	t.Helper()
	cursor, err := (&query{list: list}).nextCursor(true, mark)
	require.NoError(t, err)
	return *cursor
}

func TestCustomersTotalIsNullWhereCountingCostsTooMuch(t *testing.T) {
	h := newHouse(t, func(n *needs) { n.customers = uncounted{n.customers} })
	assert.JSONEq(t, `{"results": [], "next_cursor": null, "total": null}`, h.user("ada@gmail.com").get("/api/customer").body)
}

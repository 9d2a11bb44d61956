package domain_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/domain"
)

const (
	enterName  = "Enter a name."
	badName    = "The name holds characters that can't be kept, such as control characters."
	longName   = "A name has at most 100 characters."
	enterEmail = "Enter an email address."
	badEmail   = "Enter an email address like name@example.com."
	longEmail  = "An email address has at most 254 characters."
)

// faultOf says what the domain finds wrong with the field.
func faultOf(t *testing.T, err error, field string) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var fields *domain.FieldsError
	require.ErrorAs(t, err, &fields)
	require.ErrorIs(t, err, domain.ErrInvalidFields)
	require.Len(t, fields.Fields, 1, "the other field is fine")
	return fields.Fields[field]
}

func TestCustomerName(t *testing.T) {
	tests := map[string]struct{ name, fault, kept string }{
		"plain":                      {name: "Acme"},
		"one character":              {name: "李"},
		"quotes and signs":           {name: `O'Neil & "Sons" <\%_;-- №1`},
		"right to left":              {name: "شركة النور"},
		"right-to-left mark":         {name: "חברה \u200fבע״מ"},
		"emoji of several runes":     {name: "👩‍👩‍👧"},
		"combining":                  {name: "e\u0301"},
		"replacement character":      {name: "\uFFFD"},
		"space around":               {name: " \u3000Acme\u00a0 ", kept: "Acme"},
		"line break around":          {name: "Acme\r\n", kept: "Acme"},
		"100 characters":             {name: strings.Repeat("李", 100)},
		"100 emoji":                  {name: strings.Repeat("🦊", 100)},
		"100 characters, with space": {name: " " + strings.Repeat("a", 100) + " ", kept: strings.Repeat("a", 100)},
		"101 characters":             {name: strings.Repeat("a", 101), fault: longName},
		"empty":                      {name: "", fault: enterName},
		"space":                      {name: " \t\u3000\u2003", fault: enterName},
		"NUL":                        {name: "Ac\x00me", fault: badName},
		"NUL alone":                  {name: "\x00", fault: badName},
		"broken UTF-8":               {name: "Acme\xff", fault: badName},
		"half a character":           {name: "Acme\xe6\x9d", fault: badName},
		"a surrogate in UTF-8":       {name: "Acme\xed\xa0\x80", fault: badName},
		"overlong NUL":               {name: "Acme\xc0\x80", fault: badName},
		"line break within":          {name: "Ac\nme", fault: badName},
		"tab within":                 {name: "Ac\tme", fault: badName},
		"escape":                     {name: "Ac\x1b[31mme", fault: badName},
		"delete":                     {name: "Acme\x7f", fault: badName},
		"C1 control":                 {name: "Ac\u009bme", fault: badName},
		"long and broken":            {name: strings.Repeat("\xff", 200), fault: badName},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := domain.NewCustomer(tt.name, "acme@example.com", boss)
			require.Equal(t, tt.fault, faultOf(t, err, "name"))
			switch {
			case tt.fault != "":
				assert.Zero(t, c)
			case tt.kept != "":
				assert.Equal(t, tt.kept, c.Name())
			default:
				assert.Equal(t, tt.name, c.Name())
			}
		})
	}
}

func TestCustomerEmail(t *testing.T) {
	label63 := strings.Repeat("a", 63)
	long := strings.Repeat("a", 64) + "@" + label63 + "." + label63 + "." + strings.Repeat("b", 61)
	require.Len(t, long, 254)
	tests := map[string]struct{ email, fault, kept string }{
		"plain":                   {email: "acme@example.com"},
		"capitals stay":           {email: "Acme.Info@Example.COM"},
		"signs":                   {email: ".!#$%&'*+/=?^_`{|}~-@example.com"},
		"plus":                    {email: "a+b@example.co.uk"},
		"digits":                  {email: "1@2.3"},
		"hyphen in the domain":    {email: "a@ex-am-ple.com"},
		"umlauts":                 {email: "jürgen@münchen.example"},
		"Chinese":                 {email: "用户@例子.公司"},
		"Cyrillic":                {email: "жук@пример.рф"},
		"Hindi with marks":        {email: "संपर्क@डाटामेल.भारत"},
		"decomposed":              {email: "e\u0301a@example.com"},
		"space around":            {email: "  acme@example.com\n", kept: "acme@example.com"},
		"254 characters":          {email: long},
		"255 characters":          {email: long + "b", fault: longEmail},
		"local part of 65":        {email: strings.Repeat("a", 65) + "@example.com", fault: badEmail},
		"label of 64":             {email: "a@" + label63 + "a.com", fault: badEmail},
		"empty":                   {email: "", fault: enterEmail},
		"space":                   {email: " ", fault: enterEmail},
		"no at sign":              {email: "example.com", fault: badEmail},
		"two at signs":            {email: "a@b@example.com", fault: badEmail},
		"no local part":           {email: "@example.com", fault: badEmail},
		"no domain":               {email: "a@", fault: badEmail},
		"no dot":                  {email: "a@localhost", fault: badEmail},
		"dot in front":            {email: "a@.com", fault: badEmail},
		"dot at the end":          {email: "a@example.com.", fault: badEmail},
		"two dots":                {email: "a@example..com", fault: badEmail},
		"hyphen in front":         {email: "a@-example.com", fault: badEmail},
		"hyphen at the end":       {email: "a@example-.com", fault: badEmail},
		"underscore in domain":    {email: "a@ex_ample.com", fault: badEmail},
		"an address":              {email: "a@[192.0.2.1]", fault: badEmail},
		"quoted":                  {email: `"a b"@example.com`, fault: badEmail},
		"space within":            {email: "a b@example.com", fault: badEmail},
		"display name":            {email: "Acme <acme@example.com>", fault: badEmail},
		"comma":                   {email: "a@example.com,b@example.com", fault: badEmail},
		"line break within":       {email: "a@example.com\nBcc: b@example.com", fault: badEmail},
		"NUL in the local part":   {email: "a\x00@example.com", fault: badEmail},
		"NUL in the domain":       {email: "a@exam\x00ple.com", fault: badEmail},
		"broken UTF-8, local":     {email: "a\xff@example.com", fault: badEmail},
		"broken UTF-8, domain":    {email: "a@example\xff.com", fault: badEmail},
		"replacement character":   {email: "a\uFFFD@example.com", fault: badEmail},
		"zero width":              {email: "a\u200b@example.com", fault: badEmail},
		"direction override":      {email: "a\u202e@example.com", fault: badEmail},
		"full-width at sign":      {email: "a＠example.com", fault: badEmail},
		"emoji":                   {email: "🦊@example.com", fault: badEmail},
		"many times broken UTF-8": {email: strings.Repeat("\xff", 100) + "@example.com", fault: badEmail},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := domain.NewCustomer("Acme", tt.email, boss)
			require.Equal(t, tt.fault, faultOf(t, err, "email"))
			switch {
			case tt.fault != "":
				assert.Zero(t, c)
			case tt.kept != "":
				assert.Equal(t, tt.kept, c.Email())
			default:
				assert.Equal(t, tt.email, c.Email())
			}
		})
	}
}

func TestEveryFieldAtFaultIsNamed(t *testing.T) {
	_, err := domain.NewCustomer("", "acme", boss)
	var fields *domain.FieldsError
	require.ErrorAs(t, err, &fields)
	assert.Equal(t, map[string]string{"name": enterName, "email": badEmail}, fields.Fields)
	assert.Equal(t, domain.ErrInvalidFields.Error(), err.Error())
}

func TestNewCustomer(t *testing.T) {
	c, err := domain.NewCustomer("Acme", "acme@example.com", boss)
	require.NoError(t, err)
	assert.Equal(t, domain.CustomerState{Name: "Acme", Email: "acme@example.com"}, c.State())
	assert.Equal(t, []domain.Event{{Action: domain.ActionCustomerCreated, By: boss}}, c.Events())
	assert.True(t, c.Changed())
}

func TestRestoreCustomerKeepsEverything(t *testing.T) {
	state := domain.CustomerState{
		ID: 7, Name: "Acme", Email: "acme@example.com", CreatedAt: noon, UpdatedAt: noon.Add(time.Hour), Version: 3,
	}
	c := domain.RestoreCustomer(state)
	assert.Equal(t, state, c.State())
	assert.False(t, c.Changed())
	assert.Empty(t, c.Events())
	assert.Equal(t, domain.CustomerID(7), c.ID())
	assert.Equal(t, noon, c.CreatedAt())
	assert.Equal(t, noon.Add(time.Hour), c.UpdatedAt())
	assert.EqualValues(t, 3, c.Version())
}

func TestRewriteCustomer(t *testing.T) {
	state := domain.CustomerState{ID: 7, Name: "Acme", Email: "acme@example.com", Version: 3}
	tests := map[string]struct {
		name, email string
		detail      string // empty: nothing has changed
		fails       bool
	}{
		"both":                      {name: "Bolt", email: "bolt@example.com", detail: "name, email"},
		"the name":                  {name: "Bolt", email: "acme@example.com", detail: "name"},
		"the email":                 {name: "Acme", email: "bolt@example.com", detail: "email"},
		"the email's case":          {name: "Acme", email: "Acme@example.com", detail: "email"},
		"nothing":                   {name: "Acme", email: "acme@example.com"},
		"nothing but space":         {name: " Acme ", email: " acme@example.com "},
		"a bad name":                {name: "", email: "bolt@example.com", fails: true},
		"a bad email":               {name: "Bolt", email: "bolt", fails: true},
		"a name that can't be kept": {name: "B\x00lt", email: "bolt@example.com", fails: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := domain.RestoreCustomer(state)
			err := c.Rewrite(tt.name, tt.email, boss)
			want := state
			var events []domain.Event
			if tt.detail != "" {
				want.Name, want.Email = tt.name, tt.email
				events = []domain.Event{{Action: domain.ActionCustomerChanged, By: boss, Customer: 7, Detail: tt.detail}}
			}
			assert.Equal(t, tt.fails, errors.Is(err, domain.ErrInvalidFields), "%v", err)
			assert.Equal(t, want, c.State())
			assert.Equal(t, events, c.Events())
			assert.Equal(t, tt.detail != "", c.Changed())
		})
	}
}

func TestRemoveCustomer(t *testing.T) {
	c := domain.RestoreCustomer(domain.CustomerState{ID: 7, Name: "Acme"})
	c.Remove(boss)
	assert.Equal(t, []domain.Event{{Action: domain.ActionCustomerRemoved, By: boss, Customer: 7}}, c.Events())
}

package customercsv_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/adapter/customercsv"
	"latchkey/usecase"
)

func TestReadTakesWhatSpreadsheetsWrite(t *testing.T) {
	ada := []usecase.ImportRow{{Line: 2, Name: "Ada", Email: "ada@example.com"}}
	tests := map[string]struct {
		file string
		want []usecase.ImportRow
	}{
		"plain":                {"name,email\nAda,ada@example.com\n", ada},
		"byte order mark":      {"\ufeffname,email\r\nAda,ada@example.com\r\n", ada},
		"columns turned round": {"Email,NAME\nada@example.com,Ada\n", ada},
		"an export":            {"id,name,email,created_at\n7,Ada,ada@example.com,2026-01-01T00:00:00Z\n", ada},
		"no last newline":      {"name,email\nAda,ada@example.com", ada},
		"a name of two lines": {
			"name,email\n\"Ada\nLovelace\",ada@example.com\nBob,bob@example.com\n",
			[]usecase.ImportRow{
				{Line: 2, Name: "Ada\nLovelace", Email: "ada@example.com"},
				{Line: 4, Name: "Bob", Email: "bob@example.com"},
			},
		},
		"header alone": {"name,email\n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rows, err := customercsv.Read(strings.NewReader(tt.file))
			require.NoError(t, err)
			assert.Equal(t, tt.want, rows)
		})
	}
}

func TestReadSaysWhereAFileIsWrong(t *testing.T) {
	tests := map[string]struct {
		file string
		line int
	}{
		"empty":             {"", 0},
		"no such header":    {"Ada,ada@example.com\n", 1},
		"a column too many": {"name,email\nAda,ada@example.com,x\n", 2},
		"a stray quote":     {"name,email\nAda \"A\" L,ada@example.com\n", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := customercsv.Read(strings.NewReader(tt.file))
			var format *customercsv.FormatError
			require.ErrorAs(t, err, &format)
			assert.Equal(t, tt.line, format.Line)
			assert.NotEmpty(t, format.Reason)
		})
	}
}

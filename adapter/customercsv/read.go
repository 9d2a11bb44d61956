// Package customercsv provides customers from CSV files, as spreadsheets write them.
package customercsv

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"latchkey/usecase"
)

// FormatError says why a file can't be read as customers.
type FormatError struct {
	Line   int // 1 is the header; 0: the whole file
	Reason string
}

func (e *FormatError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
}

// byteOrderMark is what some spreadsheets put before UTF-8 text.
const byteOrderMark = "\ufeff"

// Read returns the rows of a UTF-8 CSV file (RFC 4180) with the header columns name and email, in
// any order and case; other columns are ignored, so that an export can be read back. A file
// that isn't such is a *FormatError. It does not judge the values: usecase.ImportCustomers does.
func Read(r io.Reader) ([]usecase.ImportRow, error) {
	reader := csv.NewReader(r)
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, &FormatError{0, "The file is empty. Its first line must be the header: name,email"}
	}
	if err != nil {
		return nil, formatError(err)
	}
	name, email, err := columns(header)
	if err != nil {
		return nil, err
	}
	var rows []usecase.ImportRow
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, formatError(err)
		}
		line, _ := reader.FieldPos(0)
		rows = append(rows, usecase.ImportRow{Line: line, Name: record[name], Email: record[email]})
	}
}

func columns(header []string) (name, email int, err error) {
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(header[i], byteOrderMark)))
	}
	name, email = slices.Index(header, "name"), slices.Index(header, "email")
	if name < 0 || email < 0 {
		return 0, 0, &FormatError{1, "The header must name the columns: name,email"}
	}
	return name, email, nil
}

func formatError(err error) error {
	var syntax *csv.ParseError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("read CSV: %w", err)
	}
	reason := "A quotation mark is missing or out of place."
	if errors.Is(syntax.Err, csv.ErrFieldCount) {
		reason = "The line has another number of columns than the header."
	}
	return &FormatError{syntax.Line, reason}
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// pageSize is how many rows the commands read at a time.
const pageSize = 500

// say prints a message. Nobody is left to be told where it can't be printed.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// count says how many there are of a thing, whose name takes an s for more than one.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func printTable[T any](w io.Writer, header []string, rows []T, cells func(T) []string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	say(table, "%s\n", strings.Join(header, "\t"))
	for _, row := range rows {
		say(table, "%s\n", strings.Join(cells(row), "\t"))
	}
	return table.Flush()
}

func inWords(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

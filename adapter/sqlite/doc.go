// Package sqlite provides what is SQLite's own about the stores of package sqlstore: its
// dialect and its schema.
package sqlite

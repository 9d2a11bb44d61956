// Package postgres provides what is PostgreSQL's own about the stores of package sqlstore: its
// dialect and its schema.
package postgres

// Package postgres provides what is PostgreSQL's own about the stores of package sqlstore: its
// dialect and its schema.
//
// The statements of a sign-in and of a session look-up are prepared. A pooler in transaction mode in
// between must know prepared statements (PgBouncer from 1.21, max_prepared_statements above 0),
// and the address then says binary_parameters=yes, so that the driver sends the other statements in one piece.
package postgres

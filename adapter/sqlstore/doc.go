// Package sqlstore provides users, sessions, customers and the audit in a SQL database,
// whichever engine it is: what engines do differently is in a Dialect. All times are the
// database's, read through its view store_clock.
//
// Rows are locked in this order, so that transactions never wait for one another in a circle:
// the guard of the administrators, the user, the sessions by key, the revocation number. A
// statement sees the data from before it waited for a lock: what is decided under a lock is
// read by a later statement than the one that took it.
package sqlstore

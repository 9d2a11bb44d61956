// Package googleid verifies the ID tokens of Google Identity Services, and keeps the keys
// that they are signed with. The rules are stricter than those of the libraries underneath:
// each one closes something that they let through.
package googleid

// Package domain knows the rules of Latchkey: who may be admitted, how long a
// session lives and why it ended, what a customer is. It depends on the standard
// library alone and reads no clock: times are handed in.
package domain

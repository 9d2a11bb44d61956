// Package usecase holds what callers can ask of Latchkey, one file per thing: the steps, in
// terms of the domain's rules and of ports. A use case is a struct whose fields are its needs;
// Do is the asking.
package usecase

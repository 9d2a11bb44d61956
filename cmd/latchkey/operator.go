package main

import "latchkey/usecase"

// operator is what the commands ask, beside a running server or without one.
type operator struct {
	ListUsers       *usecase.ListUsers
	FindUser        *usecase.FindUser
	InviteUser      *usecase.InviteUser
	ChangeUser      *usecase.ChangeUser
	ListSessions    *usecase.ListSessions
	EndSessions     *usecase.EndSessions
	ImportCustomers *usecase.ImportCustomers
}

//go:build wireinject

package main

import (
	"context"
	"log/slog"

	"github.com/google/wire"

	"latchkey/adapter/googleid"
	"latchkey/adapter/httpapi"
	"latchkey/adapter/memory"
	"latchkey/infrastructure/config"
	"latchkey/infrastructure/metrics"
	"latchkey/usecase"
	"latchkey/usecase/port"
)

// newApplication composes what serve runs. Read it from the top: what drives, the use cases,
// who vouches for people, who keeps what.
func newApplication(ctx context.Context, cfg config.Config, log *slog.Logger) (*application, func(), error) {
	panic(wire.Build(
		wire.Struct(new(application), "*"),
		httpapi.NewHandler,
		provideOptions,
		metrics.New,

		wire.Struct(new(httpapi.UseCases), "*"),
		wire.Struct(new(usecase.Login), "*"),
		wire.Struct(new(usecase.Logout), "*"),
		wire.Struct(new(usecase.Authenticate), "*"),
		wire.Struct(new(usecase.ListSessions), "*"),
		wire.Struct(new(usecase.EndSessions), "*"),
		wire.Struct(new(usecase.ListUsers), "*"),
		wire.Struct(new(usecase.FindUser), "*"),
		wire.Struct(new(usecase.ChangeUser), "*"),
		wire.Struct(new(usecase.InviteUser), "*"),
		wire.Struct(new(usecase.ListCustomers), "*"),
		wire.Struct(new(usecase.FindCustomer), "*"),
		wire.Struct(new(usecase.AddCustomer), "*"),
		wire.Struct(new(usecase.ChangeCustomer), "*"),
		wire.Struct(new(usecase.RemoveCustomer), "*"),
		wire.Struct(new(usecase.ListAudit), "*"),
		wire.Struct(new(usecase.Confirmation), "*"),
		usecase.NewRenewals,
		provideLoginPolicy,
		provideSweep,

		googleid.NewVerifier, wire.Bind(new(port.Identities), new(*googleid.Verifier)),
		provideVerifierOptions,
		googleid.NewKeys,
		provideKeysOptions,
		provideStandin,

		openStores,
		wire.FieldsOf(new(stores),
			"Users", "Sessions", "Customers", "Audit", "Retention", "Revocations", "StandinKeys", "Checks"),
		memory.NewLimits, wire.Bind(new(port.Limits), new(*memory.Limits)),
		provideClock,
		provideEntropy,
	))
}

// newOperator composes what the operators' commands ask.
func newOperator(ctx context.Context, cfg config.Config) (operator, func(), error) {
	panic(wire.Build(
		wire.Struct(new(operator), "*"),
		wire.Struct(new(usecase.ListUsers), "*"),
		wire.Struct(new(usecase.FindUser), "*"),
		wire.Struct(new(usecase.InviteUser), "*"),
		wire.Struct(new(usecase.ChangeUser), "*"),
		wire.Struct(new(usecase.ListSessions), "*"),
		wire.Struct(new(usecase.EndSessions), "*"),
		wire.Struct(new(usecase.ImportCustomers), "*"),
		wire.Struct(new(usecase.Confirmation), "*"),

		openStores,
		wire.FieldsOf(new(stores), "Users", "Sessions", "Customers", "Audit", "Revocations"),
	))
}

package main

import (
	"context"

	"latchkey/infrastructure/config"
)

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Apply what is missing."`
	Down   migrateDown   `cmd:"" help:"Take the latest step back."`
	Status migrateStatus `cmd:"" help:"List the steps, and which of them are applied."`
}

type migrateUp struct{}

func (migrateUp) Run(ctx context.Context, cfg config.Config, in process) error {
	schema, closeSchema, err := openSchema(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeSchema()
	applied, err := schema.Up(ctx)
	for _, step := range applied {
		say(in.stdout, "applied %s\n", step.Name)
	}
	if err != nil {
		return err
	}
	if len(applied) == 0 {
		say(in.stdout, "The schema is up to date.\n")
	}
	return nil
}

type migrateDown struct{}

func (migrateDown) Run(ctx context.Context, cfg config.Config, in process) error {
	schema, closeSchema, err := openSchema(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeSchema()
	step, err := schema.Down(ctx)
	if err != nil {
		return err
	}
	say(in.stdout, "took back %s\n", step.Name)
	return nil
}

type migrateStatus struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// migrationLine is a step as the list prints it.
type migrationLine struct {
	Version int64  `json:"version"`
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
}

func (c migrateStatus) Run(ctx context.Context, cfg config.Config, in process) error {
	schema, closeSchema, err := openSchema(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeSchema()
	steps, err := schema.Status(ctx)
	if err != nil {
		return err
	}
	lines := []migrationLine{}
	for _, step := range steps {
		lines = append(lines, migrationLine{step.Version, step.Name, !step.AppliedAt.IsZero()})
	}
	if c.JSON {
		return printJSON(in.stdout, lines)
	}
	return printTable(in.stdout, []string{"STATE", "STEP"}, lines, func(l migrationLine) []string {
		if l.Applied {
			return []string{"applied", l.Name}
		}
		return []string{"pending", l.Name}
	})
}

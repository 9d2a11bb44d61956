package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"latchkey/adapter/customercsv"
	"latchkey/domain"
	"latchkey/infrastructure/config"
	"latchkey/usecase"
)

type customerCommand struct {
	Import customerImport `cmd:"" help:"Add the customers of a CSV file with the columns name and email: all of them or none."`
}

type customerImport struct {
	File string `arg:"" help:"The CSV file (UTF-8)."`
}

func (c *customerImport) Run(ctx context.Context, cfg config.Config, in process) error {
	file, err := in.readFile(c.File)
	if err != nil {
		return fmt.Errorf("the file can't be read: %w", err)
	}
	rows, err := customercsv.Read(bytes.NewReader(file))
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	op, closeOperator, err := newOperator(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeOperator()
	added, err := op.ImportCustomers.Do(ctx, rows, domain.Principal{})
	var bad *usecase.RowsError
	if errors.As(err, &bad) {
		return fmt.Errorf("nothing was imported; %s to put right:\n%s", count(len(bad.Faults), "value"), faultLines(bad.Faults))
	}
	if err != nil {
		return err
	}
	say(in.stdout, "%s imported.\n", count(added, "customer"))
	return nil
}

func faultLines(faults []usecase.RowFault) string {
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = fmt.Sprintf("  line %d, %s: %s", f.Line, f.Field, f.Message)
	}
	return strings.Join(lines, "\n")
}

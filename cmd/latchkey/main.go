// Command latchkey provides the service and the commands of its operators.
package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"latchkey/domain"
	"latchkey/infrastructure/logging"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], process{
		environ: os.Environ(), readFile: os.ReadFile,
		stdout: os.Stdout, stderr: os.Stderr, terminal: logging.IsTerminal(os.Stderr),
	})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "latchkey: "+sentence(err))
	}
	os.Exit(exitCode(err))
}

// errUsage marks what the caller has to put right before trying again.
var errUsage = errors.New("wrong use")

// exitCode is 0 for done, 1 for failed, 2 for wrong use.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	return 1
}

// sentence says what went wrong in words for people: of a refusal those that it brings.
func sentence(err error) string {
	var fields *domain.FieldsError
	if errors.As(err, &fields) {
		return strings.Join(slices.Sorted(maps.Values(fields.Fields)), " ")
	}
	var refusal *domain.Error
	if !errors.As(err, &refusal) {
		return err.Error()
	}
	if _, cause, found := strings.Cut(err.Error(), refusal.Error()+": "); found && refusal.Kind == domain.KindUnavailable {
		return refusal.Detail + " (" + cause + ")"
	}
	return refusal.Detail
}

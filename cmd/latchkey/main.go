// Command latchkey provides the service and the commands of its operators.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

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
		fmt.Fprintln(os.Stderr, "latchkey: "+err.Error())
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

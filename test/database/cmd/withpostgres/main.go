// Withpostgres runs a command with a private PostgreSQL server beside it, whose address the
// command finds in TEST_DATABASE_URL, so that all test binaries of one run share it:
//
//	go run ./test/database/cmd/withpostgres go test ./...
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	databasetest "latchkey/test/database"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
	}
	os.Exit(code)
}

func run(command []string) (code int, err error) {
	if len(command) == 0 {
		return 2, errors.New("name the command to run")
	}
	environ := os.Environ()
	if os.Getenv(databasetest.EnvURL) == "" {
		server, err := databasetest.StartServer(databasetest.Options{})
		if err != nil {
			return 1, err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		environ = append(environ, databasetest.EnvURL+"="+server.URL("postgres"))
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Env = environ
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	child.WaitDelay = 10 * time.Second
	err = child.Run()
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		return max(1, failed.ExitCode()), nil // it has said itself why
	case err != nil:
		return 1, err
	}
	return 0, nil
}

package crash

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// envStore names the environment variable by which a test's process knows that it is the one
// that works, and on which store.
const envStore = "LATCHKEY_TEST_CRASH_STORE"

// Main is for TestMain: in a process that Start has started it works on the store that open
// opens, and never returns.
func Main(open func(ctx context.Context, store string) (Ports, error)) {
	store, working := os.LookupEnv(envStore)
	if !working {
		return
	}
	ports, err := open(context.Background(), store)
	if err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		os.Exit(1)
	}
	Work(context.Background(), ports, os.Stdout)
	os.Exit(0)
}

// Process is a process that works on a store.
type Process struct {
	command *exec.Cmd
	lines   *bufio.Scanner
	read    []string
}

// Start starts the test's own program once more, to work on the store.
func Start(t *testing.T, store string) *Process {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), envStore+"="+store)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	p := &Process{command: command, lines: bufio.NewScanner(output)}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	return p
}

// Await returns once n more things were acknowledged.
func (p *Process) Await(t *testing.T, n int) {
	t.Helper()
	for range n {
		require.True(t, p.lines.Scan(), "the process ended by itself: %v", p.lines.Err())
		p.read = append(p.read, p.lines.Text())
	}
}

// Kill kills the process.
func (p *Process) Kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.command.Process.Kill())
}

// Acknowledged waits for the process's end and returns all that was acknowledged.
func (p *Process) Acknowledged(t *testing.T) []string {
	t.Helper()
	for p.lines.Scan() {
		p.read = append(p.read, p.lines.Text())
	}
	require.NoError(t, p.lines.Err())
	_ = p.command.Wait() // it was killed
	return p.read
}

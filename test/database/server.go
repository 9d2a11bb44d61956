package databasetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
)

// Options say how a private server runs.
type Options struct {
	// Durable keeps what has been committed through Kill, as a server in production does.
	// Without it the server is faster, and a crash may lose or spoil everything.
	Durable bool
	// Settings are further ones, as for postgres -c: "max_connections=10".
	Settings []string
}

// Server is a private PostgreSQL server: reached through a socket file alone, its files in
// a temporary folder. It is not safe for use by several goroutines.
type Server struct {
	options  Options
	programs string // folder of initdb and postgres
	folder   string
	owner    *syscall.Credential // nil: the user of this process
	keeper   io.Closer           // closing it, or dying, has the server stopped and the folder removed
	kept     *exec.Cmd
	process  *exec.Cmd
	ended    chan struct{} // closed when process is over
}

const startTime = 30 * time.Second

// StartServer makes a new server with the newest PostgreSQL that is installed and returns
// when it answers. On Debian as root it installs PostgreSQL where there is none. Whatever
// way this process ends, the server ends with it and leaves nothing behind.
func StartServer(options Options) (*Server, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, programs: programs}
	if s.owner, err = serverOwner(); err != nil {
		return nil, err
	}
	if s.folder, err = makeFolder(s.owner); err != nil {
		return nil, err
	}
	if err := s.keep(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	if err := s.initialize(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// URL is the address of one of the server's databases, for its superuser.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + database}
	u.RawQuery = url.Values{"host": {s.folder}, "sslmode": {"disable"}}.Encode()
	return u.String()
}

// Socket is the path of the socket file, for a proxy to connect to.
func (s *Server) Socket() string { return filepath.Join(s.folder, ".s.PGSQL.5432") }

// Start starts the server after Stop or Kill and returns when it answers.
func (s *Server) Start() error {
	for until := time.Now().Add(startTime); ; {
		stillUsed, err := s.start()
		// After Kill the processes of the old connections need a moment to notice.
		if err == nil || !stillUsed || time.Now().After(until) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (s *Server) start() (stillUsed bool, err error) {
	arguments := []string{"-D", s.data(), "-k", s.folder}
	settings := []string{"listen_addresses=", "max_connections=300", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC"}
	if !s.options.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_senders=0", "wal_level=minimal")
	}
	for _, setting := range append(settings, s.options.Settings...) {
		arguments = append(arguments, "-c", setting)
	}
	var log bytes.Buffer
	process := s.command("postgres", arguments...)
	process.Stderr = &log
	process.WaitDelay = time.Second
	if err := process.Start(); err != nil {
		return false, fmt.Errorf("start PostgreSQL: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = process.Wait() // how it ended, its log says
		close(ended)
	}()
	s.process, s.ended = process, ended

	for until := time.Now().Add(startTime); time.Now().Before(until); {
		select {
		case <-ended:
			s.process = nil
			stillUsed := bytes.Contains(log.Bytes(), []byte("still in use")) || bytes.Contains(log.Bytes(), []byte("is another postmaster"))
			return stillUsed, fmt.Errorf("PostgreSQL did not start: %s", log.String())
		case <-time.After(20 * time.Millisecond):
		}
		if db, err := sqlx.Connect("postgres", s.URL("postgres")); err == nil {
			return false, db.Close()
		}
	}
	return false, errors.Join(errors.New("PostgreSQL started and does not answer"), s.Kill())
}

// Stop stops the server in good order; connections are cut off. It returns when it is down.
func (s *Server) Stop() error { return s.end(syscall.SIGINT) }

// Kill kills the server as a crash would: nothing is written back. It returns when it is down.
func (s *Server) Kill() error { return s.end(syscall.SIGKILL) }

func (s *Server) end(signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Process.Signal(signal); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	<-s.ended
	s.process = nil
	return nil
}

// Close stops the server for good and removes its files.
func (s *Server) Close() error {
	if err := s.end(syscall.SIGQUIT); err != nil {
		return err
	}
	if err := s.keeper.Close(); err != nil {
		return fmt.Errorf("stop PostgreSQL's keeper: %w", err)
	}
	return s.kept.Wait()
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) initialize() error {
	initdb := s.command("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("make PostgreSQL's files: %w: %s", err, output)
	}
	return nil
}

// command prepares one of PostgreSQL's programs: as the server's owner, in a folder that he
// may enter, out of reach of the terminal's Ctrl-C, and untouched by PG… variables.
func (s *Server) command(program string, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(context.Background(), filepath.Join(s.programs, program), arguments...)
	command.Dir = s.folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	command.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner, Setpgid: true}
	return command
}

// keep starts a shell that waits for the end of its input, which comes with Close or with
// the death of this process, and then removes what is left.
func (s *Server) keep() error {
	const script = `cat >/dev/null
pid=$(head -n 1 data/postmaster.pid 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
n=0; while [ -e data/postmaster.pid ] && [ "$n" -lt 50 ]; do n=$((n+1)); sleep 0.1; done
cd / && rm -rf "$1"`
	keeper := exec.CommandContext(context.Background(), "/bin/sh", "-c", script, "sh", s.folder)
	keeper.Dir = s.folder
	keeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := keeper.StdinPipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL's keeper: %w", err)
	}
	if err := keeper.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL's keeper: %w", err)
	}
	s.keeper, s.kept = input, keeper
	return nil
}

// serverOwner finds whom the server runs as: PostgreSQL refuses to run as root.
func serverOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // no other than ourselves
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(account.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(account.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

// makeFolder makes the server's folder. Its path is short, for a socket's may have no more
// than about 100 characters.
func makeFolder(owner *syscall.Credential) (string, error) {
	const longest = 40
	parent := os.TempDir()
	if len(parent) > longest || owner != nil { // whose own temporary folder another user may not enter
		parent = "/tmp"
	}
	folder, err := os.MkdirTemp(parent, "latchkey-pg-")
	if err != nil {
		return "", fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if owner != nil {
		if err := os.Chown(folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return "", errors.Join(fmt.Errorf("give PostgreSQL its folder: %w", err), os.RemoveAll(folder))
		}
	}
	return folder, nil
}

package databasetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var errNoPostgres = errors.New("there is no PostgreSQL server here: install it (on Debian: apt-get install postgresql), " +
	"or name one in " + EnvURL + ", as a role that may create databases")

// findPrograms returns the folder of the newest PostgreSQL that is installed, and installs
// one where there is none and this process may.
func findPrograms() (string, error) {
	if folder := newestPrograms(); folder != "" {
		return folder, nil
	}
	if os.Geteuid() != 0 {
		return "", errNoPostgres
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return "", errNoPostgres
	}
	if err := installOnDebian(); err != nil {
		return "", errors.Join(errNoPostgres, err)
	}
	if folder := newestPrograms(); folder != "" {
		return folder, nil
	}
	return "", errNoPostgres
}

func newestPrograms() string {
	var folders []string
	if output, err := exec.CommandContext(context.Background(), "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(output)))
	}
	if program, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
	} {
		found, _ := filepath.Glob(pattern) // fails for a bad pattern alone
		folders = append(folders, found...)
	}

	newest, best := 0, ""
	for _, folder := range folders {
		if v := version(folder); v > newest {
			newest, best = v, folder
		}
	}
	return best
}

// version is the major version of the server in a folder; 0 when it has none.
func version(folder string) int {
	if _, err := os.Stat(filepath.Join(folder, "initdb")); err != nil {
		return 0
	}
	output, err := exec.CommandContext(context.Background(), filepath.Join(folder, "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	major, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(string(output)))
	return major
}

// installOnDebian waits for others that install at the same time, other test binaries included.
func installOnDebian() error {
	fmt.Fprintln(os.Stderr, "Installing PostgreSQL for the tests (apt-get install postgresql) …")
	for _, arguments := range [][]string{
		{"update", "-q"},
		{"install", "-q", "-y", "--no-install-recommends", "postgresql"},
	} {
		arguments = append([]string{"-o", "DPkg::Lock::Timeout=300"}, arguments...)
		command := exec.CommandContext(context.Background(), "apt-get", arguments...)
		command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w: %s", strings.Join(arguments, " "), err, output)
		}
	}
	return nil
}

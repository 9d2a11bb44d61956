package architecture_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fromSomewhere finds what binds a lock file to one registry, one proxy or one machine.
func fromSomewhere(text string) []string {
	pattern := regexp.MustCompile(`(?m)"resolved"\s*:.*$|^\s*[^\s#;]*registry\s*=.*$|_auth.*$|_password.*$|file:/.*$|^\s*replace\b.*$|=>.*$`)
	return pattern.FindAllString(text, -1)
}

func TestLockFilesNameNoRegistry(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := 0
	for _, name := range []string{
		"go.mod", "go.sum",
		"frontend/package.json", "frontend/package-lock.json", "frontend/.npmrc",
		"test/e2e/package.json", "test/e2e/package-lock.json", "test/e2e/.npmrc",
	} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		seen++
		found := fromSomewhere(string(text))
		assert.Empty(t, found, "%s would not install from another registry; %s", name, "omit-lockfile-registry-resolved=true in .npmrc keeps npm from writing it")
	}
	assert.GreaterOrEqual(t, seen, 2)

	for _, breach := range []string{
		`"resolved": "https://registry.example.com/x.tgz",`, "registry=https://registry.example.com/", "@us:registry = https://x",
		"//registry.example.com/:_authToken=x", `"x": "file:/home/me/x"`, "replace a => ../a",
	} {
		assert.NotEmpty(t, fromSomewhere(breach), breach)
	}
	assert.Empty(t, fromSomewhere(strings.Join([]string{
		"omit-lockfile-registry-resolved=true", `"integrity": "sha512-abc="`, "module latchkey", "# registry=none", `"node": ">=20"`,
	}, "\n")))
}

// Package architecture_test checks the rules of the house that a compiler can't: who may
// import whom, what may be called where, and how things are named.
package architecture_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "latchkey"

// source is one Go file; its path is relative to the module and has slashes.
type source struct {
	path string
	*ast.File
	set *token.FileSet
}

func parse(t *testing.T, name string, text any) source {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	return source{filepath.ToSlash(name), file, set}
}

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// within says that the file lies in one of the folders, or below.
func (s source) within(folders ...string) bool {
	for _, folder := range folders {
		if strings.HasPrefix(s.path, folder+"/") {
			return true
		}
	}
	return false
}

// imported lists the import paths of a file.
func (s source) imported() []string {
	paths := make([]string, len(s.Imports))
	for i, spec := range s.Imports {
		paths[i], _ = strconv.Unquote(spec.Path.Value) // the parser has let it pass
	}
	return paths
}

// nameOf is the name by which the file knows an imported package; empty when it does not.
func (s source) nameOf(importPath string) string {
	for i, imported := range s.imported() {
		if imported != importPath {
			continue
		}
		if s.Imports[i].Name != nil {
			return s.Imports[i].Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

// at says where a node stands.
func (s source) at(node ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(node.Pos()).Line)
}

// tree parses every Go file of the module.
func tree(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch base := entry.Name(); {
			case relative == ".":
				return nil
			case strings.HasPrefix(base, "."), base == "node_modules", base == "testdata", relative == "var", relative == "bin":
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		all = append(all, parse(t, relative, text))
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

// rule reports what breaks it in one file.
type rule func(source) []string

// holds checks a rule on the whole tree, and that it sees each of the breaches (source text
// by path) and lets pass what is fine.
func holds(t *testing.T, check rule, breaches, fine map[string]string) {
	t.Helper()
	for _, file := range tree(t) {
		assert.Empty(t, check(file))
	}
	for name, text := range breaches {
		name, _, _ = strings.Cut(name, " ") // what follows a space tells cases apart
		assert.NotEmpty(t, check(parse(t, name, text)), "not seen in %s: %s", name, text)
	}
	for name, text := range fine {
		name, _, _ = strings.Cut(name, " ")
		assert.Empty(t, check(parse(t, name, text)), "wrongly seen in %s: %s", name, text)
	}
}

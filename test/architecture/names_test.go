package architecture_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
)

// emptyWords say nothing about what a thing is for.
func emptyWords() []string {
	return []string{
		"impl", "impls", "util", "utils", "common", "helper", "helpers", "base", "manager", "managers",
		"dto", "dtos", "model", "models", "service", "services", "types",
	}
}

// words splits a name at its capitals, underscores, hyphens and dots: "HTTPServer_v2" is
// http, server, v2.
func words(name string) []string {
	var all []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			all = append(all, strings.ToLower(string(word)))
			word = nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if strings.ContainsRune("_-.", r) {
			flush()
			continue
		}
		afterSmall := i > 0 && !unicode.IsUpper(runes[i-1])
		beforeSmall := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(r) && (afterSmall || beforeSmall) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return all
}

func TestWords(t *testing.T) {
	for name, want := range map[string][]string{
		"UserService": {"user", "service"}, "HTTPServer": {"http", "server"}, "user_dto.go": {"user", "dto", "go"},
		"Database": {"database"}, "parseURL": {"parse", "url"}, "v2Base": {"v2", "base"},
	} {
		assert.Equal(t, want, words(name))
	}
}

func emptyWordIn(name string) string {
	for _, word := range words(name) {
		if slices.Contains(emptyWords(), word) {
			return word
		}
	}
	return ""
}

// emptyNames looks at folders, files, packages and whatever a file exports.
func emptyNames(file source) []string {
	var wrong []string
	look := func(where, name string) {
		if word := emptyWordIn(name); word != "" {
			wrong = append(wrong, where+": "+name+": the word "+word+" says nothing; say what it is for")
		}
	}
	for part := range strings.SplitSeq(file.path, "/") {
		look(file.path, strings.TrimSuffix(part, path.Ext(part)))
	}
	look(file.at(file.Name), file.Name.Name)
	if file.isTest() || path.Base(file.path) == "wire_gen.go" {
		return wrong
	}
	for _, name := range declared(file.File) {
		if name.IsExported() {
			look(file.at(name), name.Name)
		}
	}
	return wrong
}

// declared lists what a file declares: functions, methods, types with their fields and
// methods, variables and constants.
func declared(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			names = append(names, d.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name)
					ast.Inspect(s.Type, func(node ast.Node) bool {
						if field, ok := node.(*ast.Field); ok {
							names = append(names, field.Names...)
						}
						return true
					})
				case *ast.ValueSpec:
					names = append(names, s.Names...)
				}
			}
		}
	}
	return names
}

func TestNamesSayWhatAThingIsFor(t *testing.T) {
	holds(t, emptyNames, map[string]string{
		"usecase/util.go":                  "package x",
		"usecase/login_helper.go":          "package x",
		"adapter/common/a.go":              "package x",
		"adapter/models_test.go":           "package x",
		"usecase/a.go package":             "package types",
		"usecase/a.go type":                "package x\ntype LoginService struct{}",
		"usecase/a.go func":                "package x\nfunc NewUserManager() {}",
		"usecase/a.go method":              "package x\nfunc (a) BaseURL() {}",
		"usecase/a.go const":               "package x\nconst CommonName = 1",
		"usecase/a.go var":                 "package x\nvar A, UserModel int",
		"usecase/a.go field":               "package x\ntype A struct { UserDTO int }",
		"usecase/a.go method of interface": "package x\ntype A interface { RunImpl() }",
	}, map[string]string{
		"usecase/database.go":           "package database\ntype Based struct{ Typesetting int }",
		"usecase/a.go not exported":     "package x\nfunc base() {}",
		"usecase/a.go inside functions": "package x\nfunc F() { type Service struct{} }",
	})
}

func TestEachPackageOpensWithASentence(t *testing.T) {
	undocumented := func(files []source) []string {
		documented := map[string]bool{}
		for _, file := range files {
			if file.isTest() {
				continue
			}
			folder := path.Dir(file.path)
			documented[folder] = documented[folder] || file.Doc != nil && strings.TrimSpace(file.Doc.Text()) != ""
		}
		var without []string
		for folder, ok := range documented {
			if !ok {
				without = append(without, folder+" has no package comment")
			}
		}
		return without
	}

	assert.Empty(t, undocumented(tree(t)))
	assert.Len(t, undocumented([]source{
		parse(t, "a/a.go", "package a"), parse(t, "a/b.go", "package a"),
		parse(t, "b/a.go", "package b"), parse(t, "b/b.go", "// Package b provides something.\npackage b"),
		parse(t, "c/a_test.go", "package c"),
	}), 1)
}

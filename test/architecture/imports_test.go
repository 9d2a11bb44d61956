package architecture_test

import (
	"slices"
	"strings"
	"testing"
)

// layer says what a folder may import. Tests are free: they put things together.
type layer struct {
	folder  string
	module  []string // packages of this module, each with what lies below it; its own folder always
	outside bool     // packages that are neither of this module nor the standard library
	not     []string // packages of the standard library that it may not
}

// layers has the most special folder first.
func layers() []layer {
	return []layer{
		{folder: "domain", not: []string{"net", "net/http", "database/sql", "database/sql/driver", "encoding/json"}},
		{folder: "usecase/port", module: []string{"domain"}},
		{folder: "usecase", module: []string{"domain", "usecase/port"}},
		{folder: "adapter/httpapi", module: []string{"domain", "usecase"}, outside: true}, // it drives the use cases
		{folder: "adapter/customercsv", module: []string{"domain", "usecase"}},            // it reads what a use case is given
		{folder: "adapter/postgres", module: []string{"domain", "usecase/port", "adapter/sqlstore"}, outside: true},
		{folder: "adapter/sqlite", module: []string{"domain", "usecase/port", "adapter/sqlstore"}, outside: true},
		{folder: "infrastructure", module: []string{"infrastructure"}, outside: true},
		{folder: "frontend", outside: true},
		{folder: "docs", outside: true},
		{folder: "test/contract", module: []string{"domain", "usecase/port"}, outside: true},
		{folder: "test/database", module: []string{"test/database"}, outside: true},
		{folder: "test", module: []string{""}, outside: true},
		{folder: "cmd", module: []string{""}, outside: true},
	}
}

// layerOf finds the layer of a file. Adapters that the table does not name keep apart: a
// driven adapter sees the domain and the ports alone. A folder that nobody knows may import
// nothing of the module.
func layerOf(file source) layer {
	for _, l := range layers() {
		if file.within(l.folder) {
			return l
		}
	}
	if name, ok := strings.CutPrefix(file.path, "adapter/"); ok {
		name, _, _ = strings.Cut(name, "/")
		return layer{folder: "adapter/" + name, module: []string{"domain", "usecase/port"}, outside: true}
	}
	return layer{folder: file.path}
}

func (l layer) allows(imported string) bool {
	if ours, ok := strings.CutPrefix(imported, module+"/"); ok {
		if below(ours, l.folder) {
			return true
		}
		return slices.ContainsFunc(l.module, func(allowed string) bool {
			if allowed == "usecase/port" || allowed == "domain" {
				return ours == allowed
			}
			return allowed == "" || below(ours, allowed)
		})
	}
	first, _, _ := strings.Cut(imported, "/")
	if strings.Contains(first, ".") { // a host: not the standard library
		return l.outside
	}
	return !slices.Contains(l.not, imported)
}

func below(imported, folder string) bool {
	return imported == folder || strings.HasPrefix(imported, folder+"/")
}

func dependencyRule(file source) []string {
	if file.isTest() {
		return nil
	}
	var wrong []string
	l := layerOf(file)
	for i, imported := range file.imported() {
		if !l.allows(imported) {
			wrong = append(wrong, file.at(file.Imports[i])+": "+l.folder+" may not import "+imported)
		}
	}
	return wrong
}

func TestDependencyRule(t *testing.T) {
	imports := func(path string) string { return "package x\nimport _ " + `"` + path + `"` }
	holds(t, dependencyRule, map[string]string{
		"domain/a.go sql":                imports("database/sql"),
		"domain/a.go net":                imports("net"),
		"domain/a.go http":               imports("net/http"),
		"domain/a.go json":               imports("encoding/json"),
		"domain/a.go library":            imports("github.com/google/uuid"),
		"domain/a.go port":               imports("latchkey/usecase/port"),
		"usecase/port/a.go usecase":      imports("latchkey/usecase"),
		"usecase/port/a.go adapter":      imports("latchkey/adapter/memory"),
		"usecase/a.go adapter":           imports("latchkey/adapter/memory"),
		"usecase/a.go library":           imports("github.com/gin-gonic/gin"),
		"usecase/a.go infrastructure":    imports("latchkey/infrastructure/config"),
		"adapter/httpapi/a.go adapter":   imports("latchkey/adapter/googleid"),
		"adapter/httpapi/a.go config":    imports("latchkey/infrastructure/config"),
		"adapter/httpapi/a.go frontend":  imports("latchkey/frontend"),
		"adapter/memory/a.go usecase":    imports("latchkey/usecase"),
		"adapter/sqlstore/a.go engine":   imports("latchkey/adapter/sqlite"),
		"adapter/sqlite/a.go engine":     imports("latchkey/adapter/postgres"),
		"adapter/sqlite/a.go database":   imports("latchkey/infrastructure/database"),
		"adapter/googleid/in/a.go http":  imports("latchkey/adapter/httpapi"),
		"infrastructure/log/a.go domain": imports("latchkey/domain"),
		"infrastructure/log/a.go port":   imports("latchkey/usecase/port"),
		"frontend/a.go domain":           imports("latchkey/domain"),
		"test/contract/a.go adapter":     imports("latchkey/adapter/memory"),
		"elsewhere/a.go domain":          imports("latchkey/domain"),
	}, map[string]string{
		"domain/a.go":                    imports("strings"),
		"usecase/a.go":                   imports("latchkey/usecase/port"),
		"usecase/a_test.go":              imports("latchkey/adapter/memory"),
		"adapter/httpapi/a.go":           imports("latchkey/usecase"),
		"adapter/sqlite/a.go":            imports("latchkey/adapter/sqlstore"),
		"adapter/googleid/a.go":          imports("latchkey/adapter/googleid/compact"),
		"adapter/googleid/compact/a.go":  imports("latchkey/adapter/googleid"),
		"infrastructure/httpserver/a.go": imports("latchkey/infrastructure/logging"),
		"cmd/latchkey/a.go":              imports("latchkey/infrastructure/config"),
		"test/e2e/a.go":                  imports("latchkey/adapter/memory"),
	})
}

// wireInCmd keeps wire where it can be replaced by renaming one file.
func wireInCmd(file source) []string {
	var wrong []string
	for i, imported := range file.imported() {
		if strings.HasPrefix(imported, "github.com/google/wire") && !file.within("cmd") {
			wrong = append(wrong, file.at(file.Imports[i])+": wire is for cmd alone")
		}
	}
	return wrong
}

func TestWireInCmdAlone(t *testing.T) {
	const wire = "package x\nimport _ \"github.com/google/wire\""
	holds(t, wireInCmd,
		map[string]string{"usecase/wire.go": wire, "adapter/httpapi/wire_test.go": wire},
		map[string]string{"cmd/latchkey/wire.go": wire})
}

// infrastructureForCmd keeps the process's means out of everything that must not know a process.
func infrastructureForCmd(file source) []string {
	if file.isTest() || file.within("cmd", "infrastructure", "test") {
		return nil
	}
	var wrong []string
	for i, imported := range file.imported() {
		if below(imported, module+"/infrastructure") {
			wrong = append(wrong, file.at(file.Imports[i])+": infrastructure is for cmd alone")
		}
	}
	return wrong
}

func TestOnlyCmdImportsInfrastructure(t *testing.T) {
	const config = "package x\nimport _ \"latchkey/infrastructure/config\""
	holds(t, infrastructureForCmd,
		map[string]string{"frontend/embed.go": config, "adapter/sqlite/a.go": config, "new/a.go": config},
		map[string]string{"cmd/latchkey/serve.go": config, "infrastructure/database/a.go": config})
}

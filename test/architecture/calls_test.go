package architecture_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// forbidden is a name of another package that may be used in few places.
type forbidden struct {
	pkg     string
	names   []string // empty: all of them
	allowed []string // folders
	because string
}

// forbiddenNames has cmd and test left out: cmd is where the process begins, tests are free.
func forbiddenNames() []forbidden {
	return []forbidden{
		{
			"time",
			[]string{"Now", "Since", "Until"},
			[]string{"infrastructure"},
			"take port.Clock: expiry is tested with the clock in hand",
		},
		{
			"os",
			[]string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
			nil,
			"settings come through infrastructure/config, which is handed the environment",
		},
		{"fmt", []string{"Print", "Printf", "Println"}, nil, "standard output belongs to commands"},
		{"log", []string{"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"}, nil, "take slog"},
		{"os", []string{"Exit"}, nil, "return an error: only main ends the process"},
		{
			"net/http",
			[]string{"DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm"},
			nil,
			"it has no time-out: make a client",
		},
		{"crypto/rand", nil, []string{"adapter/googlestandin"}, "take port.Entropy"}, // RSA wants a reader
		{"math/rand", nil, nil, "take port.Entropy"},
		{"math/rand/v2", nil, nil, "take port.Entropy"},
	}
}

func forbiddenCalls(file source) []string {
	if file.isTest() || file.within("cmd", "test") {
		return nil
	}
	var wrong []string
	for _, f := range forbiddenNames() {
		name := file.nameOf(f.pkg)
		if name == "" || file.within(f.allowed...) {
			continue
		}
		ast.Inspect(file.File, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := selector.X.(*ast.Ident); ok && of.Name == name && (f.names == nil || slices.Contains(f.names, selector.Sel.Name)) {
				wrong = append(wrong, file.at(node)+": "+f.pkg+"."+selector.Sel.Name+": "+f.because)
			}
			return true
		})
	}
	return wrong
}

func TestForbiddenCalls(t *testing.T) {
	uses := func(path, expression string) string {
		return "package x\nimport " + path + "\nvar _ = " + expression
	}
	holds(t, forbiddenCalls, map[string]string{
		"domain/a.go now":             uses(`"time"`, "time.Now()"),
		"usecase/a.go since":          uses(`"time"`, "time.Since(x)"),
		"usecase/a.go as value":       uses(`"time"`, "time.Now"),
		"adapter/sqlite/a.go renamed": uses(`clock "time"`, "clock.Now()"),
		"infrastructure/a.go env":     uses(`"os"`, `os.Getenv("X")`),
		"adapter/httpapi/a.go env":    uses(`"os"`, `os.LookupEnv("X")`),
		"adapter/httpapi/a.go print":  uses(`"fmt"`, `fmt.Println("x")`),
		"infrastructure/a.go log":     uses(`"log"`, `log.Fatal("x")`),
		"infrastructure/a.go exit":    uses(`"os"`, `os.Exit`),
		"adapter/googleid/a.go http":  uses(`"net/http"`, "http.DefaultClient"),
		"adapter/googleid/a.go get":   uses(`"net/http"`, `http.Get`),
		"usecase/a.go rand":           uses(`"crypto/rand"`, "rand.Reader"),
	}, map[string]string{
		"cmd/latchkey/provide.go":          uses(`"time"`, "time.Now()"),
		"infrastructure/httpserver/a.go":   uses(`"time"`, "time.Now()"),
		"domain/a_test.go":                 uses(`"time"`, "time.Now()"),
		"test/database/a.go":               uses(`"os"`, `os.Getenv("X")`),
		"usecase/a.go":                     uses(`"time"`, "time.Second"),
		"adapter/httpapi/a.go of a writer": uses(`"fmt"`, `fmt.Fprintln(w, "x")`),
		"adapter/httpapi/a.go of a value":  uses(`"time"`, "clock.Now()"),
	})
}

// tagsInDomain keeps the forms of storage and transport out of the domain.
func tagsInDomain(file source) []string {
	if !file.within("domain") {
		return nil
	}
	var wrong []string
	ast.Inspect(file.File, func(node ast.Node) bool {
		if field, ok := node.(*ast.Field); ok && field.Tag != nil {
			wrong = append(wrong, file.at(node)+": the domain has no struct tags ("+strings.Trim(field.Tag.Value, "`")+")")
		}
		return true
	})
	return wrong
}

func TestNoStructTagsInDomain(t *testing.T) {
	const tagged = "package x\ntype row struct { name string `json:\"name\"` }"
	holds(t, tagsInDomain,
		map[string]string{"domain/user.go": tagged},
		map[string]string{"adapter/sqlstore/user.go": tagged, "domain/user.go": "package x\ntype User struct { name string }"})
}

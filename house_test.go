// Package guildpulse_test keeps the rules of the house: which package may import
// which, and that every package says what it is.
package guildpulse_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "guildpulse"

// floors are the layers from bottom to top, as ARCHITECTURE.md draws them. A
// package may import packages of lower floors, and none of its own floor.
var floors = [][]string{
	{"events"},
	{"ringbuf", "sketch", "rank"},
	{"internal/report", "internal/guild", "persist"},
	{
		"discord", "web", "internal/pipeline", "internal/stats", "internal/archive",
		"persist/journal", "persist/postgres", "persist/sqlite",
	},
	{"internal/fakediscord", "internal/simulate"},
	{"cmd/bot"},
}

// leaves import nothing but the standard library and lower floors.
var leaves = []string{"events", "ringbuf", "sketch", "rank", "internal/guild", "internal/report", "persist"}

// forbidden are imports that the floors alone would allow.
var forbidden = map[string][]string{
	"discord":           {"internal/stats", "persist"},
	"web":               {"internal/stats", "persist"},
	"internal/pipeline": {"internal/report", "rank", "sketch"},
	"persist/journal":   {"persist", "internal/guild", "internal/report"},
	"persist/postgres":  {"internal/guild", "internal/report"},
	"persist/sqlite":    {"internal/guild", "internal/report"},
}

// forTests are packages that only tests and each other may import.
var forTests = []string{
	"persist/storetest", "internal/pgtest", "internal/browsertest", "internal/openapicheck",
}

func floorOf(pkg string) int {
	for i, f := range floors {
		if slices.Contains(f, pkg) {
			return i
		}
	}
	return -1
}

// walk visits every Go file of the module that is not a test.
func walk(t *testing.T, visit func(pkg, file string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != "." && (strings.HasPrefix(d.Name(), ".") || hasOwnModule(path) || d.Name() == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(filepath.Dir(path)), path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func hasOwnModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func TestImportsPointDown(t *testing.T) {
	walk(t, func(pkg, file string, f *ast.File) {
		if slices.Contains(forTests, pkg) {
			return
		}
		from := floorOf(pkg)
		if from < 0 {
			t.Errorf("%s: package %s stands on no floor of the house; see ARCHITECTURE.md", file, pkg)
			return
		}
		for _, spec := range f.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			to, ours := strings.CutPrefix(path, module+"/")
			switch {
			case !ours && slices.Contains(leaves, pkg) && strings.Contains(strings.Split(path, "/")[0], "."):
				t.Errorf("%s: %s is a leaf and imports %s", file, pkg, path)
			case !ours:
			case slices.Contains(forTests, to):
				t.Errorf("%s: %s is for tests, %s imports it", file, to, pkg)
			case floorOf(to) >= from:
				t.Errorf("%s: %s must not import %s: imports point down", file, pkg, to)
			case slices.Contains(forbidden[pkg], to):
				t.Errorf("%s: %s must not import %s", file, pkg, to)
			}
		}
	})
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	docs := make(map[string]bool)
	walk(t, func(pkg, _ string, f *ast.File) {
		docs[pkg] = docs[pkg] || f.Doc != nil && len(f.Doc.Text()) > 40
	})
	for pkg, ok := range docs {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

// skips finds calls on a test, not those of other things that can be skipped.
var skips = regexp.MustCompile(`\b[tb]\.Skip(f|Now)?\(`)

func TestNoTestIsSkipped(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") || path == "house_test.go" {
			return err
		}
		b, err := os.ReadFile(path)
		if skips.Match(b) {
			t.Errorf("%s skips: a missing part must fail", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

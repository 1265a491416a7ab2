package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestQueriesBearTheirNames holds the files of queries to their rule.
func TestQueriesBearTheirNames(t *testing.T) {
	files, err := filepath.Glob("sql/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		if !strings.HasPrefix(string(text), "-- name: "+name+"\n") && !strings.HasPrefix(string(text), "-- name: "+name+" {") {
			t.Errorf("%s does not begin with its name", file)
		}
	}
}

package measure_test

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guildpulse/bench/measure"
)

// run makes a table as a run does.
func run(subject string, whole bool, names ...string) *measure.Table {
	t := measure.NewTable(subject, io.Discard, measure.Options{}, nil)
	t.Whole = whole
	for i, name := range names {
		t.AtMost(name, "ns", float64(i+1), 1, "a reason, with a comma")
	}
	return t
}

func names(tables []*measure.Table) string {
	var all []string
	for _, t := range tables {
		for i := range t.Figures {
			all = append(all, t.Subject+"/"+t.Figures[i].Name)
		}
	}
	return strings.Join(all, " ")
}

func TestRecordReadsBack(t *testing.T) {
	table := run("rings", true, "one", "two")
	table.Add(measure.Figure{
		Name: "three", Unit: "ns", Ours: 1.5, PeerName: "channel", Peer: 3, Ratio: 2, Goal: math.NaN(),
	})
	var first, second bytes.Buffer
	if err := measure.WriteCSV(&first, []*measure.Table{table, run("logs", true, "one")}); err != nil {
		t.Fatal(err)
	}
	read, err := measure.ReadCSV(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := measure.WriteCSV(&second, read); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("wrote\n%s\nand, having read it,\n%s", first.Bytes(), second.Bytes())
	}
}

func TestRecordRefusesWhatItDidNotWrite(t *testing.T) {
	for _, text := range []string{"", "subject,name\nrings,one\n", "a,\"b\n"} {
		if _, err := measure.ReadCSV(strings.NewReader(text)); err == nil {
			t.Errorf("read %q", text)
		}
	}
}

func TestMergeKeepsWhatWasNotMeasured(t *testing.T) {
	before := []*measure.Table{run("rings", true, "a", "b"), run("logs", true, "c"), run("gone", true, "d")}
	for _, test := range []struct {
		what     string
		measured []*measure.Table
		want     string
	}{
		{"nothing", []*measure.Table{run("rings", false), run("logs", false)}, "rings/a rings/b logs/c gone/d"},
		{"a figure", []*measure.Table{run("rings", false, "b"), run("logs", false)}, "rings/a rings/b logs/c gone/d"},
		{"a new figure", []*measure.Table{run("rings", false, "x"), run("logs", false)}, "rings/a rings/b rings/x logs/c gone/d"},
		{"a subject", []*measure.Table{run("rings", true, "x"), run("logs", false)}, "rings/x logs/c gone/d"},
		{"a new subject", []*measure.Table{run("first", true, "x"), run("rings", false)}, "first/x rings/a rings/b logs/c gone/d"},
	} {
		if got := names(measure.Merge(before, test.measured)); got != test.want {
			t.Errorf("%s: %s, want %s", test.what, got, test.want)
		}
	}
	fresh := run("rings", false, "x", "y", "b")
	if got := measure.Merge(before, []*measure.Table{fresh})[0].Figures[1].Ours; got != fresh.Figures[2].Ours {
		t.Errorf("the record keeps %v, measured was %v", got, fresh.Figures[2].Ours)
	}
}

func TestPublishKeepsThePage(t *testing.T) {
	page := filepath.Join(t.TempDir(), "benchmarks.md")
	publish := func(tables ...*measure.Table) string {
		t.Helper()
		if err := measure.Publish(page, tables); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	whole := run("whole", true, "growth")
	whole.Draw(growth())
	whole.Sheet("profile", "# Profile\n")
	first := publish(run("rings", true, "single"), whole)
	for _, want := range []string{
		"| single | 1.00 ns |", "| growth |", "![whole: growth](benchmarks/whole-growth.svg)", "[whole: profile](benchmarks/whole-profile.md)",
	} {
		if !strings.Contains(first, want) {
			t.Errorf("the page lacks %q:\n%s", want, first)
		}
	}
	if second := publish(run("rings", false, "single"), run("whole", false)); second != first {
		t.Errorf("a part measured anew made\n%s\nof\n%s", second, first)
	}
	if third := publish(run("whole", true, "growth")); strings.Contains(third, ".svg") || !strings.Contains(third, "| single |") {
		t.Errorf("without a picture the page is\n%s", third)
	}
}

func TestPartsAreAskedForByName(t *testing.T) {
	match := func(name string) bool { return name == "whole/latency" || name == "whole/alone" }
	table := measure.NewTable("whole", io.Discard, measure.Options{}, match)
	for _, part := range []string{"durable", "latency", "members"} {
		table.Part(part)
		table.Report(part+" of something", "ns", 1)
	}
	table.Report("alone", "ns", 1)
	if got, want := names([]*measure.Table{table}), "whole/latency of something whole/alone"; got != want {
		t.Errorf("measured %s, want %s", got, want)
	}
}

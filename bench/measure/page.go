package measure

import (
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// WriteMarkdown writes the page: the machine, a table a subject with the pictures and
// sheets that are in the folder dir beside it, and what falls short with its reason.
func WriteMarkdown(w io.Writer, tables []*Table, beside fs.FS, dir string) error {
	p := &page{w: w, beside: beside, dir: dir}
	p.line("# Benchmarks")
	p.line("")
	p.line("Made by `make bench`, which measures every figure beside its peer, in one process, turn by turn.")
	p.line("What is judged is the ratio; absolute figures move from machine to machine. All of them, with")
	p.line("their dates, are in [figures.csv](%s/figures.csv).", dir)
	p.line("")
	for _, machine := range machines(tables) {
		p.line("- %s", machine)
	}
	if took := duration(tables); took > 0 {
		p.line("- Measuring takes %s.", took)
	}
	for _, t := range tables {
		p.table(t)
		p.exhibits(t)
	}
	p.short(tables)
	p.versions()
	return p.err
}

// machines lists what the figures were measured on.
func machines(tables []*Table) (all []string) {
	for _, t := range tables {
		for i := range t.Figures {
			if m := t.Figures[i].Machine; !slices.Contains(all, m) {
				all = append(all, m)
			}
		}
	}
	return all
}

// Took is the figure of how long a subject took, in seconds.
const Took = "time that measuring takes"

// duration tells how long a whole run takes, 0 unless every subject's part is known.
func duration(tables []*Table) time.Duration {
	var sum float64
	for _, t := range tables {
		i := slices.IndexFunc(t.Figures, func(f Figure) bool { return f.Name == Took })
		if i < 0 {
			return 0
		}
		sum += t.Figures[i].Ours
	}
	return time.Duration(sum) * time.Second
}

type page struct {
	w      io.Writer
	beside fs.FS
	dir    string
	err    error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *page) table(t *Table) {
	p.line("\n## %s\n", t.Subject)
	p.line("%s.\n", measuredOn(t))
	p.line("| | ours | peer | ratio | goal | |")
	p.line("|---|---:|---:|---:|---:|---|")
	for i := range t.Figures {
		f := &t.Figures[i]
		peer := ""
		if !math.IsNaN(f.Peer) {
			peer = f.PeerName + " " + number(f.Peer, f.Unit)
		}
		p.line("| %s | %s | %s | %s | %s | %s |", f.Name, number(f.Ours, f.Unit), peer, ratio(f.Ratio), f.goal(), f.Verdict())
	}
}

// measuredOn tells the dates of a table's figures.
func measuredOn(t *Table) string {
	first, last := t.Figures[0].Measured, t.Figures[0].Measured
	for i := range t.Figures {
		if m := t.Figures[i].Measured; m.Before(first) {
			first = m
		} else if m.After(last) {
			last = m
		}
	}
	const format = "2 January 2006"
	if from, to := first.Format(format), last.Format(format); from != to {
		return "Measured between " + from + " and " + to
	}
	return "Measured on " + last.Format(format)
}

// exhibits shows a subject's pictures and names its sheets.
func (p *page) exhibits(t *Table) {
	for _, kind := range []struct{ ending, format string }{
		{".svg", "\n![%s: %s](%s)"}, {".md", "\n- [%s: %s](%s)"},
	} {
		names, err := fs.Glob(p.beside, p.dir+"/"+t.Subject+"-*"+kind.ending)
		if p.err == nil {
			p.err = err
		}
		for _, name := range names {
			what := strings.TrimSuffix(strings.TrimPrefix(name, p.dir+"/"+t.Subject+"-"), kind.ending)
			p.line(kind.format, t.Subject, what, name)
		}
	}
}

func (p *page) short(tables []*Table) {
	p.line("\n## What falls short\n")
	n := 0
	for _, t := range tables {
		for i := range t.Figures {
			if f := &t.Figures[i]; f.Verdict() == "short" {
				n++
				p.line("- **%s: %s** %s of %s. %s", f.Subject, f.Name, reached(f), f.goal(), f.Note)
			}
		}
	}
	if n == 0 {
		p.line("Nothing in this run.")
	}
}

func reached(f *Figure) string {
	if math.IsNaN(f.Ratio) {
		return number(f.Ours, f.Unit)
	}
	return ratio(f.Ratio)
}

// versions lists what was measured against.
func (p *page) versions() {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	p.line("\n## Versions\n")
	for _, d := range info.Deps {
		if peers[d.Path] {
			p.line("- %s %s", d.Path, d.Version)
		}
	}
}

// peers are the modules that something is compared with.
var peers = map[string]bool{
	"github.com/puzpuzpuz/xsync/v4": true, "github.com/Workiva/go-datastructures": true,
	"github.com/bytedance/gopkg": true, "github.com/tidwall/btree": true, "github.com/google/btree": true,
	"github.com/huandu/skiplist": true, "github.com/axiomhq/hyperloglog": true, "github.com/retailnext/hllpp": true,
	"github.com/tylertreat/BoomFilters": true, "github.com/tidwall/wal": true, "github.com/cockroachdb/pebble": true,
	"go.etcd.io/etcd/server/v3": true, "github.com/hashicorp/raft-wal": true, "github.com/prometheus/prometheus": true,
	"github.com/jackc/pgx/v5": true, "github.com/bwmarrin/discordgo": true, "github.com/disgoorg/disgo": true,
	"modernc.org/sqlite": true,
}

// Machine describes what a run was measured on.
func Machine() string {
	return fmt.Sprintf("%s, %d cores, %s, %s/%s", processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// processor reads the processor's name where the system tells it.
func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(b)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, " \t:"))
		}
	}
	return "unknown processor"
}

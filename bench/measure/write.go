package measure

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// WriteCSV writes figures as comma-separated values with a head.
func WriteCSV(w io.Writer, tables []*Table) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"subject", "name", "unit", "ours", "peer", "peer_value", "ratio", "goal", "verdict"}}
	for _, t := range tables {
		for i := range t.Figures {
			f := &t.Figures[i]
			rows = append(rows, []string{
				f.Subject, f.Name, f.Unit, plain(f.Ours), f.PeerName, plain(f.Peer), plain(f.Ratio), plain(f.Goal), f.Verdict(),
			})
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

func plain(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// WriteMarkdown writes the page docs/benchmarks.md: the machine, how it was run, a
// table a subject, and what falls short with its reason.
func WriteMarkdown(w io.Writer, tables []*Table, took time.Duration) error {
	p := &page{w: w}
	p.line("# Benchmarks")
	p.line("")
	p.line("Made by `make bench`, which measures every figure beside its peer, in one process, turn by turn.")
	p.line("What is judged is the ratio; absolute figures move from machine to machine.")
	p.line("")
	p.line("- %s", Machine())
	p.line("- %s, in %s", time.Now().UTC().Format("2 January 2006"), took.Round(time.Second))
	for _, t := range tables {
		p.table(t)
	}
	p.short(tables)
	p.versions()
	return p.err
}

type page struct {
	w   io.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *page) table(t *Table) {
	p.line("\n## %s\n", t.Subject)
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

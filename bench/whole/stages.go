package whole

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// stage is a part of the way, known by functions on the stack.
type stage struct {
	name  string
	marks []string // parts of names, one of which is on the stack
	leaf  []string // and these, one of which is on the stack too; none: any

	took float64 // ns, or bytes
}

// allStages are tried in this order: the first that knows a stack has it. So a stage
// that works for others (the collector, the journal that the flusher reads) comes before
// or after them as its work should be counted.
func allStages() []*stage {
	return []*stage{
		{name: standIn, marks: []string{"bench/gateway."}},
		{name: "garbage collection", marks: []string{
			"runtime.gcBgMarkWorker", "runtime.gcAssistAlloc", "runtime.bgsweep", "runtime.bgscavenge", "runtime.gcStart",
			"runtime.gcMarkTermination", "runtime.deductSweepCredit", "runtime.GC",
		}},
		{name: "inflate", marks: []string{"discord.(*inflater)", "klauspost/compress/", "runtime.coroswitch"}},
		{name: "flusher", marks: []string{"pipeline.(*Pipeline).flusher", "pipeline.(*flusher)", "persist/postgres.", "jackc/pgx"}},
		{name: "journal", marks: []string{"persist/journal."}},
		{name: "ring", marks: []string{"guildpulse/ringbuf."}},
		{name: "apply", marks: []string{"pipeline.(*Pipeline).apply"}},
		{name: "ingest", marks: []string{"pipeline.(*Pipeline).ingest"}},
		{name: "reader, socket", marks: []string{"guildpulse/discord."}, leaf: []string{"internal/poll.(*FD).Read", "net.(*conn).Read"}},
		{name: "reader, decode", marks: []string{"guildpulse/discord."}},
		{name: "scheduler", marks: []string{"runtime.mcall", "runtime.mstart", "runtime.schedule", "runtime.findRunnable", "runtime.goexit0"}},
		{name: "other"},
	}
}

// standIn is the stage that is none of ours.
const standIn = "stand-in"

func (s *stage) knows(stack []string) bool {
	on := func(mark string) bool {
		return slices.ContainsFunc(stack, func(f string) bool { return strings.Contains(f, mark) })
	}
	return (len(s.marks) == 0 || slices.ContainsFunc(s.marks, on)) && (len(s.leaf) == 0 || slices.ContainsFunc(s.leaf, on))
}

// stages is a profile divided by them.
type stages struct {
	list  []*stage
	total float64 // ours, without the stand-in
	alien float64 // the stand-in's
	tops  []function
}

// function is one of those that take the most, alone and with what it calls.
type function struct {
	name      string
	flat, cum float64
}

// divide divides a profile of processor time in ns, or of allocated bytes.
func divide(p *profile.Profile) (*stages, error) {
	unit := func(v *profile.ValueType) bool { return v.Type == "cpu" || v.Type == "alloc_space" }
	value := slices.IndexFunc(p.SampleType, unit)
	if value < 0 {
		return nil, errors.New("the profile tells neither processor time nor bytes")
	}
	s := &stages{list: allStages()}
	functions := make(map[string]*function)
	for _, sample := range p.Sample {
		stack, took := stackOf(sample), float64(sample.Value[value])
		i := slices.IndexFunc(s.list, func(g *stage) bool { return g.knows(stack) })
		s.list[i].took += took
		if s.list[i].name == standIn {
			s.alien += took
			continue
		}
		s.total += took
		count(functions, stack, took)
	}
	s.list = slices.DeleteFunc(s.list, func(g *stage) bool { return g.name == standIn })
	s.tops = top(functions)
	return s, nil
}

// stackOf returns the names of a sample's functions, the innermost first.
func stackOf(s *profile.Sample) (names []string) {
	for _, at := range s.Location {
		for _, line := range at.Line {
			if line.Function != nil {
				names = append(names, line.Function.Name)
			}
		}
	}
	return names
}

// count adds a sample to its functions, to each once.
func count(all map[string]*function, stack []string, took float64) {
	seen := make(map[string]bool, len(stack))
	for i, name := range stack {
		f := all[name]
		if f == nil {
			f = &function{name: name}
			all[name] = f
		}
		if i == 0 {
			f.flat += took
		}
		if !seen[name] {
			f.cum += took
			seen[name] = true
		}
	}
}

// topFunctions are listed.
const topFunctions = 25

func top(all map[string]*function) (list []function) {
	for _, f := range all {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b function) int {
		return cmp.Or(cmp.Compare(b.flat, a.flat), strings.Compare(a.name, b.name))
	})
	return list[:min(len(list), topFunctions)]
}

// share is the part of all that something took, in %.
func (s *stages) share(took float64) float64 { return 100 * took / max(1, s.total) }

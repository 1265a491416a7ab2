package simulate_test

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"iter"
	"math"
	"reflect"
	"sync"
	"testing"

	"guildpulse/internal/simulate"
)

// digest hashes the first n acts, or all if they are fewer.
func digest(acts iter.Seq[simulate.Act], n int) uint64 {
	h := fnv.New64a()
	var b []byte
	for a := range acts {
		if n--; n < 0 {
			break
		}
		b = b[:0]
		for _, word := range []uint64{uint64(a.At), a.Channel, a.Thread, a.User, a.Message, a.Author, uint64(a.Server), uint64(a.Emoji), uint64(a.Kind), uint64(a.Flags)} {
			b = binary.LittleEndian.AppendUint64(b, word)
		}
		h.Write(b)
	}
	return h.Sum64()
}

// golden is the digest of the first 200,000 acts of seed 1. It is the same on
// every machine, and moves only when the simulation is changed on purpose.
const golden = uint64(0xec08924c1678346d)

func TestDeterminism(t *testing.T) {
	const n = 200_000
	config := simulate.Config{Seed: 1, Start: yearEnd().AddDate(-1, 0, 0), End: yearEnd()}
	w := newWorld(t, config)
	if digest(w.Acts(), 1000) == digest(w.Acts(), 1001) {
		t.Error("the digest does not see the last act")
	}
	if got := digest(w.Acts(), n); got != golden {
		t.Errorf("digest %#x, want %#x", got, golden)
	}
	again := newWorld(t, config)
	if !reflect.DeepEqual(w.Servers(), again.Servers()) {
		t.Error("equal configs gave different casts")
	}
	if got := digest(again.Acts(), n); got != golden {
		t.Errorf("digest %#x of an equal world, want %#x", got, golden)
	}
	config.Seed = 2
	if digest(newWorld(t, config).Acts(), 1000) == digest(w.Acts(), 1000) {
		t.Error("another seed gave the same acts")
	}
}

// TestConcurrentReaders ranges over one world from several goroutines.
func TestConcurrentReaders(t *testing.T) {
	w := newWorld(t, simulate.Config{Start: yearEnd().AddDate(0, -2, 0), End: yearEnd()})
	want := digest(w.Acts(), 20_000)
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			if got := digest(w.Acts(), 20_000); got != want {
				t.Errorf("digest %#x, want %#x", got, want)
			}
		})
	}
	readers.Wait()
}

// TestActsOf compares one server's acts with its part of all.
func TestActsOf(t *testing.T) {
	w := newWorld(t, simulate.Config{Start: yearEnd().AddDate(0, -1, 0), End: yearEnd()})
	for i := range w.Servers() {
		part := func(yield func(simulate.Act) bool) {
			for a := range w.Acts() {
				if a.Server == i && !yield(a) {
					return
				}
			}
		}
		if got, want := digest(w.ActsOf(i), 2000), digest(part, 2000); got != want {
			t.Errorf("server %d: digest %#x, want %#x", i, got, want)
		}
	}
}

// TestServersAreCopies changes what Servers returned.
func TestServersAreCopies(t *testing.T) {
	w := newWorld(t, simulate.Config{Start: yearEnd().AddDate(0, -1, 0), End: yearEnd()})
	s := w.Servers()
	s[0].People[0].Name, s[0].Channels[0].Name, s[0].Emoji[0].Name = "x", "x", "x"
	if again := w.Servers()[0]; again.People[0].Name == "x" || again.Channels[0].Name == "x" || again.Emoji[0].Name == "x" {
		t.Error("a caller's change reached the world")
	}
}

// TestPastEnd reads two months beyond the end: life goes on as it was.
func TestPastEnd(t *testing.T) {
	const after = 60
	end := yearEnd()
	start := end.AddDate(0, -3, 0)
	w := newWorld(t, simulate.Config{Seed: 5, Start: start, End: end})
	watch := witnesses(w, start)
	counts, said := map[simulate.ActKind]int{}, 0
	there := simulate.Default()[0].Members
	for a := range w.Acts() {
		if a.At >= end.UnixMilli()+after*dayMs {
			break
		}
		for _, one := range watch {
			one.see(t, &a)
		}
		if a.At < end.UnixMilli() || a.Server != 0 {
			continue
		}
		counts[a.Kind]++
		switch a.Kind {
		case simulate.Say:
			said++
		case simulate.Join:
			there++
		case simulate.Leave:
			there--
		}
	}
	for k := simulate.Say; k <= simulate.OpenThread; k++ {
		if counts[k] == 0 {
			t.Errorf("no %s after the end", k)
		}
	}
	asked := simulate.Default()[0]
	if got := float64(said) / after; math.Abs(got/float64(asked.MessagesADay)-1) > 0.3 {
		t.Errorf("%.0f messages a day after the end, want about %d", got, asked.MessagesADay)
	}
	if math.Abs(float64(there)/float64(asked.Members)-1) > 0.15 {
		t.Errorf("%d members two months after the end, want about %d", there, asked.Members)
	}
}

func TestNewRefuses(t *testing.T) {
	end := yearEnd()
	good := simulate.Setting{Zone: "UTC", Members: 10, MessagesADay: 1}
	with := func(change func(*simulate.Setting)) simulate.Config {
		s := good
		change(&s)
		return simulate.Config{Start: end.AddDate(0, -1, 0), End: end, Servers: []simulate.Setting{s}}
	}
	newWorld(t, with(func(*simulate.Setting) {}))
	for name, c := range map[string]simulate.Config{
		"no span":          {Start: end, End: end},
		"backwards":        {Start: end, End: end.AddDate(-1, 0, 0)},
		"zero times":       {},
		"before Discord":   {Start: end.AddDate(-12, 0, 0), End: end},
		"too many":         {Start: end.AddDate(-1, 0, 0), End: end, Servers: make([]simulate.Setting, 1001)},
		"zone":             with(func(s *simulate.Setting) { s.Zone = "Mars/Olympus" }),
		"few members":      with(func(s *simulate.Setting) { s.Members = 9 }),
		"many members":     with(func(s *simulate.Setting) { s.Members = 1_000_001 }),
		"no messages":      with(func(s *simulate.Setting) { s.MessagesADay = 0 }),
		"many messages":    with(func(s *simulate.Setting) { s.MessagesADay = 5_000_001 }),
		"no such theme":    with(func(s *simulate.Setting) { s.Theme = 99 }),
		"negative members": with(func(s *simulate.Setting) { s.Members = -1 }),
	} {
		if w, err := simulate.New(c); !errors.Is(err, simulate.ErrConfig) || w != nil {
			t.Errorf("%s: %v, want ErrConfig", name, err)
		}
	}
}

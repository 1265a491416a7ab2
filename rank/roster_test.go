package rank_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/rank"
)

// league is some boards of one roster, and the same boards without one.
type league struct {
	roster        *rank.Roster
	shared, alone []*rank.Board
	known         map[uint64]bool
}

// TestSharedRosterMakesNoDifference lets both see the same, and compares bytes.
func TestSharedRosterMakesNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLeague()
		t.Repeat(map[string]func(*rapid.T){
			"":        l.check,
			"add":     l.add,
			"credit":  l.credit,
			"leave":   l.leave,
			"depart":  l.depart,
			"restore": l.restore,
		})
	})
}

func newLeague() *league {
	l := &league{roster: rank.NewRoster(5), known: map[uint64]bool{}}
	for i := range 3 {
		c := rank.Config{Seed: uint64(i)}
		if i == 0 {
			c.HalfLife = half
		}
		l.alone = append(l.alone, rank.New(c))
		c.Roster = l.roster
		l.shared = append(l.shared, rank.New(c))
	}
	return l
}

func member(t *rapid.T) uint64 { return rapid.Uint64Range(0, 199).Draw(t, "member") }

func (l *league) board(t *rapid.T) int { return rapid.IntRange(0, len(l.alone)-1).Draw(t, "board") }

func (l *league) check(t *rapid.T) {
	for i := range l.alone {
		want, _ := l.alone[i].MarshalBinary()
		if got, _ := l.shared[i].MarshalBinary(); !bytes.Equal(got, want) {
			t.Fatalf("board %d differs", i)
		}
		if err := rank.CheckInvariants(l.shared[i]); err != nil {
			t.Fatalf("board %d: %v", i, err)
		}
	}
	if l.roster.Len() != len(l.known) {
		t.Fatalf("%d on the roster, want %d", l.roster.Len(), len(l.known))
	}
}

// add makes up events, as model.events does.
func (l *league) add(t *rapid.T) {
	i := l.board(t)
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "events' seed"), 0))
	for range rapid.SampledFrom([]int{1, 100}).Draw(t, "events") {
		m, weight := r.Uint64N(200), float64(r.IntN(100)-20)/4
		_ = l.alone[i].Add(m, start, weight)
		_ = l.shared[i].Add(m, start, weight)
		if weight > 0 {
			l.known[m] = true
		}
	}
}

// credit is add by number, of members some of whom are nowhere yet.
func (l *league) credit(t *rapid.T) {
	i, m := l.board(t), member(t)
	n := l.roster.Enter(m)
	l.known[m] = true
	if again, ok := l.roster.Number(m); !ok || again != n || l.roster.Member(n) != m {
		t.Fatalf("member %d has the numbers %d and %d, %v", m, n, again, ok)
	}
	weight := rapid.SampledFrom([]float64{0, 1, 0.25, -1, 1000, -1000}).Draw(t, "weight")
	if err := l.shared[i].Credit(n, start, weight); err != nil {
		t.Fatal(err)
	}
	_ = l.alone[i].Add(m, start, weight)
}

// leave is off one board, depart off all.
func (l *league) leave(t *rapid.T) {
	i, m := l.board(t), member(t)
	if l.alone[i].Remove(m) != l.shared[i].Remove(m) {
		t.Fatalf("member %d is on one board %d only", m, i)
	}
}

func (l *league) depart(t *rapid.T) {
	m := member(t)
	for _, b := range l.alone {
		b.Remove(m)
	}
	if got := l.roster.Remove(m); got != l.known[m] {
		t.Fatalf("remove %d from the roster: %v", m, got)
	}
	delete(l.known, m)
}

func (l *league) restore(t *rapid.T) {
	i := l.board(t)
	data, _ := l.alone[i].MarshalBinary()
	if err := l.shared[i].UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
}

// TestRosterSparesMemory: four boards of a roster against four without.
func TestRosterSparesMemory(t *testing.T) {
	const people, boards = 20_000, 4
	alone, shared, roster := 0, 0, rank.NewRoster(1)
	for range boards {
		a, s := rank.New(rank.Config{}), rank.New(rank.Config{Roster: roster})
		for id := range uint64(people) {
			_ = a.Add(id, start, float64(id*7919%people+1))
			_ = s.Add(id, start, float64(id*7919%people+1))
		}
		alone, shared = alone+a.Stats().Bytes, shared+s.Stats().Bytes
	}
	shared += roster.Bytes()
	if roster.Len() != people || float64(shared) > 0.85*float64(alone) {
		t.Errorf("%d members take %d bytes with a roster and %d without", roster.Len(), shared, alone)
	}
}

func TestCreditRefuses(t *testing.T) {
	var r rank.Roster
	b := rank.New(rank.Config{Roster: &r})
	n := r.Enter(7)
	if err := b.Credit(n, start, math.NaN()); !errors.Is(err, rank.ErrWeight) {
		t.Errorf("weight: %v", err)
	}
	if err := b.Credit(n, rank.MaxTime+1, 1); !errors.Is(err, rank.ErrTime) {
		t.Errorf("time: %v", err)
	}
	if _, ok := r.Number(8); ok || b.Len() != 0 {
		t.Error("a credit that was refused left something behind")
	}
}

func TestZeroRoster(t *testing.T) {
	var r rank.Roster
	if r.Len() != 0 || r.Remove(1) {
		t.Error("the zero roster is not empty")
	}
	b := rank.New(rank.Config{Roster: &r})
	if _, ok := b.Rank(1); ok || b.Len() != 0 {
		t.Error("its board is not empty")
	}
	_ = b.Add(1, start, 1)
	if got := members(b.Top(3, start, nil)); !slices.Equal(got, []uint64{1}) || r.Len() != 1 {
		t.Errorf("members are %v", got)
	}
}

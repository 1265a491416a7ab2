package rank_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/rank"
)

const (
	half   = time.Hour
	halfMs = int64(half / time.Millisecond)
)

// model holds a board next to its oracle.
type model struct {
	board  *rank.Board
	oracle *oracle
	now    int64 // half-lives
	people uint64
}

// TestBoardIsOracle lets both see the same events, and compares all that can
// be asked. Weights are quarters and times whole half-lives, so that the
// board has nothing to round: every score must be the oracle's, bit for bit.
func TestBoardIsOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newModel(t)
		t.Repeat(map[string]func(*rapid.T){
			"":        m.check,
			"add":     m.add,
			"batch":   m.batch,
			"revoke":  m.revoke,
			"remove":  m.remove,
			"later":   m.later,
			"range":   m.readRange,
			"top":     m.readTop,
			"members": m.readMembers,
			"restore": m.restore,
		})
	})
}

func newModel(t *rapid.T) *model {
	decays := rapid.Bool().Draw(t, "decays")
	c := rank.Config{Seed: rapid.Uint64().Draw(t, "seed"), Landmark: halfMs * rapid.Int64Range(-9000, 9000).Draw(t, "landmark")}
	if decays {
		c.HalfLife = half
	}
	return &model{
		board:  rank.New(c),
		oracle: newOracle(decays),
		people: rapid.SampledFrom([]uint64{3, 150, 1500}).Draw(t, "people"),
	}
}

func (m *model) check(t *rapid.T) {
	if err := rank.CheckInvariants(m.board); err != nil {
		t.Fatal(err)
	}
	if got, want := m.board.Len(), len(m.oracle.values); got != want {
		t.Fatalf("%d members, want %d", got, want)
	}
}

// events makes up updates: of late, of long ago, or so old that they are
// nothing. Their seed is drawn instead of themselves, for a failure's log to
// be readable.
func (m *model) events(t *rapid.T) []rank.Update {
	n := rapid.SampledFrom([]int{1, 10, 300}).Draw(t, "events")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "events' seed"), 0))
	events := make([]rank.Update, n)
	for i := range events {
		age := []int64{r.Int64N(41), r.Int64N(41), 300, 5000}[r.IntN(4)]
		events[i] = rank.Update{
			Member: 1 + r.Uint64N(m.people),
			AtMs:   (m.now - age) * halfMs,
			Weight: float64(r.IntN(501)-100) / 4,
		}
	}
	return events
}

func (m *model) add(t *rapid.T) {
	for _, u := range m.events(t) {
		m.oracle.add(u.Member, u.AtMs/halfMs, u.Weight)
		if err := m.board.Add(u.Member, u.AtMs, u.Weight); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *model) batch(t *rapid.T) {
	events := m.events(t)
	for _, u := range events {
		m.oracle.add(u.Member, u.AtMs/halfMs, u.Weight)
	}
	if err := m.board.AddBatch(events); err != nil {
		t.Fatal(err)
	}
}

// revoke gives credits and takes back the same, in another order.
func (m *model) revoke(t *rapid.T) {
	events := m.events(t)
	for i := range events {
		events[i].Weight = max(events[i].Weight, 0.25)
	}
	for _, u := range slices.Backward(slices.Clone(events)) {
		u.Weight = -u.Weight
		events = append(events, u)
	}
	for _, u := range events {
		m.oracle.add(u.Member, u.AtMs/halfMs, u.Weight)
	}
	if err := m.board.AddBatch(events); err != nil {
		t.Fatal(err)
	}
}

func (m *model) remove(t *rapid.T) {
	for _, u := range m.events(t) {
		_, want := m.oracle.values[u.Member]
		delete(m.oracle.values, u.Member)
		if got := m.board.Remove(u.Member); got != want {
			t.Fatalf("remove %d: %v, want %v", u.Member, got, want)
		}
	}
}

// later lets time pass, at times past where the landmark must move. Between
// 40 and 300 half-lives apart the board would have to round.
func (m *model) later(t *rapid.T) {
	m.now += rapid.SampledFrom([]int64{300, 300, 600, 2000}).Draw(t, "half-lives")
}

// at draws a time to ask for.
func (m *model) at(t *rapid.T) int64 {
	return m.now + rapid.OneOf(rapid.Int64Range(-10, 10), rapid.Int64Range(-3000, 3000)).Draw(t, "at")
}

func (m *model) readRange(t *rapid.T) {
	at, want := m.at(t), []rank.Entry(nil)
	start := rapid.IntRange(-5, len(m.oracle.values)+5).Draw(t, "start")
	n := rapid.IntRange(-1, len(m.oracle.values)+5).Draw(t, "n")
	for _, e := range m.oracle.ranking(at) {
		if start <= e.Rank && e.Rank < start+n {
			want = append(want, e)
		}
	}
	if got := m.board.Range(start, n, at*halfMs, nil); !slices.Equal(got, want) {
		t.Fatalf("range(%d, %d) is %v, want %v", start, n, got, want)
	}
}

func (m *model) readTop(t *rapid.T) {
	at := m.at(t)
	want := m.oracle.ranking(at)
	want = want[:min(10, len(want))]
	for range rapid.SampledFrom([]int{1, rank.CalmReads + 1}).Draw(t, "reads") {
		if got := m.board.Top(10, at*halfMs, nil); !slices.Equal(got, want) {
			t.Fatalf("top 10 is %v, want %v", got, want)
		}
	}
}

func (m *model) readMembers(t *rapid.T) {
	at := m.at(t)
	for _, want := range m.oracle.ranking(at) {
		if got, ok := m.board.Rank(want.Member); !ok || got != want.Rank {
			t.Fatalf("rank of %d is %d (%v), want %d", want.Member, got, ok, want.Rank)
		}
		if got, ok := m.board.Score(want.Member, at*halfMs); !ok || got != want.Score {
			t.Fatalf("score of %d is %v (%v), want %v", want.Member, got, ok, want.Score)
		}
	}
	if _, ok := m.board.Rank(m.people + 1); ok {
		t.Fatal("a stranger has a rank")
	}
}

// restore goes on with a board read from a snapshot of the other.
func (m *model) restore(t *rapid.T) {
	data, err := m.board.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	restored := rank.New(rank.Config{HalfLife: 3 * time.Second, Seed: 4})
	_ = restored.Add(77, 0, 1)
	if err := restored.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	again, err := restored.MarshalBinary()
	if err != nil || !slices.Equal(data, again) {
		t.Fatalf("the restored board's snapshot differs (%v)", err)
	}
	m.board = restored
}

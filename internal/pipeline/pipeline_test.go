package pipeline_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/pipeline"
	"guildpulse/persist"
)

const (
	server  = uint64(81384788765712384)
	channel = uint64(91384788765712384)
)

// rig is a pipeline between fakes. A restart keeps what survives a crash.
type rig struct {
	t       *testing.T
	journal *memJournal
	store   *memStore
	memory  *memMemory
	dir     string
	pipe    *pipeline.Pipeline
	running chan error
	halt    context.CancelFunc
	seq     uint64
	start   time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, journal: newJournal(), store: newStore(), dir: t.TempDir(), start: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	return r
}

// up starts the pipeline over whatever the journal and the store hold.
func (r *rig) up(adjust ...func(*pipeline.Config)) {
	r.t.Helper()
	r.memory = newMemory()
	cfg := pipeline.Config{
		Journal: r.journal, OpenJournal: r.journal.open, Store: r.store, Epoch: 1,
		Memory: r.memory, SnapshotDir: r.dir, Ring: 1024, Batch: 64,
		Hash: func(ws ...uint64) (h uint64) {
			for _, w := range ws {
				h = (h ^ w) * 0x9E3779B97F4A7C15
			}
			return h
		},
	}
	for _, a := range adjust {
		a(&cfg)
	}
	r.pipe = pipeline.New(cfg)
	if _, err := r.pipe.Recover(context.Background()); err != nil {
		r.t.Fatalf("recover: %v", err)
	}
	ctx, halt := context.WithCancel(context.Background())
	r.halt, r.running = halt, make(chan error, 1)
	go func() { r.running <- r.pipe.Run(ctx) }()
}

// stop ends in good order; everything is in the store then.
func (r *rig) stop() {
	r.t.Helper()
	if err := r.pipe.Stop(context.Background()); err != nil {
		r.t.Fatalf("stop: %v", err)
	}
	if err := <-r.running; err != nil {
		r.t.Fatalf("run: %v", err)
	}
	r.halt()
}

// crash ends at once and loses what is not durable.
func (r *rig) crash() {
	r.halt()
	<-r.running
	r.journal = r.journal.crash()
}

// rest waits until every loop is idle. The ring may sleep for 50 µs when it meets a
// push midway, which synctest takes for idle: a virtual millisecond outlasts that
// and is short for everything else.
func (r *rig) rest() {
	time.Sleep(time.Millisecond)
	synctest.Wait()
}

func (r *rig) origin() events.Origin {
	r.seq++
	return events.Origin{Shard: 0, Seq: r.seq}
}

// push sends one gateway frame.
func (r *rig) push(frame ...events.Event) {
	r.t.Helper()
	frame[len(frame)-1].Flags |= events.FlagLastOfFrame
	if err := r.pipe.Push(context.Background(), frame); err != nil {
		r.t.Fatalf("push: %v", err)
	}
}

func (r *rig) control(t events.ControlType, body any) {
	r.t.Helper()
	c, err := events.NewControl(t, server, time.Now().UnixMilli(), body)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.pipe.Settle(context.Background(), c); err != nil {
		r.t.Fatalf("control: %v", err)
	}
}

func (r *rig) id(n int) uint64 {
	return events.MakeSnowflake(r.start.UnixMilli()+int64(n)*1000, 0)
}

func (r *rig) message(n int, user uint64) events.Event {
	return events.Message(r.origin(), server, channel, r.id(n), user, 0)
}

func TestEventReachesMemoryAtOnceAndTheStoreAfterTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.push(r.message(0, 7))
		r.rest()
		if n := r.memory.of(events.KindMessage); n != 1 {
			t.Fatalf("memory holds %d messages, want 1", n)
		}
		if n, _ := r.store.count(events.KindMessage); n != 0 {
			t.Fatalf("the store holds %d messages before the interval, want 0", n)
		}
		time.Sleep(31 * time.Second)
		r.rest()
		if n, _ := r.store.count(events.KindMessage); n != 1 {
			t.Fatalf("the store holds %d messages after the interval, want 1", n)
		}
		r.stop()
	})
}

func TestQuietServerCostsTwoTransactionsAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		for i := range 75 { // ten minutes, one event every 8 s
			r.push(r.message(8*i, 7))
			time.Sleep(8 * time.Second)
		}
		if n := r.store.commits; n > 20 {
			t.Errorf("%d transactions in ten minutes, want at most 20", n)
		}
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 75 {
			t.Errorf("the store holds %d messages, want 75", n)
		}
	})
}

func TestIdleBotWritesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		for range 60 {
			r.push(events.Mark(r.origin(), time.Now().UnixMilli()))
			time.Sleep(5 * time.Second)
		}
		if n := r.store.commits; n > 1 {
			t.Errorf("%d transactions in five idle minutes, want at most 1", n)
		}
		r.stop()
	})
}

func TestFullFlushDoesNotWaitForTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up(func(c *pipeline.Config) { c.FlushEvents = 100 })
		for i := range 250 {
			r.push(r.message(i, uint64(i%5)))
		}
		r.rest()
		if n, _ := r.store.count(events.KindMessage); n < 151 {
			t.Errorf("the store holds %d messages, want all but less than one flush", n)
		}
		r.stop()
	})
}

func TestReplayAfterResumeCountsNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.control(events.ControlSession, events.Session{ID: "a", ResumeURL: "wss://x"})
		var sent []events.Event
		for i := range 40 {
			e := r.message(i, 7)
			sent = append(sent, e)
			r.push(e)
		}
		r.rest()
		_, seq, ok := r.pipe.Position(0)
		if !ok || seq != r.seq {
			t.Fatalf("position %d (%v), want %d", seq, ok, r.seq)
		}
		for _, e := range sent[20:] { // Discord replays from further back than asked
			r.push(e)
		}
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 40 {
			t.Errorf("the store holds %d messages, want 40", n)
		}
	})
}

func TestSameMessageUnderANewSessionCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.control(events.ControlSession, events.Session{ID: "a"})
		r.push(events.Ready(r.origin(), 0, false))
		e := r.message(3, 7)
		r.push(e)
		r.control(events.ControlSession, events.Session{ID: "b"})
		r.seq = 0
		r.push(events.Ready(r.origin(), 0, false))
		o := r.origin()
		e.Seq = o.Seq
		r.push(e, events.Join(o, server, 9, e.At))
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
		if n, _ := r.store.count(events.KindJoin); n != 1 {
			t.Errorf("%d joins, want 1: sequence 2 is another one in session b", n)
		}
	})
}

func TestIDsOutOfOrderAllCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		order := rand.New(rand.NewPCG(1, 2)).Perm(2000)
		slices.SortStableFunc(order, func(a, b int) int { return a/50 - b/50 }) // shuffled within fifty
		for _, n := range order {
			r.push(r.message(n, 7))
		}
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 2000 {
			t.Errorf("%d messages, want 2000", n)
		}
		if len(r.store.spans) == 0 {
			t.Error("no span was closed")
		}
	})
}

func TestHalfAFrameIsNotTakenIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.journal.gate = make(chan struct{})
		r.up(func(c *pipeline.Config) { c.Ring, c.Batch = 4, 4 })
		r.push(events.Join(r.origin(), server, 100, 1)) // ingest waits for the disk with it
		r.rest()
		o := r.origin()
		var frame []events.Event
		for user := range uint64(9) {
			frame = append(frame, events.Join(o, server, user, 1))
		}
		frame[8].Flags |= events.FlagLastOfFrame
		ctx, breaks := context.WithTimeout(context.Background(), time.Second)
		defer breaks()
		if err := r.pipe.Push(ctx, frame); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("push on a full ring: %v, want it to wait until the connection breaks", err)
		}
		close(r.journal.gate)
		r.push(frame...) // RESUME brings it whole
		r.stop()
		if n, _ := r.store.count(events.KindJoin); n != 10 {
			t.Errorf("%d joins, want 10", n)
		}
	})
}

func TestCrashAtAnyMomentLosesNothingDurableAndCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rnd := rand.New(rand.NewPCG(3, 4))
		r := newRig(t)
		r.up(func(c *pipeline.Config) { c.Snapshot = 3 * time.Second })
		r.control(events.ControlSession, events.Session{ID: "a"})
		history := []events.Event{{}} // by sequence
		const total = 3000
		for n := 0; n < total; {
			for range 1 + rnd.IntN(300) {
				if n++; n > total {
					break
				}
				e := r.message(n&^31|(n*5)&31, uint64(n%11)) // a little out of order
				if n%7 == 0 {
					e = events.Seen(events.Origin{Seq: e.Seq}, server, channel, e.ID)
				}
				history = append(history, e)
				r.push(e)
			}
			time.Sleep(time.Duration(rnd.IntN(4000)) * time.Millisecond)
			r.crash()
			r.up(func(c *pipeline.Config) { c.Snapshot = 3 * time.Second })
			_, seq, _ := r.pipe.Position(0)
			for _, e := range history[seq+1:] {
				r.push(e)
			}
		}
		r.stop()
		want := total - total/7
		if n, _ := r.store.count(events.KindMessage); n != int64(want) {
			t.Errorf("the store holds %d messages, want %d", n, want)
		}
		if n := r.memory.of(events.KindMessage); n != want {
			t.Errorf("memory holds %d messages, want %d", n, want)
		}
	})
}

func TestStoreAwayIsOnlyLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.push(r.message(0, 7))
		r.rest()
		r.store.mu.Lock()
		r.store.away = 40
		r.store.mu.Unlock()
		for i := 1; i < 100; i++ {
			r.push(r.message(i, 7))
			time.Sleep(time.Second)
		}
		r.control(events.ControlOptOut, events.Person{User: 7})
		r.push(r.message(101, 7))
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 100 {
			t.Errorf("%d messages, want 100: one came after the opt-out", n)
		}
		if r.pipe.Stats().Retries == 0 {
			t.Error("the store was never found away")
		}
	})
}

func TestCommitWithoutAnAnswerIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.store.lost = 3
		r.up(func(c *pipeline.Config) { c.FlushEvents = 10 })
		for i := range 100 {
			r.push(r.message(i, 7))
		}
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 100 {
			t.Errorf("%d messages, want 100", n)
		}
	})
}

func TestFencedFlusherEndsTheProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up(func(c *pipeline.Config) { c.FlushEvents = 1 })
		r.store.mu.Lock()
		r.store.cursor.Epoch++
		r.store.mu.Unlock()
		r.push(r.message(0, 7))
		if err := <-r.running; !errors.Is(err, persist.ErrFenced) {
			t.Errorf("ended with %v, want ErrFenced", err)
		}
		r.halt()
	})
}

func TestFailedSyncAcknowledgesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		broken := errors.New("input/output error")
		r.journal.mu.Lock()
		r.journal.failSync = broken
		r.journal.mu.Unlock()
		c, _ := events.NewControl(events.ControlOptOut, server, 0, events.Person{User: 1})
		if err := r.pipe.Settle(context.Background(), c); !errors.Is(err, broken) {
			t.Errorf("acknowledged with %v, want the sync's error", err)
		}
		if err := <-r.running; !errors.Is(err, broken) {
			t.Errorf("ended with %v, want the sync's error", err)
		}
		if n := len(r.memory.seqs); n != 0 {
			t.Errorf("%d batches applied that are not durable", n)
		}
		r.halt()
	})
}

func TestDeletedMessageTakesItsCreditBackOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		e := r.message(0, 7)
		r.push(e)
		for range 2 {
			r.push(events.MessageDelete(r.origin(), server, channel, e.ID, e.At+5000))
		}
		r.push(events.MessageDelete(r.origin(), server, channel, r.id(77), e.At))
		r.stop()
		if n, _ := r.store.count(events.KindMessage); n != 0 {
			t.Errorf("%d messages left, want 0", n)
		}
		if n, _ := r.store.count(events.KindMessageDelete); n != 3 {
			t.Errorf("%d deletions, want 3", n)
		}
	})
}

func TestReactionScoresOncePerPairAndDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		now := time.Now().UnixMilli()
		for i := range 5 {
			r.push(events.Reaction(r.origin(), server, channel, r.id(i), 1, 2, 1, now))
			r.push(events.Reaction(r.origin(), server, channel, r.id(i), 2, 2, 1, now)) // one's own
		}
		r.rest()
		r.crash()
		r.up()
		r.push(events.Reaction(r.origin(), server, channel, r.id(9), 1, 2, 1, now))
		r.push(events.Reaction(r.origin(), server, channel, r.id(9), 1, 2, 1, now+24*3600_000))
		r.stop()
		n, scored := r.store.count(events.KindReceived)
		if n != 12 || scored != 2 {
			t.Errorf("received %d, scored %d; want 12 and 2: one a day", n, scored)
		}
	})
}

func TestZoneChangeCutsWhatFollowsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.start = time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
		r.up()
		r.push(r.message(0, 7))
		s := guild.DefaultSettings(server).Next()
		s.Zone = "Asia/Kathmandu"
		body, err := guild.EncodeSettings(s)
		if err != nil {
			t.Fatal(err)
		}
		c := events.Control{Type: events.ControlSettings, Guild: server, Body: body}
		if err := r.pipe.Settle(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		r.push(r.message(1, 7))
		r.stop()
		var days []int32
		for k := range r.store.days {
			days = append(days, k.Period)
		}
		slices.Sort(days)
		utc := int32(r.start.Unix() / 86400)
		if !slices.Equal(days, []int32{utc, utc + 1}) {
			t.Errorf("days %v, want %d before the change and %d after", days, utc, utc+1)
		}
	})
}

func TestStopRefusesWhatComesAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.up()
		r.stop()
		err := r.pipe.Push(context.Background(), []events.Event{events.Mark(r.origin(), 0)})
		if !errors.Is(err, pipeline.ErrStopped) {
			t.Errorf("push after stop: %v, want ErrStopped", err)
		}
		c, _ := events.NewControl(events.ControlOptIn, server, 0, events.Person{})
		if err := r.pipe.Settle(context.Background(), c); !errors.Is(err, pipeline.ErrStopped) {
			t.Errorf("control after stop: %v, want ErrStopped", err)
		}
	})
}

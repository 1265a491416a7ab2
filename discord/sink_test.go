package discord_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"guildpulse/events"
)

// recorder is a Sink that keeps everything, in order. It is durable at once,
// unless it is told to hold.
type recorder struct {
	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	log      []entry
	emoji    map[string]uint32
	position map[uint16]place
	held     bool // nothing becomes durable any more
	proof    int64
	gate     chan struct{} // nil, or what Push waits for: a full ring
	waiting  int           // pushes that wait
	fail     error
	patience time.Duration
}

// entry is one thing put into the sink: events of one frame, or a control.
type entry struct {
	evs     []events.Event
	control *events.Control
}

type place struct {
	session events.Session
	seq     uint64
}

func newRecorder() *recorder {
	return &recorder{
		changed: make(chan struct{}), emoji: map[string]uint32{}, position: map[uint16]place{},
		patience: time.Hour,
	}
}

func (r *recorder) change() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *recorder) Push(ctx context.Context, evs []events.Event) error {
	if err := r.pass(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	if n := len(evs); n == 0 || !evs[n-1].LastOfFrame() {
		return fmt.Errorf("%d events, the last without its flag", n)
	}
	r.log = append(r.log, entry{evs: append([]events.Event(nil), evs...)})
	if !r.held {
		last := evs[len(evs)-1]
		p := r.position[last.Shard]
		p.seq = max(p.seq, last.Seq)
		r.position[last.Shard] = p
		r.proof = max(r.proof, last.At)
	}
	r.change()
	return nil
}

// pass waits while the ring is full.
func (r *recorder) pass(ctx context.Context) error {
	r.mu.Lock()
	gate := r.gate
	if gate != nil {
		r.waiting++
		r.change()
	}
	r.mu.Unlock()
	if gate == nil {
		return ctx.Err()
	}
	select {
	case <-gate:
	case <-ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting--
	r.change()
	return ctx.Err()
}

func (r *recorder) Control(ctx context.Context, c events.Control, done func(error)) error {
	if err := r.pass(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.log = append(r.log, entry{control: &c})
	if c.Type == events.ControlSession && !r.held {
		var s events.Session
		if err := c.Decode(&s); err != nil {
			return err
		}
		r.position[s.Shard] = place{session: s}
	}
	if done != nil {
		done(nil)
	}
	r.change()
	return nil
}

func (r *recorder) Emoji(_ context.Context, guild, id uint64, name string) (uint32, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := fmt.Sprint(guild, id)
	if id == 0 {
		key += name
	}
	n, ok := r.emoji[key]
	if !ok {
		n = uint32(len(r.emoji) + 1)
		r.emoji[key] = n
	}
	return n, nil
}

func (r *recorder) Position(shard uint16) (events.Session, uint64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.position[shard]
	return p.session, p.seq, ok
}

func (r *recorder) Proof(uint16) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.proof
}

// set changes the sink's behaviour.
func (r *recorder) set(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	r.change()
}

// until waits until f holds, looking after every change.
func (r *recorder) until(t *testing.T, f func() bool) {
	t.Helper()
	late := time.After(r.patience)
	for {
		r.mu.Lock()
		ok, changed := f(), r.changed
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("waited in vain for %v", r.patience)
		}
	}
}

// events lists all events pushed, in order.
func (r *recorder) events() (all []events.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.log {
		all = append(all, e.evs...)
	}
	return all
}

// controls lists the bodies of controls of a type, in order.
func (r *recorder) controls(t events.ControlType) (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.log {
		if e.control != nil && e.control.Type == t {
			all = append(all, string(e.control.Body))
		}
	}
	return all
}

// messages lists the ids of the messages counted, each once, in order of arrival.
func (r *recorder) messages() (ids []uint64) {
	seen := map[uint64]bool{}
	for _, e := range r.events() {
		if e.Kind == events.KindMessage && !seen[e.ID] {
			seen[e.ID] = true
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func body(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

const controlGap = events.ControlGap

type gap = events.Gap

// readies counts sessions begun, or resumed. The caller has the lock.
func (r *recorder) readies(resumed bool) (n int) {
	for _, e := range r.log {
		for i := range e.evs {
			if e.evs[i].Kind == events.KindReady && (e.evs[i].Flags&events.FlagResumed != 0) == resumed {
				n++
			}
		}
	}
	return n
}

// has reports whether a message is counted. The caller has the lock.
func (r *recorder) has(id uint64) bool {
	for i := len(r.log) - 1; i >= 0; i-- {
		for _, e := range r.log[i].evs {
			if e.Kind == events.KindMessage && e.ID == id {
				return true
			}
		}
	}
	return false
}

// counts counts the events of a kind. The caller has the lock.
func (r *recorder) counts(k events.Kind) (n int) {
	for _, e := range r.log {
		for i := range e.evs {
			if e.evs[i].Kind == k {
				n++
			}
		}
	}
	return n
}

var errFull = errors.New("the disk is full")

// pushed counts the messages pushed, again and again.
func (r *recorder) pushed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts(events.KindMessage)
}

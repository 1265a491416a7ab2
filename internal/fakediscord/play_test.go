package fakediscord_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

// lines yields n messages of many people in the general channel.
func lines(n int) iter.Seq[fakediscord.Line] {
	return func(yield func(fakediscord.Line) bool) {
		for i := range n {
			l := fakediscord.Line{Channel: general, User: 5000 + uint64(i)%997}
			if i%5 == 0 {
				l.Marks, l.Type = fakediscord.MarkReply, fakediscord.MessageReplyType
			}
			if !yield(l) {
				return
			}
		}
	}
}

// ids returns the ids of the messages read until there are n.
func (c *client) messages(n int) []uint64 {
	c.t.Helper()
	var ids []uint64
	for len(ids) < n {
		p, err := c.tryRead()
		if err != nil {
			c.t.Fatalf("after %d messages: %v", len(ids), err)
		}
		if p.T == "MESSAGE_CREATE" {
			var d struct {
				ID uint64 `json:"id,string"`
			}
			c.decode(p.D, &d)
			ids = append(ids, d.ID)
		}
	}
	return ids
}

func TestPlay(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := connect(t, srv, counting)
	const n = 2000
	done := make(chan error, 1)
	go func() {
		played, err := srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: lines(n)})
		if played != n && err == nil {
			err = errors.New("not all were played")
		}
		done <- err
	}()
	got := c.messages(n)
	no(t, <-done)
	if !slices.IsSorted(got) {
		t.Error("ids are out of order")
	}
	equal(t, "history", got, srv.Messages(general))
	if c.seq != n+2 {
		t.Errorf("last sequence %d", c.seq)
	}
}

// The channel the bot cannot view is played into history alone, and what is to
// be forgotten to the client alone.
func TestPlayVisibilityAndForget(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	c := connect(t, srv, counting)
	in := slices.Values([]fakediscord.Line{{Channel: hidden, User: ana, ID: 71}, {Channel: general, User: ana, ID: 72}})
	must[int](t)(srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: in, Forget: true}))
	must[int](t)(srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: in}))
	equal(t, "seen", c.messages(2), []uint64{72, 72})
	c.quiet()
	equal(t, "hidden", srv.Messages(hidden), []uint64{71})
	equal(t, "general", srv.Messages(general), []uint64{72})
	if _, err := srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: slices.Values([]fakediscord.Line{{Channel: 1}})}); !errors.Is(err, fakediscord.ErrUnknownChannel) {
		t.Errorf("unknown channel: %v", err)
	}
	if _, err := srv.Play(c.ctx, fakediscord.Playback{Guild: 1}); !errors.Is(err, fakediscord.ErrUnknownGuild) {
		t.Errorf("unknown guild: %v", err)
	}
}

// A client that is away while messages are played gets every one of them by
// RESUME, because Play waits at the backlog.
func TestPlayAcrossResume(t *testing.T) {
	const n = 1500
	srv := start(t, fakediscord.Config{Backlog: 256})
	c := connect(t, srv, counting)
	done := make(chan error, 1)
	go func() {
		_, err := srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: lines(n)})
		done <- err
	}()
	var got []uint64
	for len(got) < n {
		got = append(got, c.messages(min(500, n-len(got)))...)
		c.again(c.seq)
	}
	no(t, <-done)
	equal(t, "messages", got, srv.Messages(general))
}

// A session that a newer one has replaced is not waited for, nor one that is
// over; a context ends the wait.
func TestPlayDoesNotWaitInVain(t *testing.T) {
	srv := start(t, fakediscord.Config{Backlog: 1, IdentifyInterval: time.Nanosecond})
	old := connect(t, srv, counting)
	old.drop()
	no(t, srv.Await(old.ctx, func(r *fakediscord.Recording) bool { return len(r.Closes) == 1 }))

	ctx, cancel := context.WithCancelCause(old.ctx)
	gone := errors.New("gone")
	cancel(gone)
	if _, err := srv.Play(ctx, fakediscord.Playback{Guild: harbour, Lines: lines(1000)}); !errors.Is(err, gone) {
		t.Errorf("cancelled play: %v", err)
	}
	c := connect(t, srv, counting)
	go func() { _, _ = srv.Play(c.ctx, fakediscord.Playback{Guild: harbour, Lines: lines(1000)}) }()
	c.messages(1000)
}

func TestPlayRate(t *testing.T) {
	srv := start(t, fakediscord.Config{})
	began := time.Now()
	must[int](t)(srv.Play(soon(t), fakediscord.Playback{Guild: harbour, Lines: lines(500), Rate: 10_000}))
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("500 messages at 10,000/s took %v", took)
	}
}

// The client drains the socket and is not counted.
func TestPlayAllocatesNothing(t *testing.T) {
	srv := start(t, fakediscord.Config{ReplayBuffer: 1 << 10})
	_, raw := rawConnect(t, srv, counting)
	go drain(raw)
	const n = 5_000
	play := func() {
		must[int](t)(srv.Play(soon(t), fakediscord.Playback{Guild: harbour, Lines: lines(n), Forget: true}))
		no(t, srv.Drain(soon(t)))
	}
	play()
	if per := testing.AllocsPerRun(2, play) / n; per > 0.1 {
		t.Errorf("%.2f allocations a message", per)
	}
}

// BenchmarkPlay measures the server alone: the client drains the socket.
func BenchmarkPlay(b *testing.B) {
	srv := start(b, fakediscord.Config{ReplayBuffer: 1 << 16})
	c, raw := rawConnect(b, srv, counting)
	defer raw.Close()
	go drain(raw)
	b.ReportAllocs()
	b.ResetTimer()
	ctx := context.Background()
	must[int](b)(srv.Play(ctx, fakediscord.Playback{Guild: harbour, Lines: lines(b.N), Forget: true}))
	no(b, srv.Drain(ctx))
	_ = c
}

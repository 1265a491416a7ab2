package main

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

// kills is how often the bot is killed per database; a soak kills more.
func kills(t *testing.T) int {
	t.Helper()
	if s := os.Getenv("GUILDPULSE_SOAK"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("GUILDPULSE_SOAK: %v", err)
		}
		return 50 * n
	}
	return 50
}

// TestKilledAtAnyMomentCountsEverythingOnce: a server talks as fast as the bot reads,
// the bot is killed again and again, and in the end every message is counted once,
// per channel and per member.
func TestKilledAtAnyMomentCountsEverythingOnce(t *testing.T) {
	databases(t, func(t *testing.T, url string) {
		srv, guild := harbour(t, 20, 200)
		b := newBot(t, url)
		b.at(srv)
		p := b.start("serve")
		await(t, srv, "a session", heard)
		p.stop() // the session is durable now

		byChannel, byMember := map[string]int{}, map[string]int{}
		ctx, enough := context.WithTimeout(context.Background(), 5*time.Minute)
		defer enough()
		var ending atomic.Bool
		played := make(chan error, 1)
		rnd := rand.New(rand.NewPCG(1, 2))
		lines := func(yield func(fakediscord.Line) bool) {
			at := time.Now().UnixMilli()
			for n := 0; !ending.Load(); n++ {
				l := fakediscord.Line{
					Channel: uint64(1000 + rnd.IntN(20)), User: uint64(1 + rnd.IntN(200)), At: at + int64(n/20),
				}
				byChannel[strconv.FormatUint(l.Channel, 10)]++
				byMember[strconv.FormatUint(l.User, 10)]++
				if !yield(l) {
					return
				}
			}
		}
		go func() {
			_, err := srv.Play(ctx, fakediscord.Playback{Guild: guild, Lines: lines, Forget: true})
			played <- err
		}()
		wait := rand.New(rand.NewPCG(3, 4))
		for i := range kills(t) {
			p = b.start("serve")
			if before := len(srv.Recording().Resumes); i%3 > 0 { // a third is killed while it starts
				await(t, srv, "RESUME", func(r *fakediscord.Recording) bool { return len(r.Resumes) > before })
			}
			life := time.NewTimer(time.Duration(wait.IntN(300)) * time.Millisecond)
			<-life.C
			p.kill()
		}
		p = b.start("serve")
		ending.Store(true)
		if err := <-played; err != nil {
			t.Fatalf("play: %v\n%s", err, p.log.String())
		}
		if err := srv.Drain(ctx); err != nil {
			t.Fatalf("drain: %v\n%s", err, p.log.String())
		}
		p.stop()
		b.settle(srv)
		total := 0
		for _, n := range byChannel {
			total += n
		}
		t.Logf("%d messages, %d kills, %d resumes", total, kills(t), len(srv.Recording().Resumes))
		if n := len(srv.Recording().Identifies); n != 1 {
			t.Errorf("%d sessions, want one that is resumed every time", n)
		}
		sameTotals(t, "channel", b.totals(guild, "channel"), byChannel)
		sameTotals(t, "member", b.totals(guild, "member"), byMember)
	})
}

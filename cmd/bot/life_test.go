package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guildpulse/events"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/pgtest"
	"guildpulse/persist"
	"guildpulse/persist/postgres"
	"guildpulse/persist/sqlite"
)

// sums reads what the stopped bot's store holds of a server, by kind.
func (b *bot) sums(database string, guild uint64, member *uint64) map[events.Kind]persist.Sum {
	b.t.Helper()
	ctx := context.Background()
	var store persist.Store
	var err error
	if database == "" {
		store, err = sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(b.dir, "data", "guildpulse.db")})
	} else {
		store, err = postgres.Open(ctx, postgres.Config{URL: database})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer store.Close()
	out := make(map[events.Kind]persist.Sum)
	err = store.View(ctx, func(v persist.View) error {
		all, err := v.Sums(ctx, persist.SumQuery{
			Guild: guild, Grain: persist.GrainQuarter, From: math.MinInt32, To: math.MaxInt32, Member: member,
		})
		for _, s := range all {
			out[s.Kind] = s
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// TestReactionsAndVoiceSurviveKills: what has no id of its own is counted once too,
// by the session's sequence.
func TestReactionsAndVoiceSurviveKills(t *testing.T) {
	databases(t, func(t *testing.T, database string) {
		srv, guild := harbour(t, 2, 5)
		voice, err := srv.AddChannel(guild, fakediscord.Channel{Name: "lounge", Type: 2})
		if err != nil {
			t.Fatal(err)
		}
		b := newBot(t, database)
		b.at(srv)
		p := b.start("serve")
		await(t, srv, "a session", heard)
		p.stop()
		p = b.start("serve")
		post, err := srv.PostMessage(fakediscord.Message{Channel: 1000, Author: 1})
		if err != nil {
			t.Fatal(err)
		}
		await(t, srv, "RESUME", func(r *fakediscord.Recording) bool { return len(r.Resumes) > 0 })
		began := time.Now() // voice states bear no time but that of their arrival
		for _, user := range []uint64{2, 3} {
			if err := srv.SetVoice(guild, fakediscord.VoiceState{Channel: voice, User: user}); err != nil {
				t.Fatal(err)
			}
		}
		b.settled(srv, p)
		p = b.start("serve")
		const rounds, each = 6, 40
		for range rounds {
			for i := range each {
				user := uint64(2 + i%4)
				if err := srv.React(1000, post, user, fakediscord.Emoji{Name: string(rune('a' + i))}); err != nil {
					t.Fatal(err)
				}
				if err := srv.Unreact(1000, post, user, fakediscord.Emoji{Name: string(rune('a' + i))}); err != nil {
					t.Fatal(err)
				}
			}
			before := len(srv.Recording().Resumes)
			p.kill()
			p = b.start("serve")
			await(t, srv, "RESUME", func(r *fakediscord.Recording) bool { return len(r.Resumes) > before })
		}
		for _, user := range []uint64{2, 3} {
			if err := srv.LeaveVoice(guild, user); err != nil {
				t.Fatal(err)
			}
		}
		took := time.Since(began)
		p.stop()
		b.settle(srv)
		got := b.sums(database, guild, nil)
		if n := got[events.KindReaction].Count; n != rounds*each {
			t.Errorf("%d reactions, want %d", n, rounds*each)
		}
		if n := got[events.KindReactionRemove].Count; n != rounds*each {
			t.Errorf("%d reactions taken back, want %d", n, rounds*each)
		}
		if r := got[events.KindReceived]; r.Count != rounds*each || r.Amount != 4 {
			t.Errorf("received %d, scored %d; want %d and one for each of 4 people", r.Count, r.Amount, rounds*each)
		}
		if n := got[events.KindVoiceOpen].Count; n != 2 {
			t.Errorf("%d voice sessions, want 2", n)
		}
		spent := time.Duration(got[events.KindVoice].Amount+got[events.KindVoiceAlone].Amount) * time.Millisecond
		if d := 2*took - spent; d < -3*time.Second || d > 3*time.Second {
			t.Errorf("%v in voice, want twice %v", spent, took)
		}
	})
}

// TestOptOutWhileTheDatabaseIsAway: an opt-out that is acknowledged holds, though the
// database was away and the bot was killed right after.
func TestOptOutWhileTheDatabaseIsAway(t *testing.T) {
	ctx := context.Background()
	cluster, err := pgtest.Start(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Stop() })
	database, err := cluster.CreateDatabase(ctx, "guildpulse")
	if err != nil {
		t.Fatal(err)
	}
	srv, guild := harbour(t, 1, 3)
	b := newBot(t, database)
	b.at(srv)
	p := b.start("serve")
	await(t, srv, "a session", heard)
	post := func(author uint64) {
		if _, err := srv.PostMessage(fakediscord.Message{Channel: 1000, Author: author}); err != nil {
			t.Fatal(err)
		}
	}
	post(1)
	post(2)
	top := map[string]any{"metric": "messages"}
	ask(t, srv, guild, "top members", top, func(s string) bool { return strings.Contains(s, "Ana 1") })
	if err := cluster.Kill(); err != nil {
		t.Fatal(err)
	}
	ask(t, srv, guild, "privacy opt-out", nil, func(s string) bool { return strings.Contains(strings.ToLower(s), "not count") })
	post(1)
	post(2)
	p.kill()
	if err := cluster.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	p = b.start("serve")
	await(t, srv, "RESUME", func(r *fakediscord.Recording) bool { return len(r.Resumes) > 0 })
	post(1)
	post(2)
	ask(t, srv, guild, "top members", top, func(s string) bool { return strings.Contains(s, "3") && !strings.Contains(s, "Ana 0") })
	p.stop()
	b.settle(srv)
	one, two := uint64(1), uint64(2)
	if n := b.sums(database, guild, &one)[events.KindMessage].Count; n != 1 {
		t.Errorf("%d messages of who opted out, want the one before", n)
	}
	if n := b.sums(database, guild, &two)[events.KindMessage].Count; n != 3 {
		t.Errorf("%d messages of the other, want 3", n)
	}
}

package gateway

import (
	"context"
	"errors"

	"guildpulse/bench/measure"
	"guildpulse/discord"
)

// Run measures. Figures are by the message, from the socket on; the server has the
// other core.
func Run(ctx context.Context, t *measure.Table) (err error) {
	f := newFlood(func(kind string) (source, error) { return newPacked(kind, packedMessages, message) })
	defer f.close()
	if err := compare(ctx, t, f); err != nil {
		return err
	}
	for _, kind := range []string{discord.CompressZlib, discord.CompressZstd} {
		if err := inflated(ctx, t, f, kind); err != nil {
			return err
		}
	}
	return nil
}

// The messages behind the figure of allocations.
const countedMessages = 20_000

// peers are those that we are compared with, and how much faster we want to be.
var peers = []struct {
	name string
	goal float64
	open func(context.Context, *flood, *tally) (func() error, error)
}{
	{"discordgo", 6, discordGo},
	{"disgo", 0, disGo},
	{"encoding/json, 7 fields", 0, plainReader},
}

// compare measures our reader beside each of the peers.
func compare(ctx context.Context, t *measure.Table, f *flood) (err error) {
	const allocations = "allocations a message"
	wanted := t.Wants(allocations)
	for _, p := range peers {
		wanted = wanted || t.Wants("messages vs "+p.name)
	}
	if !wanted {
		return nil
	}
	us, err := connect(ctx, f, "ours", ours(discord.CompressNone))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, us.close()) }()
	for _, p := range peers {
		name := "messages vs " + p.name
		if !t.Wants(name) {
			continue
		}
		peer, err := connect(ctx, f, p.name, p.open)
		if err != nil {
			return err
		}
		t.Faster(name, p.goal, us.side(), peer.side())
		t.Report("allocations a message of "+p.name, "", measure.Allocs(peer.run, countedMessages))
		if err := peer.close(); err != nil {
			return err
		}
	}
	t.AtMost(allocations, "", measure.Allocs(us.run, countedMessages), 2)
	return nil
}

// A compressed stream is made for some rounds, the first of which warms up.
const (
	packedRounds   = 4
	packedRound    = 10_000
	packedMessages = packedRounds * packedRound
)

// inflated measures our reader on a compressed transport.
func inflated(ctx context.Context, t *measure.Table, f *flood, kind string) (err error) {
	name := "messages through " + kind
	if !t.Wants(name) {
		return nil
	}
	us, err := connect(ctx, f, "ours", ours(kind))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, us.close()) }()
	us.run(packedRound)
	var took []float64
	for range packedRounds - 1 {
		took = append(took, measure.Time(us.run, packedRound))
	}
	t.Report(name, "ns", measure.Median(took), "a stream cannot be sent again, so it is measured apart from the others")
	return nil
}

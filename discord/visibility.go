package discord

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"guildpulse/events"
)

// maxHidden is how many hidden channels fit into a control: 21 bytes each.
const maxHidden = 3000

// visibility remembers of each server which channels were last told to be hidden.
type visibility map[uint64][]uint64

// forget makes the server's next list count as news.
func (v visibility) forget(guild uint64) { delete(v, guild) }

// publish tells what of a server is hidden from @everyone, in order with the
// events, if that is news. Whatever may change it calls this: roles, channels,
// overwrites; and the first sight of a server. A list is a whole one, so nothing
// is told of a server that the directory does not know as a whole.
func (d *decoder) publish(ctx context.Context, guild uint64) error {
	if !d.known(guild) {
		return nil
	}
	now := d.fit(guild, d.dir.Hidden(guild))
	last, told := d.hidden[guild]
	if told && slices.Equal(last, now) {
		return nil
	}
	c, err := events.NewControl(events.ControlVisibility, guild, d.at, events.Visibility{Hidden: now})
	if err != nil {
		return fmt.Errorf("visibility of server %d: %w", guild, err)
	}
	if err := d.sink.Control(ctx, c, nil); err != nil {
		return err
	}
	d.hidden[guild] = now
	return nil
}

// known reports whether the directory knows a server as a whole, not only by some
// channel. After a restart that RESUMEs no GUILD_CREATE comes: it is for whoever
// fills the directory to restore servers with their roles and overwrites.
func (d *decoder) known(guild uint64) bool {
	g, ok := d.dir.Guild(guild)
	if !ok || g.Unavailable {
		d.count.unknown.Add(1)
		return false
	}
	return true
}

// fit cuts a list that is too long for a control. What is deleted goes first, then
// what is oldest: nothing new happens there.
func (d *decoder) fit(guild uint64, hidden []uint64) []uint64 {
	if len(hidden) <= maxHidden {
		return hidden
	}
	d.count.unhidden.Add(uint64(len(hidden) - maxHidden))
	kept := slices.Clone(hidden)
	slices.SortStableFunc(kept, func(a, b uint64) int {
		return cmp.Or(d.deletedFirst(guild, a, b), cmp.Compare(a, b))
	})
	kept = kept[len(kept)-maxHidden:]
	slices.Sort(kept)
	return kept
}

func (d *decoder) deletedFirst(guild, a, b uint64) int {
	ca, _ := d.dir.Channel(guild, a)
	cb, _ := d.dir.Channel(guild, b)
	switch {
	case ca.Deleted == cb.Deleted:
		return 0
	case ca.Deleted:
		return -1
	}
	return 1
}

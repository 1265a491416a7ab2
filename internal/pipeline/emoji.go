package pipeline

import (
	"sync"

	"guildpulse/events"
)

// maxEmoji bounds a server's dictionary; what comes beyond shares number 0.
const maxEmoji = 10_000

// emojiNumbers is each server's dictionary of emoji. Readers ask it while they
// decode, so it is locked; a new number is journaled before the event that uses it.
type emojiNumbers struct {
	mu     sync.Mutex
	guilds map[uint64]*emojiBook
}

type emojiKey struct {
	id   uint64
	name string // of Unicode emoji only: a custom emoji's name may change
}

type emojiBook struct {
	numbers map[emojiKey]uint32
	entries []events.Emoji // entry i has number i+1
	known   int            // how many entries are journaled
}

func newEmojiNumbers() *emojiNumbers {
	return &emojiNumbers{guilds: make(map[uint64]*emojiBook)}
}

func key(id uint64, name string) emojiKey {
	if id != 0 {
		name = ""
	}
	return emojiKey{id, name}
}

// number returns an emoji's number and whether it is new, or 0 when the server's
// dictionary is full.
func (n *emojiNumbers) number(guild, id uint64, name string) (num uint32, fresh bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.book(guild)
	if num, ok := b.numbers[key(id, name)]; ok {
		return num, false
	}
	if len(b.entries) >= maxEmoji {
		return 0, false
	}
	return b.add(events.Emoji{ID: id, Name: name}), true
}

// learn takes in a journaled entry.
func (n *emojiNumbers) learn(guild uint64, e events.Emoji) {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.book(guild)
	num, ok := b.numbers[key(e.ID, e.Name)]
	if !ok && len(b.entries) < maxEmoji {
		num = b.add(e)
	}
	b.known = max(b.known, int(num))
}

func (n *emojiNumbers) book(guild uint64) *emojiBook {
	b := n.guilds[guild]
	if b == nil {
		b = &emojiBook{numbers: make(map[emojiKey]uint32)}
		n.guilds[guild] = b
	}
	return b
}

func (b *emojiBook) add(e events.Emoji) uint32 {
	e.Number = uint32(len(b.entries) + 1)
	b.entries = append(b.entries, e)
	b.numbers[key(e.ID, e.Name)] = e.Number
	return e.Number
}

// all returns what is journaled of every dictionary, by server. An entry that was
// given out and not yet journaled is given out again after a restart.
func (n *emojiNumbers) all() map[uint64][]events.Emoji {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make(map[uint64][]events.Emoji, len(n.guilds))
	for g, b := range n.guilds {
		out[g] = append([]events.Emoji(nil), b.entries[:b.known]...)
	}
	return out
}

package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// Level is how much of a server a person may see. Higher levels include lower
// ones.
type Level uint8

// The levels.
const (
	LevelNone    Level = iota // nothing, not even that the server is known
	LevelMember               // what every member sees
	LevelManager              // Administrator, Manage Server or View Server Insights
)

var levelNames = [...]string{"none", "member", "manager"}

// String names the level.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return "level(?)"
}

// GuildAccess is a server as one person sees it.
type GuildAccess struct {
	ID    uint64
	Name  string // untrusted text
	Self  string // what the person is called there; untrusted text
	Level Level
}

// Access says who may see which server, from what the bot itself knows. It is
// asked again at least every [AccessTTL] while a person looks at pages.
type Access interface {
	// May tells what a person may see of a server now: LevelNone, without an
	// error, for servers that the bot is not in and people who are not in them.
	// An error means that it cannot be told; nothing is shown then.
	May(ctx context.Context, guild, user uint64) (GuildAccess, error)
	// Guilds lists servers, by name, where the person may see something. It need
	// not be complete: servers that a session knows of are asked for by May.
	Guilds(ctx context.Context, user uint64) ([]GuildAccess, error)
}

// errStale: a person who was let in lately cannot be checked now.
var errStale = errors.New("access cannot be checked")

// gate remembers answers of an Access for AccessTTL.
type gate struct {
	access Access
	now    func() time.Time

	mu    sync.Mutex
	known map[gateKey]gateEntry
}

type gateKey struct{ guild, user uint64 }

type gateEntry struct {
	GuildAccess
	at time.Time
}

// maxGate bounds the answers remembered, about 150 bytes each.
const maxGate = 10_000

func newGate(a Access, now func() time.Time) *gate {
	return &gate{access: a, now: now, known: make(map[gateKey]gateEntry)}
}

// may asks what user may see of guild. A failure of Access is LevelNone for who
// was not let in before; for who was it is errStale, which tells nobody anything
// new.
func (g *gate) may(ctx context.Context, guild, user uint64) (GuildAccess, error) {
	key := gateKey{guild, user}
	old, found := g.recall(key)
	if found && g.now().Sub(old.at) < AccessTTL {
		return old.GuildAccess, nil
	}
	began := g.now()
	a, err := g.access.May(ctx, guild, user)
	if err != nil {
		return GuildAccess{}, closed(err, found && old.Level > LevelNone)
	}
	a.ID = guild
	g.remember(key, gateEntry{a, began})
	return a, nil
}

// closed tells who was let in before why the door is closed now, and nobody else.
func closed(err error, before bool) error {
	if before {
		return errors.Join(errStale, err)
	}
	return nil
}

// vouch takes in, for AccessTTL, what Discord has just said of a member. Names are
// Access's, if it has them.
func (g *gate) vouch(ctx context.Context, guild, user uint64, level Level) GuildAccess {
	began := g.now()
	a, _ := g.access.May(ctx, guild, user) // without it there is no name, no more
	a.ID, a.Level = guild, level
	g.remember(gateKey{guild, user}, gateEntry{a, began})
	return a
}

func (g *gate) recall(key gateKey) (gateEntry, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e, ok := g.known[key]
	return e, ok
}

func (g *gate) remember(key gateKey, e gateEntry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.known) >= maxGate {
		clear(g.known) // rare, and costs one question each
	}
	g.known[key] = e
}

// forget drops what is remembered of a person in a server; user 0 is everybody.
func (g *gate) forget(guild, user uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if user != 0 {
		delete(g.known, gateKey{guild, user})
		return
	}
	for key := range g.known {
		if key.guild == guild {
			delete(g.known, key)
		}
	}
}

// guilds lists what user may see: of the servers that Access lists and of those
// that the session knows of, by name.
func (g *gate) guilds(ctx context.Context, user uint64, also []uint64) ([]GuildAccess, error) {
	listed, err := g.access.Guilds(ctx, user)
	if err != nil {
		return nil, err
	}
	all := listed[:0:0]
	seen := make(map[uint64]bool, len(listed)+len(also))
	for _, a := range listed {
		if a.Level > LevelNone && !seen[a.ID] {
			seen[a.ID] = true
			all = append(all, a)
		}
	}
	for _, id := range also {
		if seen[id] {
			continue
		}
		seen[id] = true
		if a, err := g.may(ctx, id, user); err == nil && a.Level > LevelNone {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, byName)
	return all, nil
}

// byName orders servers as a person looks for them.
func byName(a, b GuildAccess) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

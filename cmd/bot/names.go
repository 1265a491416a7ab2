package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"guildpulse/internal/guild"
	"guildpulse/persist"
)

// Names are best effort: nothing that counts depends on them. The database keeps
// what pages show; roles and permissions, which only the running bot needs, are in
// a file of the data folder, since Discord does not tell them again after RESUME.

const saveNamesEvery = time.Second

func (e *engine) structureFile() string { return filepath.Join(e.cfg.Data.Dir, "structure") }

func (e *engine) loadNames(ctx context.Context) error {
	stored, err := e.store.LoadDirectory(ctx, 0)
	if err != nil {
		return fmt.Errorf("load names: %w", err)
	}
	for _, g := range stored.Guilds {
		with, err := e.store.LoadDirectory(ctx, g.ID)
		if err != nil {
			return fmt.Errorf("load names of server %d: %w", g.ID, err)
		}
		e.names.Restore(fromStored(with))
	}
	return e.loadStructure()
}

func (e *engine) loadStructure() error {
	b, err := os.ReadFile(e.structureFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("load structure: %w", err)
	}
	var c guild.Changes
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		e.log.Warn("structure of servers not readable, it will be learned anew", "error", err)
		return nil
	}
	e.names.Restore(c)
	return nil
}

// keepNames stores what changed every few seconds, until ctx ends.
func (e *engine) keepNames(ctx context.Context) error {
	every := time.NewTicker(saveNamesEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
			if err := e.saveNames(ctx); err != nil && ctx.Err() == nil {
				e.log.Warn("names not stored, trying again", "error", err)
			}
		}
	}
}

func (e *engine) saveNames(ctx context.Context) error {
	c := e.names.Dirty()
	if c.Empty() {
		return nil
	}
	if err := e.store.SaveDirectory(ctx, toStored(c, time.Now())); err != nil {
		e.names.Again(c)
		return fmt.Errorf("save names: %w", err)
	}
	if len(c.Guilds)+len(c.Channels)+len(c.Removed) == 0 {
		return nil
	}
	return e.saveStructure()
}

func (e *engine) saveStructure() error {
	all := guild.Changes{Guilds: e.names.Guilds()}
	for _, g := range all.Guilds {
		all.Channels = append(all.Channels, e.names.Channels(g.ID)...)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(all); err != nil {
		return fmt.Errorf("encode structure: %w", err)
	}
	tmp := e.structureFile() + ".tmp"
	if err := os.WriteFile(tmp, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("save structure: %w", err)
	}
	return os.Rename(tmp, e.structureFile())
}

func fromStored(d *persist.Directory) guild.Changes {
	var c guild.Changes
	for _, g := range d.Guilds {
		if g.Left == 0 {
			c.Guilds = append(c.Guilds, guild.Guild{ID: g.ID, Name: g.Name, Icon: g.Icon, Owner: g.Owner})
		}
	}
	for _, ch := range d.Channels {
		c.Channels = append(c.Channels, guild.Channel{
			ID: ch.ID, Guild: ch.Guild, Parent: ch.Parent, Name: ch.Name, Type: int(ch.Type),
			Position: int(ch.Position), Deleted: ch.Deleted,
		})
	}
	for _, m := range d.Members {
		c.Members = append(c.Members, guild.Member{
			Guild: m.Guild, ID: m.ID, Name: m.Name, Avatar: m.Avatar, Bot: m.Bot, Left: m.Left, Joined: m.Joined,
		})
	}
	return c
}

func toStored(c guild.Changes, now time.Time) *persist.Directory {
	d := &persist.Directory{}
	for _, g := range c.Guilds {
		d.Guilds = append(d.Guilds, persist.GuildName{ID: g.ID, Name: g.Name, Icon: g.Icon, Owner: g.Owner})
	}
	for _, id := range c.Removed {
		d.Guilds = append(d.Guilds, persist.GuildName{ID: id, Left: now.UnixMilli()})
	}
	for _, ch := range c.Channels {
		d.Channels = append(d.Channels, persist.ChannelName{
			Guild: ch.Guild, ID: ch.ID, Parent: ch.Parent, Name: ch.Name, Type: int16(min(ch.Type, math.MaxInt16)),
			Position: int32(ch.Position), Deleted: ch.Deleted,
		})
	}
	for _, m := range c.Members {
		d.Members = append(d.Members, persist.MemberName{
			Guild: m.Guild, ID: m.ID, Name: m.Name, Avatar: m.Avatar, Bot: m.Bot, Left: m.Left, Joined: m.Joined,
		})
	}
	return d
}

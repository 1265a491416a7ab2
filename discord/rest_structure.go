package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/guild"
)

// Structure asks for a server with its roles and channels, as GUILD_CREATE tells
// them, but for threads: two requests. A session that goes on after a restart is
// not told again.
func (r *REST) Structure(ctx context.Context, server uint64) (guild.Guild, []guild.Channel, error) {
	var g, channels json.RawMessage
	err := r.ask(ctx, "get a server", http.MethodGet, discordgo.EndpointGuild(id(server)), asBot, nil, &g)
	if err != nil {
		return guild.Guild{}, nil, err
	}
	err = r.ask(ctx, "get a server's channels", http.MethodGet, discordgo.EndpointGuildChannels(id(server)), asBot, nil, &channels)
	if err != nil {
		return guild.Guild{}, nil, err
	}
	out, err := readGuild(g)
	if err != nil {
		return guild.Guild{}, nil, fmt.Errorf("server %d: %w", server, err)
	}
	within, err := readGuild(slices.Concat([]byte(`{"id":"`+id(server)+`","channels":`), channels, []byte{'}'}))
	if err != nil {
		return guild.Guild{}, nil, fmt.Errorf("channels of server %d: %w", server, err)
	}
	for i := range within.channels {
		within.channels[i].Guild = server
	}
	return out.Guild, within.channels, nil
}

// readGuild reads a server's JSON as the gateway's decoder does.
func readGuild(raw []byte) (guildPayload, error) {
	d := &decoder{names: newInterner()}
	d.scan.reset(raw)
	g := d.guild()
	return g, d.finish(g.ID)
}

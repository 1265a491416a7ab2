package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

// HistoryPage is how many messages Discord gives at once.
const HistoryPage = 100

// History is a page of a channel's messages.
type History struct {
	Events  []events.Event // of messages that count somebody, ascending
	Authors []guild.Member // who wrote them: ids and names
	Last    uint64         // the newest message of the page, counted or not; 0 for none
	Len     int            // messages in all; fewer than HistoryPage: there are no more
}

// History asks for the messages of a channel that follow one, oldest first. It reads
// them as the gateway's are read: text is skipped where it stands, and what Discord
// adds some day does not make it lose any. A RESTError of status 403 or 404 says
// that they cannot be read.
//
// A bot that may view a channel and not read its history is given an empty page:
// check permissions first.
func (r *REST) History(ctx context.Context, c guild.Channel, after uint64) (History, error) {
	var raw json.RawMessage
	url := discordgo.EndpointChannelMessages(id(c.ID)) + "?limit=" + strconv.Itoa(HistoryPage) + "&after=" + id(after)
	if err := r.ask(ctx, "read a channel's history", http.MethodGet, url, asBot, nil, &raw); err != nil {
		return History{}, err
	}
	h, err := readHistory(raw, &c)
	if err != nil {
		return History{}, fmt.Errorf("history of channel %d: %w", c.ID, err)
	}
	return h, nil
}

func readHistory(raw []byte, c *guild.Channel) (h History, err error) {
	d := &decoder{names: newInterner()}
	d.scan.reset(raw)
	for d.scan.array(); d.scan.item(); {
		m := d.message()
		h.Len++
		h.Last = max(h.Last, m.id)
		if _, filtered := m.filter(); filtered || m.id == 0 || m.author.id == 0 {
			continue
		}
		h.Events = append(h.Events, events.Message(events.Origin{}, c.Guild, c.ID, m.id, m.author.id, m.flags(c.Thread())))
		h.Authors = append(h.Authors, m.member.member(c.Guild, &m.author))
	}
	slices.SortFunc(h.Events, func(a, b events.Event) int { return cmp.Compare(a.ID, b.ID) })
	return h, d.finish(1)
}

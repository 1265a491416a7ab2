package discord

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/guild"
)

// interaction is something a member did that wants an answer.
type interaction struct {
	ID          uint64
	Application uint64
	Token       string // a secret while it lives, fifteen minutes
	Kind        discordgo.InteractionType
	Guild       uint64 // 0 outside of servers
	User        uint64
	Permissions guild.Permissions // of the member in the channel

	Name     string            // of the command
	Sub      string            // of the sub-command, if any
	Options  map[string]string // as typed or picked
	CustomID string            // of the button

	at time.Time // when it came here
}

// interactionPayload is INTERACTION_CREATE, as far as it is read: discordgo's
// type refuses all of it for one component it does not know in the message.
type interactionPayload struct {
	ID          jsonID                    `json:"id"`
	Application jsonID                    `json:"application_id"`
	Token       string                    `json:"token"`
	Type        discordgo.InteractionType `json:"type"`
	Guild       jsonID                    `json:"guild_id"`
	Member      struct {
		User        struct{ ID jsonID } `json:"user"`
		Permissions jsonID              `json:"permissions"`
	} `json:"member"`
	User struct{ ID jsonID } `json:"user"` // outside of servers
	Data struct {
		Name     string          `json:"name"`
		CustomID string          `json:"custom_id"`
		Options  []optionPayload `json:"options"`
	} `json:"data"`
}

type optionPayload struct {
	Name    string                                 `json:"name"`
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Value   json.RawMessage                        `json:"value"`
	Options []optionPayload                        `json:"options"`
}

// jsonID is a 64-bit number that travels as text.
type jsonID uint64

// UnmarshalJSON reads a quoted decimal number; null leaves 0.
func (n *jsonID) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	v, err := strconv.ParseUint(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("%w: an id that is no number", ErrMalformed)
	}
	*n = jsonID(v)
	return nil
}

// parseInteraction reads a payload. Error: ErrMalformed.
func parseInteraction(raw json.RawMessage) (*interaction, error) {
	var p interactionPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("%w: interaction: %w", ErrMalformed, err)
	}
	i := &interaction{
		ID: uint64(p.ID), Application: uint64(p.Application), Token: p.Token, Kind: p.Type,
		Guild: uint64(p.Guild), User: uint64(p.Member.User.ID), Permissions: guild.Permissions(p.Member.Permissions),
		Name: p.Data.Name, CustomID: p.Data.CustomID, Options: make(map[string]string),
	}
	if i.User == 0 {
		i.User = uint64(p.User.ID)
	}
	if i.ID == 0 || i.Token == "" || i.User == 0 || i.Application == 0 {
		return nil, fmt.Errorf("%w: interaction without its ids", ErrMalformed)
	}
	i.options(p.Data.Options)
	return i, nil
}

// options takes options in; a sub-command stands around its own.
func (i *interaction) options(list []optionPayload) {
	for _, o := range list {
		if o.Type == discordgo.ApplicationCommandOptionSubCommand {
			i.Sub = o.Name
			i.options(o.Options)
			continue
		}
		var text string
		if json.Unmarshal(o.Value, &text) != nil {
			text = string(o.Value)
		}
		i.Options[o.Name] = text
	}
}

// may reports whether the member has any of the permissions.
func (i *interaction) may(want guild.Permissions) bool { return i.Permissions&want != 0 }

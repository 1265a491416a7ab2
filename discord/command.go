package discord

import (
	"context"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/guild"
)

// Definition is a slash command as Discord is told of it. It is data alone, so
// that its texts can be put in other languages by filling the maps, whose keys
// are Discord's locales. discordgo's own type sends fields that do not belong to
// an option's type.
type Definition struct {
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Options      []Option          `json:"options,omitempty"`
	// Permissions that a member needs to see the command, unless the server
	// decides otherwise.
	Permissions *guildPermissions                      `json:"default_member_permissions,omitempty"`
	Type        discordgo.ApplicationCommandType       `json:"type"`
	Contexts    []discordgo.InteractionContextType     `json:"contexts"`
	Install     []discordgo.ApplicationIntegrationType `json:"integration_types"`
}

// Option is an option or a sub-command.
type Option struct {
	Type         discordgo.ApplicationCommandOptionType `json:"type"`
	Name         string                                 `json:"name"`
	Names        map[string]string                      `json:"name_localizations,omitempty"`
	Description  string                                 `json:"description"`
	Descriptions map[string]string                      `json:"description_localizations,omitempty"`
	Required     bool                                   `json:"required,omitempty"`
	Choices      []Choice                               `json:"choices,omitempty"`
	Options      []Option                               `json:"options,omitempty"`
}

// Choice is a value that an option offers.
type Choice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value string            `json:"value"`
}

// guildPermissions travel as text: JavaScript's numbers are too short for them.
type guildPermissions guild.Permissions

// MarshalText writes the bits as a decimal number.
func (p guildPermissions) MarshalText() ([]byte, error) {
	return strconv.AppendUint(nil, uint64(p), 10), nil
}

// answer works out what to say to an interaction.
type answer func(ctx context.Context, h *Handler, i *interaction) (*reply, error)

// command is a definition and what it does.
type command struct {
	Definition
	need guild.Permissions // any of them; 0 for none
	// hidden decides, by what is asked, whether only the person who asks sees the
	// answer: it must be known before there is one.
	hidden func(i *interaction) bool
	answer answer
}

func toAll(*interaction) bool { return false }
func toOne(*interaction) bool { return true }

// Definitions returns the commands as Discord is told of them.
func Definitions() []Definition {
	var defs []Definition
	for _, c := range commands() {
		defs = append(defs, c.Definition)
	}
	return defs
}

// commandsByName returns the commands for looking up.
func commandsByName() map[string]*command {
	byName := make(map[string]*command)
	for _, c := range commands() {
		byName[c.Name] = c
	}
	return byName
}

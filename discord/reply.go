package discord

import (
	"time"

	"github.com/bwmarrin/discordgo"
)

// colour is the edge of every embed.
const colour = 0x5865f2

// reply is what to say, before Discord's limits and form. Names in it are escaped
// already (safeName); they stand in text and field values only, because titles
// and footers show backslashes.
type reply struct {
	title   string
	text    string
	fields  []field
	footer  string
	asOf    time.Time // zero for none
	buttons []button
	hidden  bool // only for the person who asked
	plain   bool // no embed: text alone
}

type field struct {
	name, text string
	inline     bool
}

type button struct {
	label    string
	id       string
	disabled bool
}

// word is a reply of one sentence to one person.
func word(sentence string) *reply { return &reply{text: sentence, hidden: true, plain: true} }

// outgoing is a message as Discord takes it. All fields are always sent: an edit
// leaves nothing of what stood there before.
type outgoing struct {
	Content    string                       `json:"content"`
	Embeds     []*discordgo.MessageEmbed    `json:"embeds"`
	Components []discordgo.MessageComponent `json:"components"`
	Mentions   noMentions                   `json:"allowed_mentions"`
	Flags      discordgo.MessageFlags       `json:"flags,omitempty"`
}

// noMentions is the only value that allowed_mentions ever has: nobody is called,
// whatever stands in the text.
type noMentions struct{}

// MarshalJSON returns the empty list of what is parsed.
func (noMentions) MarshalJSON() ([]byte, error) { return []byte(`{"parse":[]}`), nil }

// outgoing puts a reply in Discord's form, within its limits. Whatever the bot
// says goes through here.
func (r *reply) outgoing() *outgoing {
	m := &outgoing{Embeds: []*discordgo.MessageEmbed{}, Components: []discordgo.MessageComponent{}}
	if r.hidden {
		m.Flags = discordgo.MessageFlagsEphemeral
	}
	if r.plain {
		m.Content = r.text
	} else {
		m.Embeds = append(m.Embeds, r.embed())
	}
	if len(r.buttons) > 0 {
		m.Components = append(m.Components, r.row())
	}
	m.fit()
	return m
}

func (r *reply) embed() *discordgo.MessageEmbed {
	e := &discordgo.MessageEmbed{Title: r.title, Description: r.text, Color: colour}
	for _, f := range r.fields {
		e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: f.name, Value: f.text, Inline: f.inline})
	}
	if r.footer != "" {
		e.Footer = &discordgo.MessageEmbedFooter{Text: r.footer}
	}
	if !r.asOf.IsZero() {
		e.Timestamp = r.asOf.UTC().Format(time.RFC3339)
	}
	return e
}

func (r *reply) row() discordgo.ActionsRow {
	var row discordgo.ActionsRow
	for _, b := range r.buttons {
		row.Components = append(row.Components, discordgo.Button{
			Label: b.label, Style: discordgo.SecondaryButton, CustomID: b.id, Disabled: b.disabled,
		})
	}
	return row
}

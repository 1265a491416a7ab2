package discord

import "github.com/bwmarrin/discordgo"

// Discord's limits of messages, in UTF-16 units and pieces.
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedTotal  = 6000
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxFooter      = 2048
)

// invisible stands where Discord demands text and there is none.
const invisible = "\u200b"

// fit cuts what is longer than Discord takes, the last and the least first: a
// long answer is shown in part rather than refused whole.
func (m *outgoing) fit() {
	m.Content = cut(m.Content, maxContent)
	if len(m.Embeds) > maxEmbeds {
		m.Embeds = m.Embeds[:maxEmbeds]
	}
	room := maxEmbedTotal
	for _, e := range m.Embeds {
		room = fitEmbed(e, room)
	}
}

// fitEmbed cuts an embed to the limits and to the room that all embeds together
// have left, and returns what is left then.
func fitEmbed(e *discordgo.MessageEmbed, room int) int {
	take := func(s string, limit int) string {
		s = cut(s, max(min(limit, room), 0))
		room -= utf16Len(s)
		return s
	}
	e.Title = take(e.Title, maxTitle)
	if e.Footer != nil {
		e.Footer.Text = take(e.Footer.Text, maxFooter)
	}
	e.Description = take(e.Description, maxDescription)
	if len(e.Fields) > maxFields {
		e.Fields = e.Fields[:maxFields]
	}
	for i, f := range e.Fields {
		f.Name, f.Value = orInvisible(cut(f.Name, maxFieldName)), orInvisible(cut(f.Value, maxFieldValue))
		size := utf16Len(f.Name) + utf16Len(f.Value)
		if size > room {
			e.Fields = e.Fields[:i]
			break
		}
		room -= size
	}
	return room
}

func orInvisible(s string) string {
	if s == "" {
		return invisible
	}
	return s
}

package discord

import (
	"context"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// answerHelp answers /help from the definitions themselves.
func answerHelp(context.Context, *Handler, *interaction) (*reply, error) {
	var b strings.Builder
	b.WriteString("Counts who is active where, and never reads what is written.\n\n")
	for _, d := range Definitions() {
		for _, line := range usages(d) {
			b.WriteString(line + "\n")
		}
	}
	b.WriteString("\nNumbers cover channels that everyone may view. The score fades: it tells who is active now. " +
		"Nobody has to be counted: `/privacy opt-out`.")
	return &reply{title: "What can be asked", text: b.String()}, nil
}

// usages writes a command's ways of being asked.
func usages(d Definition) []string {
	var lines []string
	for _, o := range d.Options {
		if o.Type == discordgo.ApplicationCommandOptionSubCommand {
			lines = append(lines, fmt.Sprintf("`/%s %s%s` %s", d.Name, o.Name, arguments(o.Options), o.Description))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, fmt.Sprintf("`/%s%s` %s", d.Name, arguments(d.Options), d.Description))
	}
	return lines
}

func arguments(list []Option) string {
	var b strings.Builder
	for _, o := range list {
		b.WriteString(" [" + o.Name + "]")
	}
	return b.String()
}

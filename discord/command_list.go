package discord

import (
	"github.com/bwmarrin/discordgo"

	"guildpulse/internal/guild"
	"guildpulse/internal/report"
)

// commands returns all slash commands, in the order in which /help shows them.
func commands() []*command {
	return []*command{
		{Definition: defineTop(), hidden: toAll, answer: answerTop},
		{
			Definition: slash("rank", "Where a member stands, and why",
				Option{Type: discordgo.ApplicationCommandOptionUser, Name: "member", Description: "Whose rank; yours if left out"}),
			hidden: aboutAnother, answer: answerRank,
		},
		{
			Definition: slash("overview", "This server at a glance", optionPeriod()),
			hidden:     toAll, answer: answerOverview,
		},
		{Definition: defineDashboard(), hidden: toOne, answer: answerDashboard},
		{Definition: definePrivacy(), hidden: toOne, answer: answerPrivacy},
		{Definition: defineStatus(), need: guild.Administrator | guild.ManageGuild, hidden: toOne, answer: answerStatus},
		{Definition: slash("help", "What this bot counts and what it can be asked"), hidden: toAll, answer: answerHelp},
	}
}

// slash defines a command for servers.
func slash(name, description string, options ...Option) Definition {
	return Definition{
		Name: name, Description: description, Options: options,
		Type:     discordgo.ChatApplicationCommand,
		Contexts: []discordgo.InteractionContextType{discordgo.InteractionContextGuild},
		Install:  []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall},
	}
}

// sub defines a sub-command.
func sub(name, description string, options ...Option) Option {
	return Option{
		Type: discordgo.ApplicationCommandOptionSubCommand, Name: name, Description: description, Options: options,
	}
}

// optionPeriod offers the periods.
func optionPeriod() Option {
	o := Option{
		Type: discordgo.ApplicationCommandOptionString, Name: "period",
		Description: "Over which days, in the server's time zone",
	}
	for _, p := range report.Periods() {
		o.Choices = append(o.Choices, Choice{Name: periodNames[p], Value: string(p)})
	}
	return o
}

// optionMetric offers metrics.
func optionMetric(description string, metrics ...report.Metric) Option {
	o := Option{Type: discordgo.ApplicationCommandOptionString, Name: "metric", Description: description}
	for _, m := range metrics {
		o.Choices = append(o.Choices, Choice{Name: metricNames[m], Value: string(m)})
	}
	return o
}

// How people see periods and metrics.
var (
	periodNames = map[report.Period]string{
		report.Today: "Today", report.Days7: "Last 7 days", report.Days30: "Last 30 days",
		report.Days90: "Last 90 days", report.Months12: "Last 12 months", report.All: "All time",
	}
	metricNames = map[report.Metric]string{
		report.Score: "Score", report.Messages: "Messages", report.Voice: "Voice time", report.Reactions: "Reactions",
	}
)

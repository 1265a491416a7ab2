package discord

import (
	"context"
	"errors"

	"guildpulse/internal/report"
)

// Errors of commands that are not the report's.
var (
	errUnknownCommand = errors.New("unknown command")
	errNoServer       = errors.New("asked outside of a server")
	errNotAllowed     = errors.New("not allowed")
	errForeign        = errors.New("somebody else's button")
	errStale          = errors.New("a button that is not understood")
	errBusy           = errors.New("too many questions at once")
	errPanic          = errors.New("panic")
	errNoPrivacy      = errors.New("no privacy settings here")
	errNoDashboard    = errors.New("no dashboard")
)

// excuses is the one table from errors to what a member is told: what happened,
// and what helps. Errors that are not in it are the bot's fault.
var excuses = []struct {
	err      error
	sentence string
}{
	{report.ErrNoGuild, "Nothing has been counted in this server yet. Numbers appear as soon as people write, talk or react."},
	{report.ErrNoMember, "This person has not been counted here: nothing was written, said or reacted to since counting began, or the person opted out."},
	{report.ErrQuery, "That cannot be answered. Choose among the options that the command offers."},
	{report.ErrRebuilding, "The numbers are being computed anew, as settings or permissions changed. Try again in a moment."},
	{report.ErrUnavailable, "The database cannot be reached just now. Nothing is lost: try again in a moment."},
	{errUnknownCommand, "This command is not known here. It may be from another version: press Ctrl+R to reload Discord, or try again in an hour."},
	{errNoServer, "This can only be asked in a server."},
	{errNotAllowed, "This needs the permission Manage Server."},
	{errForeign, "These buttons belong to whoever asked. Run the command yourself to turn the pages."},
	{errStale, "These buttons are from another version. Run the command again."},
	{errBusy, "Too many questions came at once. Try again in a moment."},
	{errNoPrivacy, "Privacy settings cannot be changed here. Ask whoever runs this bot."},
	{errNoDashboard, "There is no dashboard here: whoever runs this bot can switch it on with web.public_url."},
	{context.DeadlineExceeded, "This took too long. Try a shorter period, or try again later."},
	{context.Canceled, "The bot is being restarted. Try again in a moment."},
}

// excuse returns the sentence for an error, and whether it is one that can be
// expected to happen.
func excuse(err error) (sentence string, expected bool) {
	for _, e := range excuses {
		if errors.Is(err, e.err) {
			return e.sentence, true
		}
	}
	return "Something went wrong here, and it is in the bot's log. Try again later.", false
}

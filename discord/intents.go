package discord

import "strings"

// Intents is the set of event groups that a bot asks the gateway for.
type Intents uint64

// The intents that counting needs. None of these is privileged but
// IntentGuildMembers; message contents and presences are never asked for.
const (
	IntentGuilds               Intents = 1 << 0
	IntentGuildMembers         Intents = 1 << 1
	IntentGuildInvites         Intents = 1 << 6
	IntentGuildVoiceStates     Intents = 1 << 7
	IntentGuildMessages        Intents = 1 << 9
	IntentGuildReactions       Intents = 1 << 10
	IntentGuildScheduledEvents Intents = 1 << 16
	IntentGuildMessagePolls    Intents = 1 << 24
)

// BaseIntents is what counting needs, and no privilege with it.
const BaseIntents = IntentGuilds | IntentGuildMessages | IntentGuildVoiceStates |
	IntentGuildReactions | IntentGuildScheduledEvents | IntentGuildMessagePolls

// privileged are the intents that Discord may refuse and that we can do without.
const privileged = IntentGuildMembers

// Has reports whether all of other is in the set.
func (i Intents) Has(other Intents) bool { return i&other == other }

// String lists the intents by Discord's names, without what it does not know.
func (i Intents) String() string {
	var names []string
	for _, n := range [...]struct {
		bit  Intents
		name string
	}{
		{IntentGuilds, "GUILDS"},
		{IntentGuildMembers, "GUILD_MEMBERS"},
		{IntentGuildInvites, "GUILD_INVITES"},
		{IntentGuildVoiceStates, "GUILD_VOICE_STATES"},
		{IntentGuildMessages, "GUILD_MESSAGES"},
		{IntentGuildReactions, "GUILD_MESSAGE_REACTIONS"},
		{IntentGuildScheduledEvents, "GUILD_SCHEDULED_EVENTS"},
		{IntentGuildMessagePolls, "GUILD_MESSAGE_POLLS"},
	} {
		if i.Has(n.bit) {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, "|")
}

package fakediscord

// Intents are the groups of events a session asks for.
type Intents uint64

// The intents of API version 10.
const (
	IntentGuilds            Intents = 1 << 0
	IntentGuildMembers      Intents = 1 << 1 // privileged
	IntentGuildModeration   Intents = 1 << 2
	IntentGuildExpressions  Intents = 1 << 3
	IntentGuildIntegrations Intents = 1 << 4
	IntentGuildWebhooks     Intents = 1 << 5
	IntentGuildInvites      Intents = 1 << 6
	IntentGuildVoiceStates  Intents = 1 << 7
	IntentGuildPresences    Intents = 1 << 8 // privileged
	IntentGuildMessages     Intents = 1 << 9
	IntentGuildReactions    Intents = 1 << 10
	IntentGuildTyping       Intents = 1 << 11
	IntentDirectMessages    Intents = 1 << 12
	IntentDirectReactions   Intents = 1 << 13
	IntentDirectTyping      Intents = 1 << 14
	IntentMessageContent    Intents = 1 << 15 // privileged
	IntentGuildEvents       Intents = 1 << 16
	IntentAutoModConfig     Intents = 1 << 20
	IntentAutoModExecution  Intents = 1 << 21
	IntentGuildPolls        Intents = 1 << 24
	IntentDirectPolls       Intents = 1 << 25
)

const (
	intentsPrivileged = IntentGuildMembers | IntentGuildPresences | IntentMessageContent
	intentsAll        = IntentGuildEvents<<1 - 1 | IntentAutoModConfig | IntentAutoModExecution | IntentGuildPolls | IntentDirectPolls

	intentAlways Intents = 0       // needed by what everybody gets
	intentNever  Intents = 1 << 63 // by what nobody can ask for
)

// intentOf returns the intent an event needs; several bits mean any of them.
func intentOf(event string) Intents {
	switch event {
	case "READY", "RESUMED", "INTERACTION_CREATE", "USER_UPDATE", "GUILD_MEMBERS_CHUNK", "ENTITLEMENT_CREATE":
		return intentAlways
	case "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE",
		"GUILD_ROLE_DELETE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "CHANNEL_PINS_UPDATE",
		"THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC":
		return IntentGuilds
	case "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE":
		return IntentGuildMembers
	case "GUILD_EMOJIS_UPDATE":
		return IntentGuildExpressions
	case "INVITE_CREATE", "INVITE_DELETE":
		return IntentGuildInvites
	case "VOICE_STATE_UPDATE":
		return IntentGuildVoiceStates
	case "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK":
		return IntentGuildMessages
	case "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL",
		"MESSAGE_REACTION_REMOVE_EMOJI":
		return IntentGuildReactions
	case "GUILD_SCHEDULED_EVENT_CREATE", "GUILD_SCHEDULED_EVENT_UPDATE", "GUILD_SCHEDULED_EVENT_DELETE",
		"GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE":
		return IntentGuildEvents
	case "MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE":
		return IntentGuildPolls
	}
	return intentNever
}

// wants reports whether a session with these intents gets an event of that need.
func (i Intents) wants(need Intents) bool { return need == intentAlways || i&need != 0 }

package fakediscord

// routes lists every endpoint there is. What is missing here answers 404 and is
// recorded as unknown.
func (t *rest) routes() []route {
	return []route{
		{"GET /gateway", anyone, getGateway},
		{"GET /gateway/bot", botOnly, getGatewayBot},
		{"GET /users/@me", bearerToo, getMe},
		{"GET /users/@me/guilds", bearerToo, getMyGuilds},
		{"DELETE /users/@me/guilds/{guild}", botOnly, leaveGuild},
		{"GET /users/{user}", botOnly, getUser},
		{"GET /applications/@me", botOnly, getApplication},
		{"GET /oauth2/applications/@me", botOnly, getApplication},
		{"GET /oauth2/@me", bearerToo, getAuthorization},
		{"POST /oauth2/token", anyone, postToken},
		{"POST /oauth2/token/revoke", anyone, postRevoke},

		{"GET /applications/{app}/commands", botOnly, getCommands},
		{"PUT /applications/{app}/commands", botOnly, putCommands},
		{"POST /applications/{app}/commands", botOnly, postCommand},
		{"GET /applications/{app}/commands/{command}", botOnly, getCommand},
		{"DELETE /applications/{app}/commands/{command}", botOnly, deleteCommand},
		{"GET /applications/{app}/guilds/{guild}/commands", botOnly, getCommands},
		{"PUT /applications/{app}/guilds/{guild}/commands", botOnly, putCommands},
		{"POST /applications/{app}/guilds/{guild}/commands", botOnly, postCommand},
		{"GET /applications/{app}/guilds/{guild}/commands/{command}", botOnly, getCommand},
		{"DELETE /applications/{app}/guilds/{guild}/commands/{command}", botOnly, deleteCommand},

		{"GET /guilds/{guild}", botOnly, getGuild},
		{"GET /guilds/{guild}/channels", botOnly, getGuildChannels},
		{"GET /guilds/{guild}/roles", botOnly, getGuildRoles},
		{"GET /guilds/{guild}/emojis", botOnly, getGuildEmoji},
		{"GET /guilds/{guild}/threads/active", botOnly, getActiveThreads},
		{"GET /guilds/{guild}/scheduled-events", botOnly, getScheduledEvents},
		{"GET /guilds/{guild}/scheduled-events/{event}/users", botOnly, getScheduledEventUsers},
		{"GET /guilds/{guild}/members", botOnly, getMembers},
		{"GET /guilds/{guild}/members/{user}", botOnly, getMember},
		{"PUT /guilds/{guild}/members/{user}/roles/{role}", botOnly, putMemberRole},
		{"DELETE /guilds/{guild}/members/{user}/roles/{role}", botOnly, deleteMemberRole},

		{"GET /channels/{channel}", botOnly, getChannel},
		{"GET /channels/{channel}/threads/archived/public", botOnly, getArchivedPublic},
		{"GET /channels/{channel}/threads/archived/private", botOnly, getArchivedPrivate},
		{"GET /channels/{channel}/messages", botOnly, getMessages},
		{"POST /channels/{channel}/messages", botOnly, postMessage},
		{"GET /channels/{channel}/messages/{message}", botOnly, getMessage},
		{"PATCH /channels/{channel}/messages/{message}", botOnly, patchMessage},
		{"DELETE /channels/{channel}/messages/{message}", botOnly, deleteMessage},

		{"POST /interactions/{interaction}/{token}/callback", anyone, postCallback},
		{"POST /webhooks/{app}/{token}", anyone, postFollowup},
		{"GET /webhooks/{app}/{token}/messages/{message}", anyone, getAnswer},
		{"PATCH /webhooks/{app}/{token}/messages/{message}", anyone, patchAnswer},
		{"DELETE /webhooks/{app}/{token}/messages/{message}", anyone, deleteAnswer},
	}
}

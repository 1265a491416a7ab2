package fakediscord

import (
	"encoding/json"
	"maps"
)

// guildObject returns what REST and the gateway both say of a guild.
func guildObject(g *guild) object {
	roles := make([]object, 0, len(g.roles))
	for _, r := range g.sortedRoles() {
		roles = append(roles, roleObject(r))
	}
	emoji := make([]object, len(g.Emoji))
	for i, e := range g.Emoji {
		emoji[i] = emojiObject(e)
	}
	features := g.Features
	if features == nil {
		features = []string{"NEWS"}
	}
	return object{
		"widget_enabled": false, "widget_channel_id": nil, "verification_level": g.Verification, "vanity_url_code": nil,
		"system_channel_id": maybe(g.SystemChannel), "system_channel_flags": 0, "stickers": []object{}, "splash": nil,
		"safety_alerts_channel_id": nil, "rules_channel_id": nil, "roles": roles, "region": "deprecated",
		"public_updates_channel_id": nil, "premium_tier": g.PremiumTier, "premium_subscription_count": g.Boosts,
		"premium_progress_bar_enabled": false, "preferred_locale": g.Locale, "owner_id": snowflake(g.Owner),
		"nsfw_level": 0, "nsfw": false, "name": g.Name, "mfa_level": 0, "max_video_channel_users": 25,
		"max_stage_video_channel_users": 50, "max_presences": nil, "max_members": 500000, "incidents_data": nil,
		"id": snowflake(g.ID), "icon": text(g.Icon), "hub_type": nil, "home_header": nil, "features": features,
		"explicit_content_filter": 0, "emojis": emoji, "discovery_splash": nil, "description": text(g.Description),
		"default_message_notifications": 0, "banner": nil, "application_id": nil, "afk_timeout": g.AFKTimeout,
		"afk_channel_id": maybe(g.AFKChannel), "latest_onboarding_question_id": nil, "inventory_settings": nil,
		"owner_configured_content_level": 0, "profile": nil, "moderator_reporting": nil,
		"premium_features": nil, "clan": nil,
	}
}

// guildCreate returns the payload of GUILD_CREATE for a session.
func (s *Server) guildCreate(g *guild, intents Intents) []byte {
	o := guildObject(g)
	delete(o, "widget_enabled")
	delete(o, "widget_channel_id")
	delete(o, "max_presences")
	now := s.cfg.Now()
	channels, threads := []object{}, []object{}
	for _, c := range g.sortedChannels(false) {
		channels = append(channels, channelObject(c, false))
	}
	for _, c := range g.sortedChannels(true) {
		if !c.Archived && g.permissions(s.cfg.Application, c, now)&PermViewChannel != 0 {
			threads = append(threads, threadObject(c))
		}
	}
	events := []object{}
	for _, e := range sorted(g.events, func(a, b *scheduled) bool { return a.ID < b.ID }) {
		events = append(events, s.world.scheduledObject(g, e))
	}
	maps.Copy(o, object{
		"version": g.joinedAt, "unavailable": false, "stage_instances": []object{}, "soundboard_sounds": []object{},
		"presences": []object{}, "members": s.world.membersShown(g, intents, s.cfg.Application),
		"member_count": g.memberCount(), "lazy": true, "large": g.memberCount() > 50, "joined_at": stamp(g.joinedAt),
		"guild_scheduled_events": events, "embedded_activities": []object{}, "activity_instances": []object{},
		"application_command_counts": object{}, "channels": channels, "threads": threads,
		"voice_states": g.voiceStates(intents),
	})
	return encode(o)
}

// membersShown returns the members that GUILD_CREATE lists: with both privileged
// intents everyone of a guild that is not large, else the bot and who is in
// voice.
func (w *world) membersShown(g *guild, intents Intents, bot uint64) []any {
	const everyone = IntentGuildMembers | IntentGuildPresences
	shown := []uint64{bot}
	if intents&everyone == everyone && g.memberCount() <= 50 {
		shown = g.memberIDs()
	} else if intents&IntentGuildVoiceStates != 0 {
		for _, v := range sorted(g.voice, func(a, b *VoiceState) bool { return a.User < b.User }) {
			shown = append(shown, v.User)
		}
	}
	out := make([]any, len(shown))
	for i, id := range shown {
		out[i] = w.memberJSON(g, id, false, nil)
	}
	return out
}

// voiceStates returns the partial voice states of GUILD_CREATE.
func (g *guild) voiceStates(intents Intents) []object {
	out := []object{}
	if intents&IntentGuildVoiceStates == 0 {
		return out
	}
	for _, v := range sorted(g.voice, func(a, b *VoiceState) bool { return a.User < b.User }) {
		out = append(out, voiceObject(v))
	}
	return out
}

// readyPayload returns the payload of READY: every guild of the shard as
// unavailable until its GUILD_CREATE comes.
func (s *Server) readyPayload(ses *session) []byte {
	guilds := []object{}
	for _, id := range s.world.order {
		if ses.covers(id) {
			guilds = append(guilds, object{"unavailable": true, "id": snowflake(id)})
		}
	}
	bot := s.world.user(s.cfg.Application)
	return encode(object{
		"v": 10, "user_settings": object{}, "session_type": "normal", "session_id": ses.id,
		"user": object{
			"verified": true, "username": bot.Name, "primary_guild": nil, "mfa_enabled": true, "id": snowflake(bot.ID),
			"global_name": nil, "flags": 0, "email": nil, "discriminator": discriminator(bot), "clan": nil, "bot": true,
			"avatar": text(bot.Avatar),
		},
		"shard":              []int{ses.shard, ses.shards},
		"resume_gateway_url": s.gatewayURL("/gateway/resume"), "relationships": []object{}, "private_channels": []object{},
		"presences": []object{}, "guilds": guilds, "guild_join_requests": []object{}, "geo_ordered_rtc_regions": []string{"us-east"},
		"auth": object{}, "application": object{"id": snowflake(s.cfg.Application), "flags": s.applicationFlags()},
		"_trace": json.RawMessage(`["[\"gateway-fake-1\",{\"micros\":63342}]"]`),
	})
}

// applicationFlags tells which privileged intents are granted, in the "limited"
// form of applications in fewer than a hundred guilds.
func (s *Server) applicationFlags() int {
	flags := 1 << 23 // has registered global commands
	for intent, flag := range map[Intents]int{
		IntentGuildPresences: 1 << 13, IntentGuildMembers: 1 << 15, IntentMessageContent: 1 << 19,
	} {
		if s.cfg.Privileged&intent != 0 {
			flags |= flag
		}
	}
	return flags
}

// outage returns what GUILD_DELETE says.
func outage(g uint64, unavailable bool) object {
	o := object{"id": snowflake(g)}
	if unavailable {
		o["unavailable"] = true
	}
	return o
}

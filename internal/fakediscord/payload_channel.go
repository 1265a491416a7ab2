package fakediscord

// channelObject returns a channel or a thread. With rest it names its guild.
func channelObject(c *channel, rest bool) object {
	if c.thread() {
		return threadObject(c)
	}
	o := object{
		"version": c.ID >> snowflakeShift, "type": c.Type, "position": c.Position, "name": c.Name, "flags": 0,
		"permission_overwrites": overwrites(c.Overwrites), "parent_id": maybe(c.Parent), "id": snowflake(c.ID),
	}
	if rest {
		o["guild_id"] = snowflake(c.guild.ID)
	}
	if c.Type == ChannelCategory {
		return o
	}
	o["rate_limit_per_user"] = c.Slowmode
	o["nsfw"] = c.NSFW
	o["last_message_id"] = maybe(c.LastMessage)
	o["icon_emoji"] = nil
	o["theme_color"] = nil
	switch c.Type {
	case ChannelVoice, ChannelStage:
		o["bitrate"], o["user_limit"], o["rtc_region"] = 64000, c.UserLimit, nil
	case ChannelForum:
		o["available_tags"], o["default_reaction_emoji"], o["default_sort_order"] = []object{}, nil, nil
		o["default_forum_layout"], o["template"], o["topic"] = 0, "", text(c.Topic)
	default:
		o["topic"], o["last_pin_timestamp"] = text(c.Topic), nil
	}
	return o
}

// threadObject returns a thread.
func threadObject(c *channel) object {
	made := SnowflakeTime(c.ID)
	moved := or(when(c.ArchivedAt), made)
	n := c.log.len()
	return object{
		"type": c.Type, "total_message_sent": n, "rate_limit_per_user": c.Slowmode, "parent_id": snowflake(c.Parent),
		"owner_id": snowflake(c.Owner), "name": c.Name, "message_count": n, "member_ids_preview": []snowflake{snowflake(c.Owner)},
		"member_count": 1, "last_message_id": maybe(c.LastMessage), "id": snowflake(c.ID), "flags": 0,
		"guild_id": snowflake(c.guild.ID),
		"thread_metadata": object{
			"locked": c.Locked, "create_timestamp": stamp(made), "archived": c.Archived,
			"auto_archive_duration": or(c.AutoArchive, 1440), "archive_timestamp": stamp(moved),
		},
	}
}

// overwrites returns permission_overwrites.
func overwrites(list []Overwrite) []object {
	out := make([]object, len(list))
	for i, o := range list {
		kind := 0
		if o.Member {
			kind = 1
		}
		out[i] = object{"type": kind, "id": snowflake(o.ID), "deny": bits(o.Deny), "allow": bits(o.Allow)}
	}
	return out
}

// roleObject returns a role.
func roleObject(r *Role) object {
	tags := object{}
	if r.Bot != 0 {
		tags["bot_id"] = snowflake(r.Bot)
	}
	return object{
		"version": r.ID >> snowflakeShift, "unicode_emoji": nil, "tags": tags, "position": r.Position,
		"permissions": bits(r.Permissions), "name": r.Name, "mentionable": r.Mentionable, "managed": r.Managed,
		"id": snowflake(r.ID), "icon": nil, "hoist": r.Hoist, "flags": 0, "color": r.Color,
		"colors": object{"primary_color": r.Color, "secondary_color": nil, "tertiary_color": nil},
	}
}

// emojiObject returns an emoji as guilds list their own.
func emojiObject(e Emoji) object {
	return object{
		"version": e.ID >> snowflakeShift, "roles": ids(e.Roles), "require_colons": true, "name": e.Name,
		"managed": false, "id": snowflake(e.ID), "available": true, "animated": e.Animated,
	}
}

// emojiRef returns an emoji as reactions name it.
func emojiRef(e Emoji) object {
	o := object{"name": e.Name, "id": maybe(e.ID)}
	if e.ID != 0 && e.Animated {
		o["animated"] = true
	}
	return o
}

// scheduledObject returns a scheduled event.
func (w *world) scheduledObject(g *guild, e *scheduled) object {
	o := object{
		"status": e.Status, "sku_ids": []string{}, "scheduled_start_time": stamp(when(e.Start)),
		"scheduled_end_time": stamp(when(e.End)), "recurrence_rule": nil, "privacy_level": 2, "name": e.Name,
		"image": nil, "id": snowflake(e.ID), "guild_id": snowflake(g.ID), "entity_type": 2, "entity_id": nil,
		"entity_metadata": nil, "description": text(e.Description), "creator_id": maybe(e.Creator),
		"channel_id": maybe(e.Channel), "auto_start": false, "guild_scheduled_event_exceptions": []object{},
	}
	if e.Channel == 0 {
		o["entity_type"], o["entity_metadata"] = 3, object{"location": e.Place}
	}
	return o
}

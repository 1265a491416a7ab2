package fakediscord

import (
	"encoding/json"
	"strconv"
)

// appendUser appends a user object. REST's has its flags in full, the gateway's
// the public ones.
func appendUser(b []byte, u User, rest bool) []byte {
	b = append(b, `{"username":`...)
	b = u.appendName(b)
	if u.System {
		b = append(b, `,"system":true`...)
	}
	b = append(b, `,"public_flags":0,"primary_guild":null,"id":`...)
	b = appendID(b, u.ID)
	b = append(b, `,"global_name":`...)
	b = u.appendGlobalName(b)
	if rest {
		b = append(b, `,"flags":0`...)
	}
	b = append(b, `,"display_name_styles":null,"discriminator":"`...)
	b = append(b, discriminator(u)...)
	b = append(b, `","collectibles":null,"clan":null`...)
	if u.Bot {
		b = append(b, `,"bot":true`...)
	}
	b = append(b, `,"avatar_decoration_data":null,"avatar":`...)
	return append(u.appendAvatar(b), '}')
}

// discriminator tells people (0) from bots, which still have one.
func discriminator(u User) string {
	if !u.Bot {
		return "0"
	}
	n := u.ID%9000 + 1000
	return string([]byte{'0' + byte(n/1000), '0' + byte(n/100%10), '0' + byte(n/10%10), '0' + byte(n%10)})
}

// appendMember appends a guild member object without its user, as messages hold
// it. A nil member is somebody nobody added: no roles, here since the beginning.
func appendMember(b []byte, g *guild, m *Member) []byte {
	return append(appendMemberOpen(b, g, m), '}')
}

// appendMemberOpen appends a member object that still lacks its closing brace.
func appendMemberOpen(b []byte, g *guild, m *Member) []byte {
	if m == nil {
		m = &Member{}
	}
	joined := SnowflakeTime(g.ID)
	if !m.JoinedAt.IsZero() {
		joined = m.JoinedAt.UnixMilli()
	}
	b = append(b, `{"roles":`...)
	b = appendIDs(b, m.Roles)
	b = append(b, `,"premium_since":`...)
	b = appendStamp(b, when(m.BoostingFrom))
	b = append(b, `,"pending":`...)
	b = strconv.AppendBool(b, m.Pending)
	b = append(b, `,"nick":`...)
	b = appendText(b, m.Nick)
	b = append(b, `,"mute":`...)
	b = strconv.AppendBool(b, m.Muted)
	b = append(b, `,"joined_at":`...)
	b = appendTime(b, joined)
	b = append(b, `,"flags":0,"deaf":`...)
	b = strconv.AppendBool(b, m.Deafened)
	b = append(b, `,"communication_disabled_until":`...)
	b = appendStamp(b, when(m.TimeoutUntil))
	b = append(b, `,"banner":null,"avatar":`...)
	return appendText(b, m.Avatar)
}

// appendIDs appends an array of ids.
func appendIDs(b []byte, list []uint64) []byte {
	b = append(b, '[')
	for i, id := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendID(b, id)
	}
	return append(b, ']')
}

// userJSON returns a user object.
func (w *world) userJSON(id uint64, rest bool) json.RawMessage {
	return appendUser(nil, w.user(id), rest)
}

// memberJSON returns a member object with its user, and more fields if given.
func (w *world) memberJSON(g *guild, user uint64, rest bool, more object) json.RawMessage {
	b := appendMemberOpen(nil, g, g.members[user])
	b = append(b, `,"user":`...)
	b = appendUser(b, w.user(user), rest)
	if len(more) > 0 {
		b = append(b, ',')
		b = append(b, encode(more)[1:]...)
		return b
	}
	return append(b, '}')
}

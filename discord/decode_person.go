package discord

import (
	"cmp"

	"guildpulse/internal/guild"
)

// person is a user object.
type person struct {
	id       uint64
	bot      bool
	system   bool // Discord itself
	username string
	global   string // display name
	avatar   string
}

// membership is a member object: what a person is in a server.
type membership struct {
	user   person
	nick   string
	roles  []uint64
	joined int64
}

func (d *decoder) person() (p person) {
	s := &d.scan
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			p.id = s.snowflake()
		case "bot":
			p.bot = s.bool()
		case "system":
			p.system = s.bool()
		case "username":
			p.username = d.text()
		case "global_name":
			p.global = d.text()
		case "avatar":
			p.avatar = d.text()
		default:
			s.skip()
		}
	}
	return p
}

// membership reads a member object. Its roles are the decoder's and stay until the
// next one is read.
func (d *decoder) membership() (m membership) {
	s := &d.scan
	for s.object(); s.more(); {
		if !d.memberField(&m) {
			s.skip()
		}
	}
	return m
}

// memberField reads the member at hand if it is one of a member object's.
func (d *decoder) memberField(m *membership) bool {
	switch string(d.scan.key) {
	case "user":
		m.user = d.person()
	case "nick":
		m.nick = d.text()
	case "roles":
		m.roles = d.idList(&d.roles)
	case "joined_at":
		m.joined = d.stamp()
	default:
		return false
	}
	return true
}

// idList reads an array of identifiers into buf. It is nil for null only: an empty
// list says something.
func (d *decoder) idList(buf *[]uint64) []uint64 {
	s := &d.scan
	if s.null() {
		return nil
	}
	ids := append(*buf, 0)[:0]
	for s.array(); s.item(); {
		ids = append(ids, s.snowflake())
	}
	*buf = ids
	return ids
}

// member returns what the directory is to know of a person.
func (m *membership) member(guildID uint64, p *person) guild.Member {
	return guild.Member{
		Guild: guildID, ID: p.id, Username: p.username, Avatar: p.avatar, Bot: p.bot,
		Name: cmp.Or(m.nick, p.global, p.username), Roles: m.roles, Joined: m.joined,
	}
}

// observe lets the directory know of somebody whom a payload tells of in passing.
func (d *decoder) observe(guildID uint64, m *membership, p *person) {
	if p.id != 0 && p.username != "" {
		d.dir.ObserveMember(m.member(guildID, p))
	}
}

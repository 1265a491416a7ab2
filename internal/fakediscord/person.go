package fakediscord

import (
	"strconv"
	"time"
)

// User is a person or a bot. Whoever acts without having been added is made up
// from the id, the same in every run.
type User struct {
	ID         uint64
	Name       string // user name
	GlobalName string // display name
	Avatar     string // hash
	Bot        bool
	System     bool
	Locale     string // "en-US" when empty; told in interactions only
}

// Member is a user's part in a guild.
type Member struct {
	User         uint64
	Nick         string
	Avatar       string
	Roles        []uint64
	JoinedAt     time.Time // the id's time or the guild's present when zero
	BoostingFrom time.Time
	Pending      bool
	Muted        bool // by the server
	Deafened     bool
	TimeoutUntil time.Time
}

// people numbers users from 0, so that a million messages hold four bytes each
// for their authors.
type people struct {
	ids   []uint64
	index map[uint64]uint32
}

// number returns a user's number, giving out the next one to a new user.
func (p *people) number(user uint64) uint32 {
	if n, ok := p.index[user]; ok {
		return n
	}
	n := uint32(len(p.ids))
	p.ids = append(p.ids, user)
	p.index[user] = n
	return n
}

// user returns a user by id; one that nobody added has no name.
func (w *world) user(id uint64) User {
	if u, ok := w.users[id]; ok {
		return *u
	}
	return User{ID: id}
}

// appendName appends a user's name, quoted and made up where there is none.
func (u *User) appendName(b []byte) []byte {
	if u.Name != "" {
		return appendString(b, u.Name)
	}
	return append(strconv.AppendUint(append(b, `"member_`...), u.number(), 10), '"')
}

// appendGlobalName appends the display name likewise, or null.
func (u *User) appendGlobalName(b []byte) []byte {
	if u.Name != "" {
		return appendText(b, u.GlobalName)
	}
	return append(strconv.AppendUint(append(b, `"Member `...), u.number(), 10), '"')
}

// appendAvatar appends the avatar's hash, made up likewise, or null.
func (u *User) appendAvatar(b []byte) []byte {
	if u.Name != "" {
		return appendText(b, u.Avatar)
	}
	b = append(b, '"')
	for i, h := 0, u.ID*0x9e3779b97f4a7c15; i < 32; i, h = i+1, h>>4|h<<60 {
		b = append(b, hexDigits[(h^uint64(i))&15])
	}
	return append(b, '"')
}

// number is what names are made up from.
func (u *User) number() uint64 { return (u.ID>>snowflakeShift ^ u.ID) % 1e6 }

// named returns a user with names that are made up where there are none.
func named(u User) User {
	if u.Name == "" {
		n := strconv.FormatUint(u.number(), 10)
		u.Name, u.GlobalName = "member_"+n, "Member "+n
	}
	return u
}

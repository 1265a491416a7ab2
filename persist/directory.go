package persist

// Directory is names and structure as stored, all best effort: nothing that
// counts depends on them.
type Directory struct {
	Guilds   []GuildName
	Channels []ChannelName
	Members  []MemberName
}

// GuildName is what is stored of a server's looks. Left tells when the bot was
// removed (Unix milliseconds, 0 while it is there).
type GuildName struct {
	ID    uint64
	Name  string
	Icon  string
	Owner uint64
	Left  int64
}

// ChannelName is what is stored of a channel's looks.
type ChannelName struct {
	Guild, ID, Parent uint64
	Name              string
	Type              int16
	Position          int32
	Deleted           bool
}

// MemberName is what is stored of a member's looks.
type MemberName struct {
	Guild, ID uint64
	Name      string
	Avatar    string
	Bot       bool
	Left      bool
	Joined    int64 // Unix milliseconds, 0 when unknown
}

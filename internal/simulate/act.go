package simulate

import "strconv"

// ActKind says what somebody did.
type ActKind uint8

// The kinds, with the fields each one fills beside At, Server and User.
const (
	Say         ActKind = iota + 1 // Channel, Thread, Message (its own id), Flags
	React                          // Channel, Thread, Message, Author, Emoji
	Unreact                        // as its React
	Delete                         // Channel, Thread, Message, Author; User is who removed it
	EnterVoice                     // Channel, Flags
	ChangeVoice                    // Channel and Flags as they are from now on
	LeaveVoice                     // Channel that was left
	Join                           // nothing more
	Leave                          // nothing more; a LeaveVoice goes before it where due
	OpenThread                     // Channel (its parent), Thread and Message (both the message it hangs on)
)

// String returns the kind's name.
func (k ActKind) String() string {
	names := [...]string{
		Say: "say", React: "react", Unreact: "unreact", Delete: "delete",
		EnterVoice: "enter-voice", ChangeVoice: "change-voice", LeaveVoice: "leave-voice",
		Join: "join", Leave: "leave", OpenThread: "open-thread",
	}
	if int(k) < len(names) && names[k] != "" {
		return names[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Flags tell how a message or a voice state looks.
type Flags uint8

// The first three belong to Say, the last two to EnterVoice and ChangeVoice.
const (
	Reply Flags = 1 << iota
	Attachment
	Sticker
	Muted    // by themselves
	Deafened // by themselves; Muted goes with it
)

// Act is one thing that somebody did. It holds no text and no pointer.
type Act struct {
	At      int64 // Unix ms
	Channel uint64
	Thread  uint64 // inside Channel; 0: in Channel itself
	User    uint64
	Message uint64 // a snowflake of the message's own time, ascending within a channel
	Author  uint64 // of Message, where it is not User's own new one
	Server  int    // index into World.Servers
	Emoji   int    // index into Server.Emoji
	Kind    ActKind
	Flags   Flags
}

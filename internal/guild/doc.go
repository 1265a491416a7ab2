// Package guild holds what one Discord server decides for itself: its rules and
// settings, its time zone and periods, what its members' deeds are worth, how its
// people and channels are called, and who may view which channel.
//
// The package is a leaf: it knows [guildpulse/events] and the standard library,
// does no I/O, reads no clock and keeps no globals. All but [Directory] and
// [Zones] is a plain value or immutable.
//
// # Rules
//
// [Settings] is what an owner may set. It travels in the journal as the body of a
// control, in one canonical form ([EncodeSettings], [DecodeSettings]), so that a
// change of rules is ordered with the events that it judges. [NewRules] makes it
// ready for scoring.
//
// # Days
//
// [Zone] cuts time into the server's own [Day]s, [Week]s and [Month]s. Days are
// intervals that follow each other: a clock that goes back over midnight does not
// bring yesterday back. The base bucket of all counts, the quarter of an hour UTC,
// belongs whole to the day in which it starts. [Period] names the windows that
// people ask for.
//
// # Score
//
// A member's score is a pure function of that member's rows, the rules and a
// time; [Rules.Points] and [Score] are that function, and their comments are its
// definition. [Ledger] answers the same question step by step: the differences
// that it hands out add up to the points of the final rows. [Ledgers] holds those
// of a server's members.
//
// # Names and permissions
//
// [Directory] remembers what the gateway's payloads tell of servers, channels,
// roles and members, in bounded memory, and says what @everyone and what a person
// may view, after Discord's documented algorithm ([Base], [InChannel]). What it
// does not know is closed.
package guild

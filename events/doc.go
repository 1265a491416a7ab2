// Package events holds the shared nouns of Guildpulse: what happened in a
// server, as the whole program passes it on.
//
// An [Event] is 64 bytes without a pointer in it: one cache line, so that a ring
// moves it with one line transfer and the garbage collector never looks inside.
// It holds numbers alone. No text ever enters it, hence no message's words can
// leave it. What needs text or parameters (a session to resume, an emoji's name,
// a server's settings) is a [Control], which is rare and travels in order with
// the events.
//
// # Which number means what
//
// Each [Kind] has one constructor, and that constructor's comment says what each
// field holds. Nobody else fills an Event by hand.
//
// # Times and identities
//
// Times are Unix milliseconds in UTC. Discord's identifiers are snowflakes, whose
// upper bits are the time of their making: see [SnowflakeTime]. Zero is a valid
// channel and a valid user (imports have such), so a missing user is told by the
// kind, and [Anonymous] stands for people whose identity was erased.
package events

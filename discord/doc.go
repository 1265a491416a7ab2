// Package discord is the way from and to Discord: it reads the gateway, and it
// answers people's commands. This page is about reading; files that begin with
// transport, rest, command, interaction and reply are about answering.
//
// # What is read
//
// A [Reader] turns what happens in servers into events, and puts them into a
// [Sink] in order. Messages, voice, reactions, threads, polls, scheduled events,
// invitations, joins and leaves are counted; what is said is not even looked at:
// no privileged intent for it is asked for, and the decoder skips the field. What
// counts nobody (bots, webhooks, Discord's own messages) is filtered, each with its
// [Reason]; a filtered message still leaves its id, so that coverage knows of it.
//
// Names and permissions go beside the events into a [Directory], best effort. Of
// permissions one thing travels with the events, for numbers depend on it: which
// channels of a server are hidden from @everyone, as a control, whenever that
// changes.
//
// # What is promised
//
//   - Nothing that Discord still offers is lost. Discord acknowledges no event; it
//     replays what follows a sequence number when a session is resumed. So the
//     reader resumes from the last sequence that is durable here, never from the
//     last received, and its heartbeats acknowledge no more than that. The session
//     outlives the process: it is closed with 4000, and [Sink.Position] tells the
//     next process of it.
//   - What is lost is said. When a session cannot be resumed, or Discord skips
//     sequence numbers that even a RESUME does not bring, a gap is recorded.
//   - A full sink makes the reader wait, not Discord give up: heartbeats have a
//     goroutine of their own, and an answer that cannot be read because frames wait
//     before it is not missed.
//   - IDENTIFYs keep to one per five seconds and bucket and to the day's budget.
//     Refusals are final, and tell a remedy ([RefusedError]). Only the privilege of
//     hearing joins and leaves can be refused and done without.
//   - A frame that cannot be read is counted and reported, and never fatal. Frames
//     are bounded, inflated ones too.
//   - The token is told to Discord's gateway, or to the stand-in that the base
//     address names, and to nobody else. Neither it nor a name is logged.
//
// # How it is built
//
//	frame ─▶ conn ─▶ session ─▶ feed ─▶ decoder ─▶ Sink
//	         bytes    protocol   order    meaning
//
// The session is a state machine without I/O: frames, ticks and ends of
// connections go in, what is to be done comes out. Its stories are told by the
// transcripts in testdata/session. The decoder reads the bytes of a frame with a
// scanner of its own, as encoding/json would (a fuzz test holds it to that), and
// allocates nothing for a message of somebody it knows.
//
// Two readers stand behind one interface. Native is ours and the default;
// DiscordGo lets discordgo's session read and keeps the decoder and all behind it.
// One conformance suite runs on both, and tells where the second falls short.
package discord

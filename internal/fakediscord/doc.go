// Package fakediscord is a Discord of one's own on loopback: gateway, HTTP API
// and OAuth2, close enough that a program reaches it with the code and the
// configuration keys it uses for the real one.
//
//	srv := fakediscord.New(fakediscord.Config{})
//	guild := srv.AddGuild(fakediscord.Guild{Name: "Harbour", Members: …, Channels: …})
//	if err := srv.Start(); err != nil { … }
//	defer srv.Close()
//	// give the program srv.URL() in place of https://discord.com, and srv.Token()
//	id, err := srv.PostMessage(fakediscord.Message{Channel: general, Author: ana})
//
// # The world
//
// A [Server] holds guilds with their roles, channels, threads, members, voice
// states, emoji, scheduled events and message history. Every method that changes
// the world dispatches what Discord would dispatch, to the sessions that would
// get it: by shard, by intents, by what the bot may view. Without the message
// content intent a message arrives without content, embeds, attachments,
// components and poll, unless it is the bot's own or mentions it; author, member,
// type, flags, mentions, reply reference and stickers always arrive. Before a
// session exists changing the world costs next to nothing, so the same methods
// build it.
//
// History is kept in columns, 14 bytes a message: a million messages are cheap.
// [Server.LoadHistory] fills it without dispatching, [Server.Play] dispatches at
// the speed the client reads. People who act without having been added are made
// up from their ids.
//
// # Time and identity
//
// Ids are snowflakes of [Config.Now], which tests may turn as they like. A
// message given a time but no id gets the snowflake of that time plus the number
// of messages its channel has within that second, so that the same input has the
// same ids in every run and in every importer that goes by the same rule.
// Intervals and deadlines (heartbeats, rate limits, the three seconds of an
// interaction) go by the machine's clock. With a [Pipe] for a listener the whole
// server runs inside a testing/synctest bubble.
//
// # The gateway
//
// API versions 9 and 10, JSON, with zlib-stream or zstd-stream on demand. Every
// session numbers its dispatches and keeps them for RESUME in a bounded buffer;
// RESUMED is a dispatch with a number like any other, so a later RESUME from
// before it replays it too. The close codes are Discord's, IDENTIFYs are counted
// and paced, a client that floods is closed with 4008. Delivery is at least once
// and in order, flow control is TCP's.
//
// # Misfortune
//
// [Server.Inject] scripts what can go wrong on the gateway and when ([Fault]),
// [Server.Strike] lets it happen now, [Server.InjectREST] does the same for HTTP
// ([RESTFault]). What clients do is in the [Recording], together with everything
// Discord would hold against them; [Server.Await] waits for it without sleeping.
//
// # Interactions
//
// [Server.Interact] uses a command that the bot has registered, a button, a
// select or a modal, the way a member's client would: only with options the
// definition knows, only where the member may. It waits for the answer and
// returns it as a [Reply]. Messages, embeds, components and command definitions
// are held to Discord's documented limits and refused in Discord's form.
//
// # Shortfalls
//
// There are no direct messages, voice media, presences, thread members, audit log
// or slow mode; the list of endpoints is in one table, and calls beyond it answer
// 404 and are recorded as unknown.
package fakediscord

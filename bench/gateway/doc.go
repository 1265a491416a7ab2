// Package gateway compares how fast messages are read from Discord's gateway: ours
// beside discordgo's and disgo's sessions, each on a websocket of its own from one
// server, which writes the same frames of about 1 KB to all of them and does
// nothing else.
//
// A reader runs from the socket to the place where a bot begins to work: ours to
// the sink of events, theirs to the handler of a message. They keep no state beside
// it and start no goroutine a message, which is the faster way to run them.
package gateway

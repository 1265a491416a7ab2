package discord

import "fmt"

// Reason says why something that happened counts nobody. A filtered message still
// moves coverage, as an event of KindSeen. People who opted out and channels that
// are excluded are not filtered here but at ingest, which hears of them in order
// with the events.
type Reason uint8

// The reasons.
const (
	ReasonBot          Reason = iota // done by a bot
	ReasonWebhook                    // posted by a webhook
	ReasonSystem                     // Discord's own message: a join, a boost, a pin, …
	ReasonDirect                     // outside any server
	ReasonUnattributed               // Discord does not say who did it
	ReasonKnown                      // not new: a member who was there, a thread that we are only shown
	numReasons
)

var reasonNames = [numReasons]string{
	"bot", "webhook", "system", "direct", "unattributed", "known",
}

// String returns the reason's name as it stands in metrics.
func (r Reason) String() string {
	if r < numReasons {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// The types of messages that people write. The set of types is open: what is
// neither of these is Discord speaking, or a bot's answer to a command, which its
// author tells.
const (
	messageDefault = 0
	messageReply   = 19
)

func writtenByPerson(messageType int64) bool {
	return messageType == messageDefault || messageType == messageReply
}

package guild

import "guildpulse/events"

// Category is a kind of deed that scores: kinds of events that share a weight and
// a daily cap. The numbers are written to disk.
type Category uint8

// The categories, in the order in which their points are added up.
const (
	CategoryMessage  Category = 0 // clock minutes with a message
	CategoryVoice    Category = 1 // clock minutes in voice, hearing, among others
	CategoryReceived Category = 2 // reactions received that scored
	CategoryReaction Category = 3 // reactions given
	CategoryThread   Category = 4
	CategoryPollVote Category = 5
	CategoryInterest Category = 6
	CategoryInvite   Category = 7
	CategoryCommand  Category = 8
)

// NumCategories is how many categories there are.
const NumCategories = 9

var categoryNames = [NumCategories]string{
	"message", "voice", "received", "reaction", "thread",
	"poll_vote", "interest", "invite", "command",
}

// String returns the category's name, as its weight and cap are named in
// settings.
func (c Category) String() string {
	if c < NumCategories {
		return categoryNames[c]
	}
	return "category(?)"
}

// minutes reports whether the category scores by clock minutes, not by count.
func (c Category) minutes() bool { return c == CategoryMessage || c == CategoryVoice }

// CategoryOf returns the category in which rows of kind k score. Rows of other
// kinds never score.
func CategoryOf(k events.Kind) (Category, bool) {
	c, _, ok := classify(k)
	return c, ok
}

// classify returns also how a row's number enters its category: a vote taken back
// counts against those given.
func classify(k events.Kind) (c Category, sign int64, ok bool) {
	switch k {
	case events.KindMessage:
		return CategoryMessage, 1, true
	case events.KindVoice, events.KindVoiceMuted:
		return CategoryVoice, 1, true
	case events.KindReceived:
		return CategoryReceived, 1, true
	case events.KindReaction:
		return CategoryReaction, 1, true
	case events.KindReactionRemove:
		return CategoryReaction, -1, true
	case events.KindThread:
		return CategoryThread, 1, true
	case events.KindPollVote:
		return CategoryPollVote, 1, true
	case events.KindPollUnvote:
		return CategoryPollVote, -1, true
	case events.KindInterest:
		return CategoryInterest, 1, true
	case events.KindUninterest:
		return CategoryInterest, -1, true
	case events.KindInvite:
		return CategoryInvite, 1, true
	case events.KindCommand:
		return CategoryCommand, 1, true
	}
	return 0, 0, false
}

// Weights says how many points a deed of each category is worth before the
// channel's weight.
type Weights struct {
	Message     float64 `json:"message"`      // a clock minute with a message in it
	VoiceMinute float64 `json:"voice_minute"` // a clock minute in voice
	Received    float64 `json:"received"`     // a reaction received that scored
	Reaction    float64 `json:"reaction"`     // a reaction given
	Thread      float64 `json:"thread"`       // a thread opened
	PollVote    float64 `json:"poll_vote"`
	Interest    float64 `json:"interest"` // in a scheduled event
	Invite      float64 `json:"invite"`   // an invitation made
	Command     float64 `json:"command"`  // a command of ours given
}

// Caps says how many points each category gives at most on one local day.
type Caps struct {
	Message  float64 `json:"message"`
	Voice    float64 `json:"voice"`
	Received float64 `json:"received"`
	Reaction float64 `json:"reaction"`
	Thread   float64 `json:"thread"`
	PollVote float64 `json:"poll_vote"`
	Interest float64 `json:"interest"`
	Invite   float64 `json:"invite"`
	Command  float64 `json:"command"`
}

// table returns the weights by category.
func (w *Weights) table() [NumCategories]float64 {
	return [NumCategories]float64{
		w.Message, w.VoiceMinute, w.Received, w.Reaction, w.Thread,
		w.PollVote, w.Interest, w.Invite, w.Command,
	}
}

// table returns the caps by category.
func (c *Caps) table() [NumCategories]float64 {
	return [NumCategories]float64{
		c.Message, c.Voice, c.Received, c.Reaction, c.Thread,
		c.PollVote, c.Interest, c.Invite, c.Command,
	}
}

// DefaultWeights returns what a server starts with. What costs nothing to repeat
// (giving reactions, making invitations, giving commands) is worth nothing.
func DefaultWeights() Weights {
	return Weights{
		Message: 1, VoiceMinute: 0.2, Received: 0.5, Thread: 2, PollVote: 0.5, Interest: 0.5,
	}
}

// DefaultCaps returns what a server starts with: two hours of talk, five of
// voice, sixty reactions received.
func DefaultCaps() Caps {
	return Caps{
		Message: 120, Voice: 60, Received: 30, Reaction: 10, Thread: 10,
		PollVote: 5, Interest: 5, Invite: 10, Command: 10,
	}
}

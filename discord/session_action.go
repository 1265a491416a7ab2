package discord

import (
	"fmt"

	"guildpulse/events"
)

// action is one thing that a session wants done.
type action struct {
	kind    actionKind
	url     string         // actDial
	session events.Session // actResume, actOpened, actResumed
	seq     uint64         // actResume: after which; actOpened, actResumed, actDeliver: of the frame; actMissed: the last before
	code    int            // actClose
	gap     bool           // actOpened: an earlier session was there and is lost
	err     error          // actStop
}

type actionKind uint8

const (
	actTurn      actionKind = iota // get the turn to IDENTIFY, then call granted
	actRelease                     // give the turn back, nothing was sent
	actDial                        // connect to url, then call connected or lost
	actIdentify                    // send IDENTIFY; the turn is used
	actResume                      // send RESUME
	actHeartbeat                   // send a heartbeat
	actOpened                      // a new session began with this frame
	actResumed                     // the session goes on, all was replayed
	actDeliver                     // hand the frame on
	actMissed                      // frames after seq are lost, Discord has them no more
	actDegrade                     // do without the privileged intents
	actClose                       // close the connection
	actStop                        // end for good with err
)

// String tells the action as golden transcripts show it.
func (a action) String() string {
	switch a.kind {
	case actTurn:
		return "get the turn to identify"
	case actRelease:
		return "give the turn back"
	case actDial:
		return "dial " + a.url
	case actIdentify:
		return "send IDENTIFY"
	case actResume:
		return fmt.Sprintf("send RESUME %s after %d", a.session.ID, a.seq)
	case actHeartbeat:
		return "send HEARTBEAT"
	case actOpened:
		s := fmt.Sprintf("opened session %s at %d", a.session.ID, a.seq)
		if a.gap {
			s += ", after a gap"
		}
		return s
	case actResumed:
		return fmt.Sprintf("resumed session %s at %d", a.session.ID, a.seq)
	case actDeliver:
		return fmt.Sprintf("deliver %d", a.seq)
	case actMissed:
		return fmt.Sprintf("missed what follows %d", a.seq)
	case actDegrade:
		return "do without privileged intents"
	case actClose:
		return fmt.Sprintf("close %d", a.code)
	case actStop:
		return "stop: " + a.err.Error()
	}
	return "?"
}

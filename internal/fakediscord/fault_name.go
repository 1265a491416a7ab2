package fakediscord

import "fmt"

// momentNames and faultNames are how faults show in a test's log.
var (
	momentNames = [...]string{
		AtDial: "at dial", AtOpen: "at open", AtHello: "at HELLO", AtIdentify: "at IDENTIFY", AtResume: "at RESUME",
		AtHeartbeat: "at heartbeat", AtDispatch: "at dispatch", atOnce: "at once",
	}
	faultNames = [...]string{
		faultDrop: "drop", faultReset: "reset", faultClose: "close", faultReconnect: "op 7", faultInvalid: "op 9",
		faultBeat: "op 1", faultMute: "mute", faultMissACK: "no ACK", faultLateACK: "late ACK",
		faultDuplicate: "duplicate", faultWithhold: "withhold", faultReplayTwice: "double replay",
		faultGarbage: "garbage", faultGarbageWire: "garbage on the wire", faultOversize: "oversize",
		faultRefuse: "refuse", faultUnavailable: "unavailable",
	}
)

// String returns the moment's name.
func (m Moment) String() string {
	if m < AtDial || m > atOnce {
		return "never"
	}
	return momentNames[m]
}

// String tells what happens and when, such as "close 4009 at RESUME".
func (f Fault) String() string {
	if f.kind < faultDrop || f.kind > faultUnavailable {
		return "nothing"
	}
	what := faultNames[f.kind]
	switch {
	case f.kind == faultInvalid:
		what = fmt.Sprint(what, " ", f.resumable)
	case f.code != 0:
		what = fmt.Sprint(what, " ", f.code)
	}
	if f.after > 0 {
		return fmt.Sprintf("%s %v after %d", what, f.when, f.after)
	}
	return what + " " + f.when.String()
}

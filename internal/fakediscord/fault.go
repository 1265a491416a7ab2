package fakediscord

import "time"

// Moment is when a scripted fault strikes a gateway connection.
type Moment int

// The moments, in the order a connection meets them.
const (
	AtDial      Moment = iota + 1 // the HTTP request has come, nothing is answered
	AtOpen                        // upgraded; HELLO is not sent
	AtHello                       // HELLO is sent
	AtIdentify                    // a good IDENTIFY has come; READY is not sent
	AtResume                      // a good RESUME has come; nothing is replayed
	AtHeartbeat                   // a heartbeat has come; no ACK is sent
	AtDispatch                    // before a dispatch is sent
	atOnce                        // Strike
)

// faultKind is what happens.
type faultKind int

const (
	faultDrop faultKind = iota + 1
	faultReset
	faultClose
	faultReconnect
	faultInvalid
	faultBeat
	faultMute
	faultMissACK
	faultLateACK
	faultDuplicate
	faultWithhold
	faultReplayTwice
	faultGarbage
	faultGarbageWire
	faultOversize
	faultRefuse
	faultUnavailable
)

// Fault is one scripted misfortune of the gateway: made by the functions below,
// placed by its methods, given to [Server.Inject] or [Server.Strike].
type Fault struct {
	kind      faultKind
	when      Moment
	after     int
	shard     int // -1 for any
	code      int
	resumable bool
	wait      time.Duration
	size      int
}

// At moves the fault to another moment.
func (f Fault) At(m Moment) Fault { f.when = m; return f }

// After lets n occurrences of the moment pass first; at AtDispatch it is n
// dispatches of the connection that is struck.
func (f Fault) After(n int) Fault { f.after = n; return f }

// AfterDispatches places the fault before dispatch n+1 of a connection.
func (f Fault) AfterDispatches(n int) Fault { return f.At(AtDispatch).After(n) }

// OnShard keeps the fault for one shard. Before IDENTIFY or RESUME a connection
// is of no shard.
func (f Fault) OnShard(shard int) Fault { f.shard = shard; return f }

func fault(kind faultKind, m Moment) Fault { return Fault{kind: kind, when: m, shard: -1} }

// Drop ends the TCP stream without a close frame, after what was sent.
func Drop() Fault { return fault(faultDrop, AtDispatch) }

// Reset resets the TCP connection: what is under way is lost too.
func Reset() Fault { return fault(faultReset, AtDispatch) }

// CloseCode closes with a code, such as 4009.
func CloseCode(code int) Fault {
	f := fault(faultClose, AtDispatch)
	f.code = code
	return f
}

// Reconnect sends op 7. Before READY it comes instead of it: at AtIdentify and
// AtHello as the second frame of the connection, at AtOpen as the first.
func Reconnect() Fault { return fault(faultReconnect, AtDispatch) }

// Invalidate sends op 9, the session being resumable or lost for good. At
// AtIdentify and AtResume it is the answer.
func Invalidate(resumable bool) Fault {
	f := fault(faultInvalid, AtDispatch)
	f.resumable = resumable
	return f
}

// AskHeartbeat sends op 1, which wants a heartbeat at once.
func AskHeartbeat() Fault { return fault(faultBeat, AtDispatch) }

// Mute keeps the connection open and says nothing on it any more, not even
// pongs; what comes is read and forgotten. At AtOpen not even HELLO is said, at
// AtDial the request for the websocket is never answered.
func Mute() Fault { return fault(faultMute, AtOpen) }

// MissACK leaves this heartbeat and all later ones of the connection without ACK.
func MissACK() Fault { return fault(faultMissACK, AtHeartbeat) }

// LateACK answers this heartbeat and later ones of the connection only after a
// while.
func LateACK(wait time.Duration) Fault {
	f := fault(faultLateACK, AtHeartbeat)
	f.wait = wait
	return f
}

// Duplicate sends one dispatch twice, under one sequence number.
func Duplicate() Fault { return fault(faultDuplicate, AtDispatch) }

// Withhold leaves one dispatch out. Its sequence number is missing, and a RESUME
// from before it brings it.
func Withhold() Fault { return fault(faultWithhold, AtDispatch) }

// Skip is Withhold.
func Skip() Fault { return Withhold() }

// ReplayTwice makes a RESUME replay everything two times before RESUMED.
func ReplayTwice() Fault { return fault(faultReplayTwice, AtResume) }

// Garbage sends a text message that is not JSON.
func Garbage() Fault { return fault(faultGarbage, AtDispatch) }

// GarbageWire puts bytes on the wire that are no websocket frame.
func GarbageWire() Fault { return fault(faultGarbageWire, AtDispatch) }

// Oversize sends a dispatch of an unknown event with a payload of about size
// bytes. Compressed it is small: a bomb.
func Oversize(size int) Fault {
	f := fault(faultOversize, AtDispatch)
	f.size = size
	return f
}

// Refuse resets gateway connections as they dial, for a time (or, when it is
// zero, this one).
func Refuse(d time.Duration) Fault {
	f := fault(faultRefuse, AtDial)
	f.wait = d
	return f
}

// Unavailable answers the dial with an HTTP status, such as 503.
func Unavailable(status int) Fault {
	f := fault(faultUnavailable, AtDial)
	f.code = status
	return f
}

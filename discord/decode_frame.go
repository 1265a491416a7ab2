package discord

import "bytes"

// Operations of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatACK   = 11
)

// Types of dispatches that the session itself listens to.
const (
	typeReady   = "READY"
	typeResumed = "RESUMED"
)

// frame is one payload of the gateway. Its slices point into the text it was read
// from.
type frame struct {
	op   int64
	seq  uint64 // of a dispatch; 0 elsewhere
	kind []byte // a dispatch's type
	data []byte // the value of "d"
	text []byte // the whole payload
	rash bool   // data is what seems to be the value of "d", unread
}

// is reports whether the frame is a dispatch of that type.
func (f *frame) is(kind string) bool { return f.op == opDispatch && string(f.kind) == kind }

// skimFrame reads the envelope as parseFrame does, but does not read a dispatch
// twice: where "d" comes last, as it always does, what is left but for the last
// brace must be its value. Whoever reads data finds out if it is not, and then
// calls parseFrame.
func skimFrame(s *scanner, text []byte) (frame, error) {
	f := frame{text: text}
	told := false
	for s.begin(text); s.more(); {
		switch string(s.key) {
		case "op":
			f.op, told = s.int(), true
		case "s":
			f.seq = s.snowflake()
		case "t":
			f.kind = s.text()
		case "d":
			if last := len(text) - 1; told && f.ordinary() && text[last] == '}' {
				f.data, f.rash = text[s.pos:last], true
				return f, nil
			}
			return parseFrame(s, text)
		default:
			s.skip()
		}
	}
	return parseFrame(s, text)
}

// ordinary reports whether a frame is a dispatch and none of the session's own.
func (f *frame) ordinary() bool {
	return f.op == opDispatch && f.seq > 0 && len(f.kind) > 0 && !f.is(typeReady) && !f.is(typeResumed)
}

// parseFrame reads the envelope and checks the whole text:
//
//	{"t": "MESSAGE_CREATE", "s": 42, "op": 0, "d": …}
func parseFrame(s *scanner, text []byte) (frame, error) {
	f := frame{text: text}
	for s.begin(text); s.more(); {
		switch string(s.key) {
		case "op":
			f.op = s.int()
		case "s":
			f.seq = s.snowflake()
		case "t":
			f.kind = s.text()
		case "d":
			f.data = s.raw()
		default:
			s.skip()
		}
	}
	if err := s.end(); err != nil {
		return frame{}, err
	}
	return f, nil
}

// begin opens the object that a whole text must be.
func (s *scanner) begin(text []byte) {
	s.reset(text)
	if s.peek() != '{' {
		s.fail()
	}
	s.object()
}

// hello returns the heartbeat interval of a HELLO in milliseconds, 0 when it
// makes no sense.
func (f *frame) hello() int64 {
	var s scanner
	var ms int64
	s.reset(f.data)
	for s.object(); s.more(); {
		switch string(s.key) {
		case "heartbeat_interval":
			ms = s.int()
		default:
			s.skip()
		}
	}
	if s.end() != nil || ms < 0 {
		return 0
	}
	return ms
}

// resumable reads the body of an INVALID SESSION.
func (f *frame) resumable() bool { return bytes.Equal(bytes.TrimSpace(f.data), []byte("true")) }

// ready is what a READY tells.
type ready struct {
	session   string
	resumeURL string
	guilds    []uint64
}

// parseReady reads a READY's body. One without a session is malformed.
func parseReady(data []byte) (r ready, err error) {
	var s scanner
	s.reset(data)
	for s.object(); s.more(); {
		switch string(s.key) {
		case "session_id":
			r.session = string(s.text())
		case "resume_gateway_url":
			r.resumeURL = string(s.text())
		case "guilds":
			r.guilds = list(&s, func() uint64 { return readID(&s) })
		default:
			s.skip()
		}
	}
	if err := s.end(); err != nil {
		return ready{}, err
	}
	if r.session == "" {
		return ready{}, ErrMalformed
	}
	return r, nil
}

// readID reads an object of which only the id matters.
func readID(s *scanner) (id uint64) {
	for s.object(); s.more(); {
		switch string(s.key) {
		case "id":
			id = s.snowflake()
		default:
			s.skip()
		}
	}
	return id
}

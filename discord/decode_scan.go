package discord

// maxDepth is how deep values may nest: encoding/json's own limit.
const maxDepth = 10_000

// scanner reads one JSON text from left to right and builds nothing of it: the
// caller names the members that it wants and skips the rest.
//
//	for s.object(); s.more(); {
//		switch string(s.key) {
//		case "id":
//			id = s.snowflake()
//		default:
//			s.skip()
//		}
//	}
//
// Exactly one value must be read or skipped in each turn. The first error sticks:
// from then on every call returns a zero value and every loop ends. null reads as
// the zero value of whatever is asked for, as it does in encoding/json. A text
// that [encoding/json.Valid] refuses is an error, wherever the caller looks.
//
// Slices that a scanner returns live as long as the text does and until reset.
type scanner struct {
	buf     []byte
	pos     int
	depth   int
	begun   begun  // the object or array at hand
	key     []byte // of the member at hand
	scratch []byte // strings that had to be unescaped
	err     error
}

// begun tells what has just been done to begin with an object or array.
type begun uint8

const (
	nothing begun = iota // or something was read of it already
	opened
	isNull // there is none: null stands in its place
)

// reset begins a new text, which the scanner never changes.
func (s *scanner) reset(b []byte) {
	*s = scanner{buf: b, scratch: s.scratch[:0]}
}

// object opens the object at hand; more steps through its members.
func (s *scanner) object() { s.open('{') }

// array opens the array at hand; item steps through its values.
func (s *scanner) array() { s.open('[') }

func (s *scanner) open(c byte) {
	if s.null() {
		s.begun = isNull
		return
	}
	if s.peek() != c {
		s.fail()
		return
	}
	s.enter()
}

// enter passes the bracket at hand.
func (s *scanner) enter() {
	if s.depth >= maxDepth {
		s.fail()
		return
	}
	s.pos++
	s.depth++
	s.begun = opened
}

// more steps to the next member, whose name is then in key, or behind the object.
func (s *scanner) more() bool {
	if !s.next('}') || !s.quote() {
		return false
	}
	s.key = s.quoted()
	s.colon()
	return s.err == nil
}

func (s *scanner) colon() {
	if s.at(':') || s.peek() == ':' {
		s.pos++
		return
	}
	s.fail()
}

// item steps to the next value of an array, or behind it.
func (s *scanner) item() bool { return s.next(']') }

// next passes the comma before a value, or the end. Mostly it is a comma, and right
// here; after an error there is none.
func (s *scanner) next(end byte) bool {
	if s.begun == nothing && s.at(',') {
		s.pos++
		return true
	}
	return s.turn(end)
}

func (s *scanner) turn(end byte) bool {
	begun := s.begun
	s.begun = nothing
	if s.err != nil || begun == isNull {
		return false
	}
	switch c := s.peek(); {
	case c == end:
		s.pos++
		s.depth--
		return false
	case begun == opened:
		return true
	case c == ',':
		s.pos++
		return true
	}
	s.fail()
	return false
}

// end reports an error of the text as a whole: the first that was met, or what
// follows the value that was read.
func (s *scanner) end() error {
	if s.err == nil && (s.peek() != 0 || s.pos < len(s.buf)) {
		s.fail()
	}
	return s.err
}

// peek passes white space and returns the byte behind it; 0 at the end. Discord
// sends none, so the way without it is short.
func (s *scanner) peek() byte {
	if s.pos < len(s.buf) && s.buf[s.pos] > ' ' {
		return s.buf[s.pos]
	}
	return s.space()
}

func (s *scanner) space() byte {
	for ; s.pos < len(s.buf); s.pos++ {
		switch c := s.buf[s.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// fail ends the reading. It moves to the end, so that no loop goes on.
func (s *scanner) fail() {
	if s.err == nil {
		s.err = ErrMalformed
	}
	s.pos = len(s.buf)
}

// null passes a null and reports whether there was one.
func (s *scanner) null() bool {
	if s.peek() != 'n' {
		return false
	}
	s.literal("null")
	return true
}

func (s *scanner) literal(word string) {
	end := s.pos + len(word)
	if end > len(s.buf) || string(s.buf[s.pos:end]) != word {
		s.fail()
		return
	}
	s.pos = end
}

// raw returns the value at hand as it is written.
func (s *scanner) raw() []byte {
	s.peek()
	start := s.pos
	s.skip()
	if s.err != nil {
		return nil
	}
	return s.buf[start:s.pos]
}

// skip passes the value at hand, whatever it is, and checks it on the way.
func (s *scanner) skip() {
	switch s.peek() {
	case '"':
		s.skipText()
	case 'n':
		s.literal("null")
	case 'f':
		s.literal("false")
	case 't':
		s.literal("true")
	case '[':
		for s.enter(); s.item(); {
			s.skip()
		}
	case '{':
		for s.enter(); s.next('}'); s.skip() {
			s.skipText()
			s.colon()
		}
	default:
		s.number()
	}
}

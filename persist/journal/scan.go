package journal

import (
	"errors"
	"fmt"
	"io"

	"guildpulse/events"
)

// scanner reads the frames of one segment, one after the other, and trusts no
// byte before its checksum held. Memory: one window.
type scanner struct {
	win  window
	seed uint32
	off  int64      // of the next frame
	next events.Seq // which that frame must begin with
}

type frame struct {
	frameHead
	off  int64
	body []byte // padded; valid until the next scan
}

// What ends a scan, beside an error of the file.
var (
	errBlank = errors.New("no frame")           // zeros, or the file's end: here ends the log
	errTorn  = errors.New("frame is cut short") // the rest of the frame is not there
	errOrder = errors.New("frame out of order") // whole, and not the one that belongs here
)

// damaged reports whether err says what the bytes are, rather than that they could
// not be read.
func damaged(err error) bool {
	for _, known := range []error{errBlank, errTorn, errOrder, errChecksum, errHead} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// tearable reports whether a crash while writing can leave what err says. What a
// checksum vouches for was written so on purpose.
func tearable(err error) bool {
	return errors.Is(err, errBlank) || errors.Is(err, errTorn) || errors.Is(err, errChecksum)
}

func newScanner(f io.ReaderAt, h *header, limit int64) *scanner {
	return &scanner{win: window{file: f, limit: limit}, seed: h.seed(), off: headerSize, next: h.first}
}

// scan returns the next frame and moves past it. On error it stays where it is.
func (s *scanner) scan() (frame, error) {
	fr := frame{off: s.off}
	if err := s.head(&fr.frameHead); err != nil {
		return frame{}, err
	}
	if fr.first != s.next {
		return frame{}, fmt.Errorf("%w: it begins with record %d", errOrder, fr.first)
	}
	b, err := s.win.bytes(s.off, fr.size())
	if err != nil {
		return frame{}, short(err)
	}
	fr.body = b[headSize:]
	if err := fr.checkBody(fr.body); err != nil {
		return frame{}, err
	}
	s.off += int64(fr.size())
	s.next = fr.next()
	return fr, nil
}

func (s *scanner) head(h *frameHead) error {
	if s.off == s.win.limit {
		return errBlank
	}
	n := min(headSize, int(s.win.limit-s.off))
	b, err := s.win.bytes(s.off, n)
	switch {
	case err != nil:
		return short(err)
	case blank(b):
		return errBlank
	case n < headSize:
		return errTorn
	}
	return h.decode(b, s.seed)
}

func short(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return err
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// remains is what stands behind the place where a scan ended.
type remains struct {
	end   int64 // of the last frame of this segment whose head is whole; 0: there is none
	proof int64 // where a frame stands which shows that record s.next had been durable; 0: nowhere
}

// rest looks for frames of this segment from s.off on, where the scan ended. In
// between may stand whatever an earlier use of the file left. Time: O(bytes).
func (s *scanner) rest() (r remains, err error) {
	const step = readAhead / 2
	for at := s.off; at < s.win.limit; at += step {
		n := int(min(step+headSize-alignment, s.win.limit-at))
		b, err := s.win.bytes(at, n)
		if err != nil {
			return remains{}, fmt.Errorf("search the tail: %w", err)
		}
		s.search(&r, b, at)
	}
	return r, nil
}

// search looks for heads in b, which stands at off in the file.
func (s *scanner) search(r *remains, b []byte, off int64) {
	var h frameHead
	for i := 0; i+headSize <= len(b); i += alignment {
		if kind := frameKind(b[i+8]); kind != frameEvents && kind != frameControl {
			continue
		}
		if h.decode(b[i:], s.seed) != nil {
			continue
		}
		at := off + int64(i)
		r.end = min(at+int64(h.size()), s.win.limit)
		if r.proof == 0 && h.commit > s.next {
			r.proof = at
		}
	}
}

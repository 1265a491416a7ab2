package journal

import (
	"bytes"
	"encoding/binary"
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
	errBlank = errors.New("no frame")           // zeros, or the file's end: nothing was written here
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
	b, err := s.win.bytes(s.off, headSize)
	if err != nil {
		return short(err)
	}
	if blank(b) {
		return errBlank
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

// rest looks at everything from s.off on, where the scan ended. torn counts the
// bytes up to the last that is not zero. proof is where a frame stands which shows
// that record s.next had been durable, or 0. Time: O(bytes).
func (s *scanner) rest() (torn, proof int64, err error) {
	const step = readAhead / 2
	for at := s.off; at < s.win.limit; at += step {
		n := int(min(step+headSize, s.win.limit-at))
		b, err := s.win.bytes(at, n)
		if err != nil {
			return 0, 0, fmt.Errorf("search the tail: %w", err)
		}
		if proof == 0 {
			proof = s.search(b, at)
		}
		if used := len(bytes.TrimRight(b, "\x00")); used > 0 {
			torn = at + int64(used) - s.off
		}
	}
	return torn, proof, nil
}

// search looks for a proof in b, which stands at off in the file.
func (s *scanner) search(b []byte, off int64) int64 {
	var h frameHead
	for i := 0; i+headSize <= len(b); i += alignment {
		if binary.LittleEndian.Uint64(b[i:]) == 0 {
			continue
		}
		if h.decode(b[i:], s.seed) == nil && h.commit > s.next {
			return off + int64(i)
		}
	}
	return 0
}

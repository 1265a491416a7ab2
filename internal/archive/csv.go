package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"guildpulse/events"
)

// csvReader reads `ts,channel,user[,len,reactions][,id]` with a header that names
// the columns in any order; others are passed over. ts is in Unix seconds or
// milliseconds, or RFC 3339. Fields are not quoted.
type csvReader struct {
	in     *input
	limit  int
	latest int64 // Unix milliseconds
	column map[string]int
	line   uint64

	hasIDs  bool
	lastSec int64 // of the last line that was read
	torn    *hole // the hole of a line of which nothing could be read, while it is open
	out     sink
	fields  [][]byte
}

// sink is what a parser tells.
type sink interface {
	record(record) error
	bad(Bad)
	hole(hole)
}

// hole is a time, both ends included, in which every channel may lack messages.
type hole struct {
	from, to int64 // Unix milliseconds
	line     uint64
}

// maxMs is later than anything: the year 9999.
const maxMs = 253402300799999

// ahead is how far a message may lie in the future: clocks differ. What is beyond
// would make every decaying score vanish beside it.
const ahead = 24 * time.Hour

var errColumns = fmt.Errorf("%w: the first line must name the columns ts, channel and user", ErrFormat)

func (c *csvReader) run() error {
	head, err := c.readLine()
	if err != nil {
		return err
	}
	if err := c.columns(string(head)); err != nil {
		return err
	}
	c.lastSec = math.MinInt64
	for {
		line, err := c.readLine()
		if errors.Is(err, io.EOF) {
			c.close(maxMs)
			return nil
		}
		if errors.Is(err, bufio.ErrTooLong) {
			c.lost("the line is longer than " + strconv.Itoa(c.limit) + " bytes")
			continue
		}
		if err != nil {
			return err
		}
		if len(line) == 0 {
			continue
		}
		if err := c.take(line); err != nil {
			return err
		}
	}
}

// readLine returns a line without its end. A line that is too long is passed over
// and reported as bufio.ErrTooLong.
func (c *csvReader) readLine() ([]byte, error) {
	c.line++
	line, err := c.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return c.longLine(line)
	}
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = nil
	}
	return bytes.TrimRight(line, "\r\n"), err
}

func (c *csvReader) longLine(start []byte) ([]byte, error) {
	line := bytes.Clone(start)
	for {
		more, err := c.in.ReadSlice('\n')
		if len(line) <= c.limit {
			line = append(line, more...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(line) > c.limit {
			return nil, bufio.ErrTooLong
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}

func (c *csvReader) columns(head string) error {
	c.column = make(map[string]int)
	for i, name := range strings.Split(strings.TrimPrefix(head, "\ufeff"), ",") {
		c.column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range []string{"ts", "channel", "user"} {
		if _, ok := c.column[name]; !ok {
			return errColumns
		}
	}
	_, c.hasIDs = c.column["id"]
	return nil
}

// take parses a line as far as it can be read.
func (c *csvReader) take(line []byte) error {
	c.fields = c.fields[:0]
	for len(c.fields) <= len(c.column) {
		field, rest, more := bytes.Cut(line, []byte{','})
		c.fields = append(c.fields, field)
		if line = rest; !more {
			break
		}
	}
	at, errAt := c.time()
	channel, errChannel := c.number("channel")
	user, errUser := c.number("user")
	id, errID := uint64(0), error(nil)
	if c.hasIDs {
		id, errID = c.number("id")
	}
	whole := len(c.fields) == len(c.column)
	switch {
	case errAt != nil || errChannel != nil || errID != nil:
		c.lost(firstOf(errAt, errChannel, errID).Error())
		return nil
	case !whole && c.hasIDs:
		c.lost(fmt.Sprintf("%d fields, the first line has %d", len(c.fields), len(c.column)))
		return nil
	}
	r := record{channel: channel, user: user, place: c.line, id: id}
	if !c.hasIDs {
		r.id, r.state = events.MakeSnowflake(at-at%1000, 0), stateOrdinal
	}
	if c.uncertain(at) {
		c.out.bad(Bad{c.line, fmt.Sprintf("its id is uncertain because of line %d", c.torn.line)})
		r.state |= stateBad
		return c.out.record(r)
	}
	c.lastSec = max(c.lastSec, at/1000)
	if errUser != nil || !whole {
		reason := fmt.Sprintf("%d fields, the first line has %d", len(c.fields), len(c.column))
		if errUser != nil {
			reason = errUser.Error()
		}
		c.out.bad(Bad{c.line, reason})
		r.state |= stateBad
	}
	return c.out.record(r)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *csvReader) field(name string) (string, error) {
	i := c.column[name]
	if i >= len(c.fields) {
		return "", fmt.Errorf("%s is missing", name)
	}
	return strings.Trim(string(c.fields[i]), `" `), nil
}

func (c *csvReader) number(name string) (uint64, error) {
	s, err := c.field(name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s %q is not a number", name, short(s))
	}
	return n, nil
}

// time reads ts as Unix milliseconds. Numbers beyond the year 5138 in seconds are
// milliseconds.
func (c *csvReader) time() (int64, error) {
	s, err := c.field("ts")
	if err != nil {
		return 0, err
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n < 100_000_000_000 {
			n *= 1000
		}
		if n < events.DiscordEpoch || n > c.latest {
			return 0, fmt.Errorf("ts %s is before Discord or in the future", short(s))
		}
		return n, nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil || at.UnixMilli() < events.DiscordEpoch || at.UnixMilli() > c.latest {
		return 0, fmt.Errorf("ts %q is no time: want Unix seconds, milliseconds or RFC 3339", short(s))
	}
	return at.UnixMilli(), nil
}

func short(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// lost notes a line of which channel or time could not be read.
func (c *csvReader) lost(reason string) {
	c.out.bad(Bad{c.line, reason})
	if c.torn != nil && c.torn.to == 0 {
		return // another one right behind it
	}
	c.close(0)
	from := int64(0)
	if c.lastSec != math.MinInt64 {
		from = c.lastSec * 1000
	}
	c.torn = &hole{from: from, line: c.line}
}

// uncertain closes a torn hole at the first line behind it, and reports whether
// the ordinal of a line at that time depends on what was torn.
func (c *csvReader) uncertain(at int64) bool {
	if c.torn == nil {
		return false
	}
	if c.torn.to == 0 {
		c.torn.to = max(at-at%1000, c.torn.from) + 999
	}
	if at > c.torn.to {
		c.close(0)
		return false
	}
	return !c.hasIDs && at >= c.torn.from
}

// close tells of a torn hole; end is where it ends if no line came behind it.
func (c *csvReader) close(end int64) {
	if c.torn == nil {
		return
	}
	if c.torn.to == 0 {
		c.torn.to = end
	}
	c.out.hole(*c.torn)
	c.torn = nil
}

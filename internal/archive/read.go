package archive

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"guildpulse/events"
)

// ChunkSize is how many messages a chunk holds at most.
const ChunkSize = 4096

// Options say how a file is read. The zero value is right for whole exports.
type Options struct {
	Guild  uint64 // of every message
	Sparse bool   // the file leaves messages out: claim nothing between them
	Limits Limits

	Progress func(read int64) // bytes of the file so far, compressed as they lie
	Names    func(Names)
	Bad      func(Bad)
	// Sorting is told when all of the file is read, with the number of messages.
	Sorting func(messages uint64)

	runRecords int // of the sorter; tests make it small
}

// Summary tells what was in a file.
type Summary struct {
	Messages uint64 // that could be counted
	Skipped  uint64 // of bots and of the system
	Bad      uint64
	Repeated uint64 // the same id twice in the file
}

// Read reads a file and hands its messages on as chunks: of one channel, ascending,
// closed by the KindCovered events that claim their spans. The slice given to
// yield is the callee's to keep.
func Read(name string, o Options, yield func([]events.Event) error) (sum Summary, err error) {
	o.Limits.defaults()
	if o.runRecords == 0 {
		o.runRecords = runRecords
	}
	in, err := open(name, o.Limits, o.Progress)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	c := &collector{o: &o, sort: newSorter(o.runRecords)}
	defer func() { err = errors.Join(err, c.sort.close()) }()
	if err := parse(in, &o, c); err != nil {
		return c.sum, fmt.Errorf("%s: %w", name, err)
	}
	if o.Sorting != nil {
		o.Sorting(c.sum.Messages)
	}
	m := &maker{o: &o, holes: c.ordered(), yield: yield, sum: &c.sum}
	if err := c.sort.each(m.add); err != nil {
		return c.sum, fmt.Errorf("%s: %w", name, err)
	}
	if err := m.flush(); err != nil {
		return c.sum, fmt.Errorf("%s: %w", name, err)
	}
	return c.sum, nil
}

// parse tells the formats apart by their first letter.
func parse(in *input, o *Options, c *collector) error {
	first, err := in.Peek(1)
	for err == nil && (first[0] == ' ' || first[0] == '\n' || first[0] == '\r' || first[0] == '\t' || first[0] == 0xef) {
		if first[0] == 0xef {
			_, err = in.Discard(3) // the byte order mark
		} else {
			_, err = in.Discard(1)
		}
		if err == nil {
			first, err = in.Peek(1)
		}
	}
	latest := time.Now().Add(ahead).UnixMilli()
	switch {
	case err != nil:
		return fmt.Errorf("%w: the file is empty", ErrFormat)
	case first[0] == '{':
		j := &jsonReader{in: in, limits: o.Limits, latest: latest, out: c, names: c.names}
		if err := j.run(); err != nil {
			return err
		}
		if j.guild != 0 && j.guild != o.Guild {
			return fmt.Errorf("%w: it is an export of server %d, not of %d", ErrFormat, j.guild, o.Guild)
		}
		return nil
	}
	return (&csvReader{in: in, limit: o.Limits.Line, latest: latest, out: c}).run()
}

// collector takes what a parser tells.
type collector struct {
	o     *Options
	sort  *sorter
	holes []hole
	sum   Summary
}

func (c *collector) record(r record) error {
	switch {
	case r.state&stateBad != 0:
	case r.state&stateSkipped != 0:
		c.sum.Skipped++
	default:
		c.sum.Messages++
	}
	return c.sort.add(r)
}

func (c *collector) bad(b Bad) {
	c.sum.Bad++
	if c.o.Bad != nil {
		c.o.Bad(b)
	}
}

func (c *collector) hole(h hole) { c.holes = append(c.holes, h) }

func (c *collector) names(n Names) {
	if c.o.Names != nil {
		c.o.Names(n)
	}
}

// ordered returns the holes as spans of ids, ascending and disjoint.
func (c *collector) ordered() []idRange {
	out := make([]idRange, 0, len(c.holes))
	for _, h := range c.holes {
		out = append(out, idRange{
			events.MakeSnowflake(h.from, 0), events.MakeSnowflake(h.to, 1<<22-1),
		})
	}
	slices.SortFunc(out, func(a, b idRange) int {
		if a.lo < b.lo {
			return -1
		}
		return 1
	})
	n := 0
	for _, r := range out {
		if n > 0 && r.lo <= out[n-1].hi {
			out[n-1].hi = max(out[n-1].hi, r.hi)
			continue
		}
		out[n] = r
		n++
	}
	return out[:n]
}

type idRange struct{ lo, hi uint64 }

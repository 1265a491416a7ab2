package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"guildpulse/persist"
)

// A row of the staging table in PostgreSQL's binary COPY format, big endian: the
// number of fields, then each field's length and value.
//
//	| 9: 2 | 8: 4 | guild: 8 | … channel, member, count, amount the same |
//	| 4: 4 | period: 4 | 2: 4 | kind: 2 | … mask, grain the same |
//
// Only the values differ from row to row: stageRow is what stands around them.
const stageRow = "\x00\x09" + int8Field + int8Field + int8Field + int8Field + int8Field +
	int4Field + int2Field + int2Field + int2Field

const (
	int8Field = "\x00\x00\x00\x08" + "\x00\x00\x00\x00\x00\x00\x00\x00"
	int4Field = "\x00\x00\x00\x04" + "\x00\x00\x00\x00"
	int2Field = "\x00\x00\x00\x02" + "\x00\x00"
)

// Where the values stand in a row.
const (
	guildAt   = 2 + 4
	channelAt = guildAt + 8 + 4
	memberAt  = channelAt + 8 + 4
	countAt   = memberAt + 8 + 4
	amountAt  = countAt + 8 + 4
	periodAt  = amountAt + 8 + 4
	kindAt    = periodAt + 4 + 4
	maskAt    = kindAt + 2 + 4
	grainAt   = maskAt + 2 + 4
)

const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" // flags, extension
	copyTrailer = "\xff\xff"
)

// Copy is a batch's rows and roll-ups as one stream in PostgreSQL's binary COPY
// format, for a table of these columns:
//
//	guild_id, channel_id, member_id, count, amount  bigint
//	period                                          integer
//	kind, mask, grain                               smallint
//
// period is a quarter, a day or a month, as grain (a persist.Grain) tells. Rows are
// encoded where the reader wants them, without memory of their own. The batch must
// not change while it is read.
type Copy struct {
	rows         []persist.Row
	days, months []persist.RollUp
	ended        bool
	pending      []byte // encoded, not yet read; in spare
	spare        [len(stageRow)]byte
}

// NewCopy returns the stream of a batch, for one goroutine to read.
func NewCopy(b *persist.Batch) *Copy {
	c := &Copy{rows: b.Rows, days: b.Days, months: b.Months}
	c.pending = append(c.spare[:0], copyHeader...)
	return c
}

// Read implements io.Reader. Only a row that p has no room for goes through spare.
func (c *Copy) Read(p []byte) (n int, err error) {
	for n < len(p) {
		switch {
		case len(c.pending) > 0:
			m := copy(p[n:], c.pending)
			c.pending = c.pending[m:]
			n += m
		case len(p)-n >= len(stageRow) && c.put(p[n:]):
			n += len(stageRow)
		case c.put(c.spare[:]):
			c.pending = c.spare[:]
		case !c.ended:
			c.ended = true
			c.pending = append(c.spare[:0], copyTrailer...)
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
	return n, nil
}

// put encodes the next row. It returns false when none is left.
func (c *Copy) put(b []byte) bool {
	switch {
	case len(c.rows) > 0:
		putRow(b, &c.rows[0])
		c.rows = c.rows[1:]
	case len(c.days) > 0:
		putRollUp(b, &c.days[0], persist.GrainDay)
		c.days = c.days[1:]
	case len(c.months) > 0:
		putRollUp(b, &c.months[0], persist.GrainMonth)
		c.months = c.months[1:]
	default:
		return false
	}
	return true
}

func putRow(b []byte, r *persist.Row) {
	copy(b[:len(stageRow)], stageRow)
	be := binary.BigEndian
	be.PutUint64(b[guildAt:], r.Guild)
	be.PutUint64(b[channelAt:], r.Channel)
	be.PutUint64(b[memberAt:], r.Member)
	be.PutUint64(b[countAt:], uint64(r.Count))    // the same bits
	be.PutUint64(b[amountAt:], uint64(r.Amount))  // the same bits
	be.PutUint32(b[periodAt:], uint32(r.Quarter)) // the same bits
	be.PutUint16(b[kindAt:], uint16(r.Kind))
	be.PutUint16(b[maskAt:], r.Mask)
	be.PutUint16(b[grainAt:], uint16(persist.GrainQuarter))
}

func putRollUp(b []byte, r *persist.RollUp, grain persist.Grain) {
	putRow(b, &persist.Row{
		Guild: r.Guild, Quarter: r.Period, Channel: r.Channel, Member: r.Member, Kind: r.Kind,
		Count: r.Count, Amount: r.Amount,
	})
	binary.BigEndian.PutUint16(b[grainAt:], uint16(grain))
}

// stage copies a batch's rows and roll-ups into the connection's staging table.
func (s *Store) stage(ctx context.Context, tx pgx.Tx, b *persist.Batch) error {
	if len(b.Rows)+len(b.Days)+len(b.Months) == 0 {
		return nil
	}
	conn := tx.Conn()
	s.tracer.sent(conn, 1) // PgConn's COPY takes bytes, and goes past the tracer
	if _, err := conn.PgConn().CopyFrom(ctx, NewCopy(b), sqlCopyStage); err != nil {
		return fmt.Errorf("copy %d rows: %w", len(b.Rows)+len(b.Days)+len(b.Months), err)
	}
	return nil
}

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
const (
	stageFields   = 9
	stageRowBytes = 2 + 5*(4+8) + (4 + 4) + 3*(4+2)
	stageRunRows  = 512 // encoded at a time: 44 KiB
)

const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" // flags, extension
	copyTrailer = "\xff\xff"
)

// stageReader is a batch's rows and roll-ups as one COPY stream, encoded as it is
// read: its memory does not grow with the batch.
type stageReader struct {
	rows         []persist.Row
	days, months []persist.RollUp
	ended        bool
	pending      []byte // encoded, not yet read
	buffer       []byte
}

func newStageReader(b *persist.Batch) *stageReader {
	buffer := make([]byte, 0, stageRunRows*stageRowBytes)
	return &stageReader{
		rows: b.Rows, days: b.Days, months: b.Months,
		pending: append(buffer, copyHeader...), buffer: buffer,
	}
}

// Read implements io.Reader.
func (r *stageReader) Read(p []byte) (int, error) {
	if len(r.pending) == 0 && !r.encode() {
		return 0, io.EOF
	}
	n := copy(p, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

// encode fills pending with the next run of rows, then with the trailer. It
// returns false when nothing is left.
func (r *stageReader) encode() bool {
	r.pending = r.buffer[:0]
	switch {
	case len(r.rows) > 0:
		run := r.rows[:min(stageRunRows, len(r.rows))]
		r.rows = r.rows[len(run):]
		for i := range run {
			r.pending = appendRow(r.pending, &run[i])
		}
	case len(r.days) > 0:
		r.days = r.encodeRollUps(r.days, persist.GrainDay)
	case len(r.months) > 0:
		r.months = r.encodeRollUps(r.months, persist.GrainMonth)
	case !r.ended:
		r.ended = true
		r.pending = append(r.pending, copyTrailer...)
	default:
		return false
	}
	return true
}

func (r *stageReader) encodeRollUps(from []persist.RollUp, grain persist.Grain) (left []persist.RollUp) {
	run := from[:min(stageRunRows, len(from))]
	for i := range run {
		r.pending = appendRollUp(r.pending, &run[i], grain)
	}
	return from[len(run):]
}

func appendRow(b []byte, r *persist.Row) []byte {
	b = binary.BigEndian.AppendUint16(b, stageFields)
	b = appendInt8(b, r.Guild)
	b = appendInt8(b, r.Channel)
	b = appendInt8(b, r.Member)
	b = appendInt8(b, uint64(r.Count))   // the same bits
	b = appendInt8(b, uint64(r.Amount))  // the same bits
	b = appendInt4(b, uint32(r.Quarter)) // the same bits
	b = appendInt2(b, uint16(r.Kind))
	b = appendInt2(b, r.Mask)
	return appendInt2(b, uint16(persist.GrainQuarter))
}

func appendRollUp(b []byte, r *persist.RollUp, grain persist.Grain) []byte {
	b = binary.BigEndian.AppendUint16(b, stageFields)
	b = appendInt8(b, r.Guild)
	b = appendInt8(b, r.Channel)
	b = appendInt8(b, r.Member)
	b = appendInt8(b, uint64(r.Count))  // the same bits
	b = appendInt8(b, uint64(r.Amount)) // the same bits
	b = appendInt4(b, uint32(r.Period)) // the same bits
	b = appendInt2(b, uint16(r.Kind))
	b = appendInt2(b, 0)
	return appendInt2(b, uint16(grain))
}

func appendInt8(b []byte, v uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), v)
}

func appendInt4(b []byte, v uint32) []byte {
	return binary.BigEndian.AppendUint32(append(b, 0, 0, 0, 4), v)
}

func appendInt2(b []byte, v uint16) []byte {
	return binary.BigEndian.AppendUint16(append(b, 0, 0, 0, 2), v)
}

// stage copies a batch's rows and roll-ups into the connection's staging table.
func (s *Store) stage(ctx context.Context, tx pgx.Tx, b *persist.Batch) error {
	if len(b.Rows)+len(b.Days)+len(b.Months) == 0 {
		return nil
	}
	conn := tx.Conn()
	s.tracer.sent(conn, 1) // PgConn's COPY takes bytes, and goes past the tracer
	if _, err := conn.PgConn().CopyFrom(ctx, newStageReader(b), sqlCopyStage); err != nil {
		return fmt.Errorf("copy %d rows: %w", len(b.Rows)+len(b.Days)+len(b.Months), err)
	}
	return nil
}

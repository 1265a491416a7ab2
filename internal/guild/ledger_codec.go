package guild

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrLedger is the cause of bytes that are no ledger.
var ErrLedger = errors.New("malformed ledger")

const (
	ledgerVersion = 1
	ledgerHead    = 1 + 3*4 + 4
	cellSize      = 16
)

// AppendBinary appends the ledger, little endian, for a snapshot whose frame
// knows the length and guards against rot:
//
//	0     1           5       9          13      17
//	┌─────┬───────────┬───────┬──────────┬───────┬─ n times ──────────────────┐
//	│ 1   │ yesterday │ today │ tomorrow │ n     │ channel 8 │ count 4 │ key 4 │
//	└─────┴───────────┴───────┴──────────┴───────┴────────────────────────────┘
//	version, then the first quarters of three days, int32
//
// A key is 4 bits category, 13 bits quarters since yesterday, 15 bits minutes,
// from the highest; cells ascend by the first two and by channel.
func (l *Ledger) AppendBinary(b []byte) ([]byte, error) {
	le := binary.LittleEndian
	b = append(b, ledgerVersion)
	b = le.AppendUint32(b, uint32(l.yesterday))
	b = le.AppendUint32(b, uint32(l.today))
	b = le.AppendUint32(b, uint32(l.tomorrow))
	b = le.AppendUint32(b, uint32(len(l.cells)))
	for _, c := range l.cells {
		b = le.AppendUint64(b, c.channel)
		b = le.AppendUint32(b, uint32(c.n))
		b = le.AppendUint32(b, c.key)
	}
	return b, nil
}

// UnmarshalBinary reads a ledger that fills b whole. The receiver stays as it was
// on error, which is ErrLedger. It allocates as much as it reads.
func (l *Ledger) UnmarshalBinary(b []byte) error {
	if len(b) < ledgerHead {
		return fmt.Errorf("%w: %d bytes, at least %d", ErrLedger, len(b), ledgerHead)
	}
	if b[0] != ledgerVersion {
		return fmt.Errorf("%w: version %d, this program knows %d", ErrLedger, b[0], ledgerVersion)
	}
	le := binary.LittleEndian
	read := Ledger{days: days{int32(le.Uint32(b[1:])), int32(le.Uint32(b[5:])), int32(le.Uint32(b[9:]))}}
	n, body := uint64(le.Uint32(b[13:])), b[ledgerHead:]
	if n*cellSize != uint64(len(body)) {
		return fmt.Errorf("%w: %d cells in %d bytes", ErrLedger, n, len(body))
	}
	if n > 0 {
		read.cells = make([]cell, n)
	}
	for i := range read.cells {
		c := body[i*cellSize:]
		read.cells[i] = cell{channel: le.Uint64(c), n: int32(le.Uint32(c[8:])), key: le.Uint32(c[12:])}
	}
	if err := read.check(); err != nil {
		return err
	}
	*l = read
	return nil
}

// check reports what could not have been written.
func (l *Ledger) check() error {
	length := int64(l.tomorrow) - int64(l.yesterday)
	if l.yesterday > l.today || l.today > l.tomorrow || length > offsetAll {
		return fmt.Errorf("%w: days begin at %d, %d, %d", ErrLedger, l.yesterday, l.today, l.tomorrow)
	}
	for i, c := range l.cells {
		if c.category() >= NumCategories || int64(c.offset()) >= length {
			return fmt.Errorf("%w: cell %d has the key %#x", ErrLedger, i, c.key)
		}
		if i > 0 && l.cells[i-1].compare(c) >= 0 {
			return fmt.Errorf("%w: cell %d is out of order", ErrLedger, i)
		}
	}
	return nil
}

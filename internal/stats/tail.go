package stats

import (
	"iter"
	"slices"

	"guildpulse/events"
	"guildpulse/persist"
)

// tailRow is a row that the store may not hold yet, with the sequence of its
// event.
type tailRow struct {
	seq events.Seq
	row persist.Row
}

// tail is the rows of a server since the store's cursor, in order, in blocks: it may
// become long while the store is away. While anybody reads the store beside it, it
// keeps what it has: the store may move on under the reader, and a row must not be
// missing from both.
type tail struct {
	blocks  [][]tailRow
	spare   []tailRow // a block that is empty, for the next rows
	readers int
	flushed events.Seq
}

const (
	firstBlock = 16 // rows; most servers are quiet
	tailBlock  = 1024
)

func (t *tail) add(seq events.Seq, r *persist.Row) {
	n := len(t.blocks)
	if n == 0 || len(t.blocks[n-1]) == tailBlock {
		t.blocks = append(t.blocks, t.block())
		n++
	}
	last := &t.blocks[n-1]
	*last = append(*last, tailRow{seq, *r})
}

// block returns an empty block.
func (t *tail) block() []tailRow {
	if b := t.spare; b != nil {
		t.spare = nil
		return b
	}
	if len(t.blocks) == 0 {
		return make([]tailRow, 0, firstBlock)
	}
	return make([]tailRow, 0, tailBlock)
}

func (t *tail) empty() bool { return len(t.blocks) == 0 }

// idle reports whether there is nothing to trim.
func (t *tail) idle() bool { return t.empty() && cap(t.spare) <= firstBlock }

// trim forgets what is before next, now or when the last reader is gone. One block
// of that is kept for the rows to come; a large one until a time when there were none.
func (t *tail) trim(next events.Seq) {
	t.flushed = max(t.flushed, next)
	if t.readers > 0 {
		return
	}
	n := 0
	for n < len(t.blocks) && t.blocks[n][len(t.blocks[n])-1].seq < t.flushed {
		n++
	}
	switch {
	case n > 0:
		t.spare = t.blocks[n-1][:0]
		t.blocks = slices.Delete(t.blocks, 0, n)
	case cap(t.spare) > firstBlock:
		t.spare = nil
	}
}

// from visits the rows at or after a sequence, in order.
func (t *tail) from(seq events.Seq) iter.Seq2[events.Seq, *persist.Row] {
	return func(yield func(events.Seq, *persist.Row) bool) {
		for _, b := range t.blocks {
			for i := range b {
				if b[i].seq >= seq && !yield(b[i].seq, &b[i].row) {
					return
				}
			}
		}
	}
}

func (t *tail) hold() { t.readers++ }

func (t *tail) release() {
	t.readers--
	t.trim(t.flushed)
}

package rank

import "fmt"

// Update is one event of a batch; see Board.Add.
type Update struct {
	Member uint64
	AtMs   int64
	Weight float64
}

// turn is how many updates a batch applies before readers get a turn: some
// ten microseconds of them.
const turn = 32

// large is how many members do not fit into a near cache.
const large = 1 << 15

// AddBatch applies updates in their order, with the same outcome as Add of
// one after the other, for one lock in every 32 of them. Readers may see the
// board between two updates of a batch.
//
// If one is refused, none is applied; the error says which and wraps what Add
// would have returned.
func (b *Board) AddBatch(batch []Update) error {
	for i := range batch {
		if err := check(batch[i].AtMs, batch[i].Weight); err != nil {
			return fmt.Errorf("update %d of %d: %w", i, len(batch), err)
		}
	}
	r := b.roster()
	for len(batch) > 0 {
		n := min(len(batch), turn)
		r.write()
		if b.list.n > large {
			b.approachAll(batch[:n])
		}
		for _, u := range batch[:n] {
			b.add(u.Member, u.AtMs, u.Weight)
		}
		r.leave()
		batch = batch[n:]
	}
	return nil
}

// approachAll brings close what a turn's updates are about to touch, taken step by
// step for all of them: cells, records, blocks.
func (b *Board) approachAll(batch []Update) {
	names := &b.roster().numbers
	for i := range batch {
		b.near += names.glance(batch[i].Member)
	}
	var known [turn]uint32
	n := 0
	for i := range batch {
		if k, ok := names.find(batch[i].Member); ok {
			known[n] = k
			n++
		}
	}
	b.approach(known[:n])
}

// approach does so for members by number. Nothing depends on what is found here, so
// that one who leaves in between does no harm.
func (b *Board) approach(numbers []uint32) {
	var found [turn]struct {
		block uint32
		entry entry
	}
	n := 0
	for _, k := range numbers {
		if b.has(k) {
			m := b.records.at(int(k))
			found[n].block, found[n].entry = m.block, entry{keyOf(m.value), *b.roster().ids.at(int(k))}
			n++
		}
	}
	for i := range found[:n] {
		b.near += int(b.list.run(found[i].block).marks[0])
	}
	for i := range found[:n] {
		b.near += b.list.run(found[i].block).seek(found[i].entry)
	}
}

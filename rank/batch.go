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
			b.approach(batch[:n])
		}
		for _, u := range batch[:n] {
			b.add(u.Member, u.AtMs, u.Weight)
		}
		r.leave()
		batch = batch[n:]
	}
	return nil
}

// approach brings close what a turn's updates are about to touch. An update is a
// chain of loads each of which waits for the one before: cell, record, block.
// Taken step by step for all of them, the waits of one step overlap. Nothing
// depends on what is found here, so that a member who leaves in between does no
// harm.
func (b *Board) approach(batch []Update) {
	names := &b.roster().numbers
	for i := range batch {
		b.near += names.glance(batch[i].Member)
	}
	var found [turn]struct {
		at    *record
		entry entry
	}
	n := 0
	for i := range batch {
		if k, ok := b.find(batch[i].Member); ok {
			found[n].at, found[n].entry.id = b.records.at(int(k)), batch[i].Member
			n++
		}
	}
	for i := range found[:n] {
		f := &found[i]
		f.entry.key = keyOf(f.at.value)
		b.near += int(b.list.run(f.at.at.block()).marks[0])
	}
	for i := range found[:n] {
		b.near += b.list.run(found[i].at.at.block()).seek(found[i].entry)
	}
}

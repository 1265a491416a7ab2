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
		for _, u := range batch[:n] {
			b.add(u.Member, u.AtMs, u.Weight)
		}
		r.leave()
		batch = batch[n:]
	}
	return nil
}

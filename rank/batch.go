package rank

import "fmt"

// Update is one event of a batch; see Board.Add.
type Update struct {
	Member uint64
	AtMs   int64
	Weight float64
}

const (
	// ahead is how many updates are looked up together.
	ahead = 16

	// turn is how many updates a batch applies before readers get a turn:
	// some ten microseconds of them.
	turn = 4 * ahead

	// touchFrom is the size of a board that is looked up ahead; smaller ones
	// stay in the second-level cache.
	touchFrom = 20_000
)

// AddBatch applies updates in their order, with the same outcome as Add of
// one after the other. It costs one lock for every 64 of them, and lets the
// waits for memory of neighbouring updates overlap, which counts on boards
// too large for the processor's caches. Readers may see the board between two
// updates of a batch.
//
// If one is refused, none is applied; the error says which and wraps what Add
// would have returned.
func (b *Board) AddBatch(batch []Update) error {
	for i := range batch {
		if err := check(batch[i].AtMs, batch[i].Weight); err != nil {
			return fmt.Errorf("update %d of %d: %w", i, len(batch), err)
		}
	}
	for len(batch) > 0 {
		n := min(len(batch), turn)
		b.mu.Lock()
		b.addTurn(batch[:n])
		b.mu.Unlock()
		batch = batch[n:]
	}
	return nil
}

// addTurn adds updates while the lock is held.
func (s *state) addTurn(batch []Update) {
	for len(batch) > 0 {
		n := min(len(batch), ahead)
		s.touch(batch[:n])
		for i := range batch[:n] {
			s.add(batch[i].Member, batch[i].AtMs, batch[i].Weight)
		}
		batch = batch[n:]
	}
}

// touch reads what adding the updates is going to read: first all of the
// records, then all of the entries. None of these loads waits for another, as
// they would in one addition after the other.
func (s *state) touch(batch []Update) {
	if s.members.records.n < touchFrom {
		return
	}
	var records [ahead]*member
	n := 0
	for i := range batch {
		if slot, ok := s.members.find(batch[i].Member); ok {
			records[n] = s.members.records.at(slot)
			n++
		}
	}
	for _, m := range records[:n] {
		b := s.list.block(m.block)
		s.touched ^= b.ids[b.seekKey(keyOf(m.value))%blockLen]
	}
}

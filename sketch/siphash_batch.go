package sketch

// batch is how many items are hashed before they are counted: few enough that
// their hashes stay in the nearest cache, enough to forget the calls.
const batch = 64

// hashBatch writes the hashes of the first items, as [keys.item] makes them, and
// returns how many: at most a batch.
func (k keys) hashBatch(hashes *[batch]uint64, items []uint64) (n int) {
	items = items[:min(len(items), batch)]
	for i := k.hashLanes(hashes[:], items); i < len(items); i++ {
		hashes[i] = k.item(items[i])
	}
	return len(items)
}

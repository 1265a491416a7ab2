package rank

// Stats says how large a board is and how it stands.
type Stats struct {
	Members  int
	Blocks   int
	Bytes    int   // of memory held, without the Board itself
	Landmark int64 // Unix ms
}

// Stats returns the board's figures. O(number of pages), a few hundred at a
// million members.
func (b *Board) Stats() Stats {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return Stats{
		Members:  b.members.records.n,
		Blocks:   b.list.live,
		Bytes:    b.members.bytes() + b.list.bytes(),
		Landmark: b.decay.landmark,
	}
}

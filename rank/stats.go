package rank

// Stats says how large a board is and how it stands.
type Stats struct {
	Members  int
	Blocks   int
	Bytes    int   // of memory held, without the Board itself and a shared Roster
	Landmark int64 // Unix ms
}

// Stats returns the board's figures. O(number of pages), a few hundred at a
// million members.
func (b *Board) Stats() Stats {
	r := b.roster()
	r.read()
	defer r.leave()
	return Stats{
		Members:  b.list.n,
		Blocks:   b.list.live,
		Bytes:    b.records.bytes() + b.list.bytes() + b.own.numbers.bytes(),
		Landmark: b.decay.landmark,
	}
}

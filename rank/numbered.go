package rank

// Enter returns a member's number on the roster, and gives it one if it has none.
// Numbers are small and dense: for what a caller keeps by member beside the boards,
// they are places in an array. A member keeps its number until it is removed;
// somebody else gets it then.
func (r *Roster) Enter(member uint64) uint32 {
	r.write()
	defer r.leave()
	return r.enter(member)
}

// Number returns a member's number, and whether it has one.
func (r *Roster) Number(member uint64) (number uint32, ok bool) {
	r.read()
	defer r.leave()
	return r.find(member)
}

// Member returns whose a number is. It must be one that is given out.
func (r *Roster) Member(number uint32) uint64 {
	r.read()
	defer r.leave()
	return *r.ids.at(int(number))
}

// Credit is Add for the member of a number that is given out: it spares the search
// for the member, which several boards of one roster would each make.
func (b *Board) Credit(number uint32, atMs int64, weight float64) error {
	if err := check(atMs, weight); err != nil {
		return err
	}
	r := b.roster()
	r.write()
	if weight != 0 {
		b.credit(number, *r.ids.at(int(number)), float64(weight*b.growth(atMs)))
	}
	r.leave()
	return nil
}

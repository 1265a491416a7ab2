package rank

import "math"

// find returns the number of a member who is on the board.
func (b *Board) find(id uint64) (n uint32, ok bool) {
	n, ok = b.roster().find(id)
	return n, ok && b.has(n)
}

// has reports whether the member of that number is on the board.
func (b *Board) has(n uint32) bool {
	return int(n) < b.records.n && b.records.at(int(n)).value != 0
}

// add credits a member.
func (b *Board) add(id uint64, at int64, weight float64) {
	if weight == 0 {
		return
	}
	credit := float64(weight * b.growth(at))
	n, ok := b.roster().find(id)
	if !ok {
		if credit < minValue {
			return
		}
		n = b.roster().enter(id)
	}
	b.credit(n, id, credit)
}

// credit credits the member of a number.
func (b *Board) credit(n uint32, id uint64, credit float64) {
	if b.has(n) {
		b.change(n, id, credit)
	} else if credit >= minValue {
		b.join(n, id, credit)
	}
}

// change credits a member who is on the board.
func (b *Board) change(n uint32, id uint64, credit float64) {
	m := b.records.at(int(n))
	value, residue := accumulate(m.value, m.residue, credit)
	if value < minValue || value <= credit*-0x1p-52 {
		b.drop(n)
		return
	}
	b.touch(n, max(m.value, value))
	m.at = b.list.move(m.at, entry{keyOf(m.value), id}, keyOf(value))
	m.value, m.residue = value, residue
}

// join puts a member on the board.
func (b *Board) join(n uint32, id uint64, credit float64) {
	if b.list.blocks == nil {
		b.list = newList(1, b.seed)
	}
	b.touch(n, credit)
	b.enrol(n, record{value: credit, at: b.list.insert(entry{keyOf(credit), id})})
}

// drop takes a member off the board.
func (b *Board) drop(n uint32) {
	m, names := b.records.at(int(n)), &b.roster().numbers
	b.touch(n, m.value)
	b.list.remove(m.at, entry{keyOf(m.value), *names.ids.at(int(n))})
	*m = record{}
	if b.shared == nil {
		names.strike(n)
	}
	if b.list.n == 0 {
		b.decay.fresh = false
	}
}

// touch is called before the record of a number changes; the value is the higher
// one of what it was and what it will be.
func (b *Board) touch(n uint32, value float64) {
	b.changes++
	b.unpublish(value)
	if b.cut != nil {
		b.cut.keep(b, int(n))
	}
}

// growth returns what a weight of 1 at a time adds to a value, and moves the
// landmark first where it must.
func (b *Board) growth(at int64) float64 {
	d := &b.decay
	if d.halfLife == 0 {
		return 1
	}
	if d.fresh && d.at == at {
		return d.growth
	}
	if b.list.n == 0 {
		d.land(at)
	}
	if lead, _ := d.divide(at - d.landmark); lead > maxLead {
		b.advance(lead)
	}
	d.at, d.growth, d.fresh = at, d.factor(at), true
	return d.growth
}

// advance moves the landmark on by whole half-lives, n > 0. Every value is
// divided by 2^n, exactly: the order and the scores stay as they are, bit for
// bit. Those whose value would not be a normal number any more, nor a score
// that could be told from 0, leave the board first; they are the last ones.
// It takes O(n) once in maxLead half-lives.
func (b *Board) advance(n int64) {
	if b.cut != nil {
		b.cut.finish(b)
	}
	b.decay.landmark += n * b.decay.halfLife
	least := math.Ldexp(minValue, int(min(n, 4000)))
	for b.list.n > 0 {
		x, p := b.list.at(b.list.n - 1)
		last := b.list.run(x).entries[p]
		if valueOf(last.key) >= least {
			break
		}
		m, _ := b.find(last.id)
		b.drop(m)
	}
	b.scale(uint64(n) << 52)
}

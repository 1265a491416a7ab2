package rank

import "math"

// add credits a member.
func (s *state) add(id uint64, at int64, weight float64) {
	if weight == 0 {
		return
	}
	credit := float64(weight * s.growth(at))
	slot, ok := s.members.find(id)
	if !ok {
		s.join(id, credit)
		return
	}
	m := s.members.records.at(slot)
	value, residue := accumulate(m.value, m.residue, credit)
	if value < minValue || value <= credit*-0x1p-52 {
		s.drop(slot)
		return
	}
	m.block = s.list.move(m.block, id, keyOf(m.value), keyOf(value))
	m.value, m.residue = value, residue
}

// join puts a new member on the board if its credit is anything.
func (s *state) join(id uint64, credit float64) {
	if credit < minValue {
		return
	}
	if s.list.towers == nil {
		s.list = newList(s.seed, 1)
	}
	block := s.list.insert(keyOf(credit), id)
	s.members.add(member{id: id, value: credit, block: block})
}

// drop takes the member in a slot off the board.
func (s *state) drop(slot int) {
	m := s.members.records.at(slot)
	s.list.remove(m.block, keyOf(m.value), m.id)
	s.members.remove(slot)
	if s.members.records.n == 0 {
		s.decay.fresh = false
	}
}

// growth returns what a weight of 1 at a time adds to a value, and moves the
// landmark first where it must.
func (s *state) growth(at int64) float64 {
	d := &s.decay
	if d.halfLife == 0 {
		return 1
	}
	if d.fresh && d.at == at {
		return d.growth
	}
	if s.members.records.n == 0 {
		d.land(at)
	}
	if lead, _ := d.divide(at - d.landmark); lead > maxLead {
		s.advance(lead)
	}
	d.at, d.growth, d.fresh = at, d.factor(at), true
	return d.growth
}

// advance moves the landmark on by whole half-lives, n > 0. Every value is
// divided by 2^n, exactly: the order and the scores stay as they are, bit for
// bit. Those whose value would not be a normal number any more, nor a score
// that could be told from 0, leave the board first; they are the last ones.
// It takes O(n) once in maxLead half-lives.
func (s *state) advance(n int64) {
	s.decay.landmark += n * s.decay.halfLife
	least := math.Ldexp(minValue, int(min(n, 4000)))
	for s.list.n > 0 {
		x, p := s.list.at(s.list.n - 1)
		if valueOf(s.list.block(x).keys[p]) >= least {
			break
		}
		slot, _ := s.members.find(s.list.block(x).ids[p])
		s.drop(slot)
	}
	s.scale(uint64(n) << 52)
}

// scale takes exponent, which is in its place among a float's bits, off every
// value; keys are bits inverted.
func (s *state) scale(exponent uint64) {
	for i := range s.members.records.n {
		m := s.members.records.at(i)
		m.value = math.Float64frombits(math.Float64bits(m.value) - exponent)
	}
	if s.list.n > 0 {
		s.list.scale(exponent)
	}
}

package sketch

// SipHash is SipHash-c-d of any message, for the published vectors.
func SipHash(c, d int, key Key, message []byte) uint64 { return key.words().bytes(c, d, message) }

// WearDown is one contest of n occurrences with a count.
func WearDown(count, n uint32, seed uint64) (left, stay uint32) {
	draws := splitMix(seed)
	return wearDown(count, n, &draws)
}

// HyperLogLogRegisters are the registers that s has, or would have if it were
// dense, and whether it is sparse and whether its histogram is theirs.
func HyperLogLogRegisters(s *HyperLogLog) (registers []uint8, sparse, counted bool) {
	c := &HyperLogLog{key: s.key, precision: s.precision}
	if err := c.Merge(s); err != nil {
		panic(err)
	}
	if s.dense == nil {
		c.densify()
		return c.dense.registers, true, true
	}
	return s.dense.registers, false, histogramOf(s.dense.registers) == s.dense.histogram
}

// UltraLogLogRegisters are the registers that s has, or would have if it were
// dense, and whether it is sparse and whether its statistics are theirs.
func UltraLogLogRegisters(s *UltraLogLog) (registers []uint8, sparse, counted bool) {
	c := &UltraLogLog{key: s.key, precision: s.precision}
	if err := c.Merge(s); err != nil {
		panic(err)
	}
	if s.dense == nil {
		c.densify()
		return c.dense.registers, true, true
	}
	return s.dense.registers, false, c.dense.open == s.dense.open && c.dense.seen == s.dense.seen
}

// UltraLogLogOf has these registers, of any values.
func UltraLogLogOf(precision int, key Key, registers []uint8) *UltraLogLog {
	s := NewUltraLogLog(precision, key)
	s.dense = &ultraRegisters{precision: s.precision, registers: registers}
	s.dense.recount()
	return s
}

// Unite makes registers those of the union with others.
func Unite(registers, others []uint8) {
	(&ultraRegisters{registers: registers}).unite(&ultraRegisters{registers: others})
}

// TokenSet is a set of tokens.
type TokenSet struct{ tokenSet }

// Add adds the token of a hash and says whether it is new.
func (s *TokenSet) Add(hash uint64) bool { return s.add(tokenOf(hash)) }

// Reserve makes room for n tokens.
func (s *TokenSet) Reserve(n int) { s.reserve(n) }

// Bytes is how much memory the slots take, and Count how many are taken.
func (s *TokenSet) Bytes() int { return 4 * len(s.slots) }
func (s *TokenSet) Count() int { return s.count }

// Sorted returns the tokens as numbers.
func (s *TokenSet) Sorted() (all []uint32) {
	for _, t := range s.sorted() {
		all = append(all, uint32(t))
	}
	return all
}

// TokenHash is a hash that has the token of h.
func TokenHash(h uint64) uint64 { return tokenOf(h).hash() }

// TokenOf is the token of a hash, as a number.
func TokenOf(h uint64) uint32 { return uint32(tokenOf(h)) }

// Decision is one bit by a chance, or Plain bits.
type Decision struct {
	Chance, Plain int
	Value         uint32
}

// Encode writes decisions by the range coder, after the bytes before.
func Encode(before []byte, decisions []Decision) []byte {
	e := newRangeEncoder(before)
	var chances [8]chance
	for _, d := range decisions {
		if d.Plain > 0 {
			e.plain(d.Value, d.Plain)
		} else {
			e.decide(&chances[d.Chance], d.Value)
		}
	}
	return e.finish()
}

// Decode reads as many decisions as there are, into their values, and says whether
// they are written as these bytes.
func Decode(data []byte, decisions []Decision) bool {
	d := newRangeDecoder(data)
	var chances [8]chance
	for i := range decisions {
		if n := decisions[i].Plain; n > 0 {
			decisions[i].Value = d.plain(n)
		} else {
			decisions[i].Value = d.decide(&chances[decisions[i].Chance])
		}
	}
	return d.finished()
}

// HashBatch writes the hashes of at most a batch of items.
func HashBatch(key Key, hashes, items []uint64) int {
	return key.words().hashBatch((*[batch]uint64)(hashes), items)
}

// WithoutLanes runs f as on a processor that does nothing eight at once.
func WithoutLanes(f func()) {
	defer func(had bool) { hasLanes = had }(hasLanes)
	hasLanes = false
	f()
}

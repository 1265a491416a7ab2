package sketch

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// ultraRegisters are the registers of an UltraLogLog with the statistics that
// its likelihood needs.
type ultraRegisters struct {
	precision uint8
	registers []uint8

	// open is the number of hashes that would change a register: α in units of
	// 2^(precision-64). It is 2^64, and overflows to 0, only before the first item.
	open uint64
	// seen[k] is βₖ, the number of registers known to have seen rank k, k ≤
	// 64-precision. The last rank is as rare as the one before it, and counts there.
	seen [64]uint32
}

func newUltraRegisters(precision uint8) *ultraRegisters {
	return &ultraRegisters{precision: precision, registers: make([]uint8, 1<<precision)}
}

func (d *ultraRegisters) clone() *ultraRegisters {
	c := *d
	c.registers = slices.Clone(d.registers)
	return &c
}

// add says whether the hash changed a register.
func (d *ultraRegisters) add(h uint64) bool {
	at, rank := place(h, d.precision)
	if isSettled(d.registers[at], rank) {
		return false
	}
	d.raise(at, rank)
	return true
}

func (d *ultraRegisters) addAll(hashes []uint64) {
	precision, registers := d.precision, d.registers
	for _, h := range hashes {
		if at, rank := place(h, precision); !isSettled(registers[at], rank) {
			d.raise(at, rank)
		}
	}
}

// place returns the register and the rank of a hash.
func place(h uint64, precision uint8) (at uint64, rank uint8) {
	p := precision & 63
	// The one bit below the hash's own ends the run at 64-p zeros.
	return h >> (-p & 63), uint8(bits.LeadingZeros64(h<<p|1<<(p-1)) + 1)
}

// raise changes a register by a rank, and the statistics with it.
func (d *ultraRegisters) raise(at uint64, rank uint8) {
	r := d.registers[at]
	d.count(r, ^uint64(0))
	r = raised(r, rank)
	d.count(r, 1)
	d.registers[at] = r
}

// isSettled says whether no item of the rank changes a register r: it is below the
// window, or was seen. The ranks of which that is so, rank k as bit k+2, are the
// window's u+2, u+1 and u as far as seen, and all bits below.
func isSettled(r, rank uint8) bool {
	settled := (5+uint64(r&3))<<(r>>2&63) - 1
	return settled>>((rank+2)&63)&1 == 1
}

// raised returns the register r after an item of a rank that changes it.
func raised(r, rank uint8) uint8 {
	u := r >> 2
	if rank < u {
		return r | 4>>(u-rank)
	}
	if u == 0 {
		return rank << 2
	}
	return rank<<2 | (4|r&3)>>(rank-u)
}

// count adds n registers that hold r to the statistics; n may be negative, as
// everything wraps around.
func (d *ultraRegisters) count(r uint8, n uint64) {
	u, last := int(r>>2), 64-int(d.precision)
	if u == 0 {
		d.open += n << last
		return
	}
	if u <= last {
		d.open += n << (last - u) // the ranks above u
	}
	d.seen[min(u, last)&63] += uint32(n)
	for back := 1; back <= 2 && back < u; back++ {
		if rank := u - back; r&(4>>back) != 0 {
			d.seen[rank&63] += uint32(n)
		} else {
			d.open += n << (last - rank)
		}
	}
}

// recount makes the statistics anew. It counts in four lanes, because a counter
// that was just written is slow to read again and neighbours often hold the same.
func (d *ultraRegisters) recount() {
	var lanes [4][256]uint32
	for r := d.registers; len(r) >= 8; r = r[8:] {
		word := binary.LittleEndian.Uint64(r)
		lanes[0][uint8(word)]++
		lanes[1][uint8(word>>8)]++
		lanes[2][uint8(word>>16)]++
		lanes[3][uint8(word>>24)]++
		lanes[0][uint8(word>>32)]++
		lanes[1][uint8(word>>40)]++
		lanes[2][uint8(word>>48)]++
		lanes[3][uint8(word>>56)]++
	}
	d.open, d.seen = 0, [64]uint32{}
	for r := range 256 {
		if n := lanes[0][r] + lanes[1][r] + lanes[2][r] + lanes[3][r]; n > 0 {
			d.count(uint8(r), uint64(n))
		}
	}
}

// unite makes the registers those of the union. The statistics are not: recount.
func (d *ultraRegisters) unite(other *ultraRegisters) {
	a, b := d.registers, other.registers[:len(d.registers)]
	for i := uniteLanes(a, b); i <= len(a)-8; i += 8 {
		word := uniteBytes(binary.LittleEndian.Uint64(a[i:]), binary.LittleEndian.Uint64(b[i:]))
		binary.LittleEndian.PutUint64(a[i:], word)
	}
}

// Constants of words that are eight bytes side by side.
const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
	lowSeven  = 0x7f * everyByte
)

// uniteBytes unites eight pairs of registers at once. Of two, the one with the
// higher u stays; the other's u and flags become its flags where its window
// reaches so far, which is for a distance of u of 0, 1 or 2.
func uniteBytes(a, b uint64) uint64 {
	high, low := sortBytes(a, b)
	const six, two = 0x3f * everyByte, 0x03 * everyByte
	lowU, flags := low>>2&six, low&two
	distance := high>>2&six - lowU
	near := func(n uint64) uint64 { // 1 where the distance is n or more
		return (distance + (0x80-n)*everyByte) >> 7 & everyByte
	}
	one, two2, three := near(1), near(2), near(3)
	same := flags &^ (one * 3)
	next := (2*everyByte | flags>>1&everyByte) & ((one &^ two2) * 3)
	after := two2 &^ three
	some := (lowU + lowSeven) >> 7 & everyByte // 1 where the lower is not empty
	return high | (same|next|after)&(some*3)
}

// sortBytes returns the higher and the lower of each pair of bytes.
func sortBytes(a, b uint64) (high, low uint64) {
	difference := (a | highBits) - b&lowSeven ^ (a^^b)&highBits
	below := (^a&b | (^a|b)&difference) & highBits >> 7 * 0xff // a < b
	swap := (a ^ b) & below
	return a ^ swap, b ^ swap
}

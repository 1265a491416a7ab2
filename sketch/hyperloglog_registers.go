package sketch

import "encoding/binary"

// hyperRegisters are the registers of a HyperLogLog with their histogram.
type hyperRegisters struct {
	precision uint8
	registers []uint8

	// histogram[k] is the number of registers that hold k, k ≤ 65-precision.
	histogram [64]uint32
}

func newHyperRegisters(precision uint8) *hyperRegisters {
	d := &hyperRegisters{precision: precision, registers: make([]uint8, 1<<precision)}
	d.histogram[0] = 1 << precision
	return d
}

func (d *hyperRegisters) add(h uint64) {
	at, rank := place(h, d.precision)
	if old := &d.registers[at]; rank > *old {
		d.histogram[*old&63]--
		d.histogram[rank&63]++
		*old = rank
	}
}

// unite makes the registers those of the union. The histogram is not.
func (d *hyperRegisters) unite(other *hyperRegisters) {
	a, b := d.registers, other.registers[:len(d.registers)]
	for i := 0; i <= len(a)-8; i += 8 {
		word := maxBytes(binary.LittleEndian.Uint64(a[i:]), binary.LittleEndian.Uint64(b[i:]))
		binary.LittleEndian.PutUint64(a[i:], word)
	}
}

// maxBytes returns the larger of each pair of bytes, all of them below 128.
func maxBytes(a, b uint64) uint64 {
	const high = 0x8080808080808080
	larger := (a | high) - b&^high // a's high bit survives where a ≥ b
	mask := larger & high >> 7 * 0xff
	return a&mask | b&^mask
}

// histogramOf counts in four lanes, because a counter that was just written is
// slow to read again and neighbours often hold the same value.
func histogramOf(registers []uint8) (sum [64]uint32) {
	var lanes [4][64]uint32
	for r := registers; len(r) >= 4; r = r[4:] {
		lanes[0][r[0]&63]++
		lanes[1][r[1]&63]++
		lanes[2][r[2]&63]++
		lanes[3][r[3]&63]++
	}
	for k := range sum {
		sum[k] = lanes[0][k] + lanes[1][k] + lanes[2][k] + lanes[3][k]
	}
	return sum
}

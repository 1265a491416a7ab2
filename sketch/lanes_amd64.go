package sketch

// hasLanes says whether the processor and the system know AVX-512. Eight hashes
// side by side take as long as two one by one, and 64 registers are united in the
// time of ten.
var hasLanes = detectLanes()

func detectLanes() bool {
	const (
		osSavesState = 1 << 27       // leaf 1, C
		avx512       = 1<<16 | 1<<30 // leaf 7, B: words and bytes
		states       = 0xe6          // of X, Y, Z and mask registers
	)
	most, _, _, _ := cpuid(0, 0)
	if most < 7 {
		return false
	}
	_, _, c, _ := cpuid(1, 0)
	_, b, _, _ := cpuid(7, 0)
	return c&osSavesState != 0 && xgetbv()&states == states && b&avx512 == avx512
}

// hashLanes hashes as many items as are whole groups of eight, and returns how
// many that were.
func (k keys) hashLanes(hashes, items []uint64) int {
	n := len(items) &^ 7
	if n == 0 || !hasLanes {
		return 0
	}
	_ = hashes[n-1]
	start := [6]uint64{k.k0 ^ sipInit0, k.k1 ^ sipInit1, k.k0 ^ sipInit2, k.k1 ^ sipInit3, 8 << 56, 0xff}
	sipItemsAVX512(&hashes[0], &items[0], n, &start)
	return n
}

// uniteLanes unites as many registers with others as are whole groups of 64, and
// returns how many that were.
func uniteLanes(registers, others []uint8) int {
	n := len(registers) &^ 63
	if n == 0 || !hasLanes {
		return 0
	}
	_ = others[n-1]
	uniteAVX512(&registers[0], &others[0], n)
	return n
}

// uniteAVX512 unites n registers with others, as [uniteBytes] does; n is a multiple
// of 64 and not 0.
//
//go:noescape
func uniteAVX512(registers, others *uint8, n int)

// sipItemsAVX512 hashes n items, a multiple of eight and not 0, from the initial
// state that start holds, with the length's word and the closing 0xff.
//
//go:noescape
func sipItemsAVX512(hashes, items *uint64, n int, start *[6]uint64)

func cpuid(leaf, sub uint32) (a, b, c, d uint32)

func xgetbv() (a uint32)

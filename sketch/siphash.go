package sketch

import (
	"encoding/binary"
	"math/bits"
)

// SipHash (Aumasson and Bernstein, 2012) is a keyed function from bytes to 64
// bits, written SipHash-c-d for c rounds a message word and d rounds at the
// end. Two of its members are used here:
//
//   - SipHash-1-3 of an item's eight little-endian bytes places items. It is
//     what Rust and Ruby choose for their hash tables: fast, and without the
//     key nobody can aim items at one cell.
//   - SipHash-2-4, the authors' conservative choice, makes key fingerprints,
//     which are written to disk.

// The initial state is these words (the ASCII of "somepseudorandomlygenerated
// bytes") under the key.
const (
	sipInit0 = 0x736f6d6570736575
	sipInit1 = 0x646f72616e646f6d
	sipInit2 = 0x6c7967656e657261
	sipInit3 = 0x7465646279746573
)

// keys is a Key as the two words that SipHash works with.
type keys struct{ k0, k1 uint64 }

// item is SipHash-1-3 of the eight little-endian bytes of x: one message word,
// then the word that holds nothing but the length, then three closing rounds.
func (k keys) item(x uint64) uint64 {
	const length = 8 << 56
	v0, v1, v2, v3 := k.k0^sipInit0, k.k1^sipInit1, k.k0^sipInit2, k.k1^sipInit3
	v3 ^= x
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0 ^= x
	v3 ^= length
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0 ^= length
	v2 ^= 0xff
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	return v0 ^ v1 ^ v2 ^ v3
}

// bytes is SipHash-c-d of any message.
func (k keys) bytes(c, d int, message []byte) uint64 {
	s := sipState{k.k0 ^ sipInit0, k.k1 ^ sipInit1, k.k0 ^ sipInit2, k.k1 ^ sipInit3}
	rest := message
	for ; len(rest) >= 8; rest = rest[8:] {
		s.absorb(c, binary.LittleEndian.Uint64(rest))
	}
	var last [8]byte
	copy(last[:], rest)
	last[7] = byte(len(message))
	s.absorb(c, binary.LittleEndian.Uint64(last[:]))
	s[2] ^= 0xff
	s.rounds(d)
	return s[0] ^ s[1] ^ s[2] ^ s[3]
}

type sipState [4]uint64

func (s *sipState) absorb(c int, word uint64) {
	s[3] ^= word
	s.rounds(c)
	s[0] ^= word
}

func (s *sipState) rounds(n int) {
	for range n {
		s[0], s[1], s[2], s[3] = sipRound(s[0], s[1], s[2], s[3])
	}
}

func sipRound(v0, v1, v2, v3 uint64) (uint64, uint64, uint64, uint64) {
	v0 += v1
	v2 += v3
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 = bits.RotateLeft64(v0, 32) + v3
	v2 += v1
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v2 = bits.RotateLeft64(v2, 32)
	return v0, v1, v2, v3
}

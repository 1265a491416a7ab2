// Package sketch answers questions about a great many numbers in little memory,
// and says how far off the answers may be.
//
//	how many different ones?       UltraLogLog   16 KiB: 0.6 % of standard error
//	the same, of one stream?       Martingale    16 KiB: 0.5 %
//	the same, as everybody does?   HyperLogLog   16 KiB: 0.8 %
//	how often this one?            CountMin      never too low, rarely much too high
//	which ones most often?         TopK          8 KiB: the first hundred, 99 of them right
//
// Items are uint64: people, channels, emoji by their identifiers.
//
// # Promises
//
//   - Under a secret [Key] nobody can choose items that fool a sketch: every one
//     hashes with SipHash-1-3, and the key is part of its construction. Keys and
//     seeds are given, never made up here; nothing is global.
//   - Two sketches of the same key and shape merge. UltraLogLog's and HyperLogLog's
//     merge is the union: commutative, associative, idempotent to the last bit.
//     CountMin's and TopK's add counts, and their comments say what is lost. A
//     Martingale is of one stream; what can be merged is the UltraLogLog within.
//   - A sketch is the same on every machine: the same calls in the same order
//     leave the same bytes, with a store and a load in between or without. For an
//     UltraLogLog and a HyperLogLog the order does not matter either.
//   - Add allocates nothing, save where a sketch of distinct items is small and
//     grows: it takes memory as it sees items, until it has its registers.
//   - The stored forms have a magic, a version and the key's fingerprint, never
//     the key. A decoder takes any bytes at all: it checks every field and bounds
//     every length before it allocates, what it accepts encodes to the same bytes
//     again (those of an older version once, to the newest), and what it refuses
//     leaves the receiver as it was. What any version wrote stays readable.
//     docs/format/sketch.md draws the bytes.
//   - AddAll and EstimateAll take many items at once and leave to the last bit what
//     one by one would, in a third to half of the time where the processor hashes
//     eight of them side by side (AVX-512; there is a plain path beside it).
//
// Errors wrap one of [ErrFormat], [ErrVersion], [ErrKey] and [ErrShape].
// Constructors panic on a shape out of bounds, which is a mistake in the
// program; a sketch that a constructor made never does.
//
// # Privacy
//
// Sketches of distinct items and a CountMin hold no item, but whoever has the key
// can ask them about any. A TopK holds its items as they are; [TopK.Remove] erases one.
//
// A sketch belongs to one goroutine at a time.
package sketch

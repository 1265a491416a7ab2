package ringbuf_test

import (
	"slices"
	"testing"

	"guildpulse/ringbuf"
)

// No two words that different cores write share a cache line, or a pair of
// lines, wherever the allocator puts the ring.
func TestHotWordsLieApart(t *testing.T) {
	for name, offsets := range map[string][]uintptr{
		"MPMC": new(ringbuf.MPMC[event]).HotWords(),
		"SPSC": new(ringbuf.SPSC[event]).HotWords(),
	} {
		if !slices.IsSorted(offsets) {
			t.Fatalf("%s: offsets out of order: %d", name, offsets)
		}
		for i, offset := range offsets[1:] {
			if distance := offset - offsets[i]; distance < ringbuf.FalseSharing {
				t.Errorf("%s: hot word %d is %d bytes behind its neighbour", name, i+1, distance)
			}
		}
	}
}

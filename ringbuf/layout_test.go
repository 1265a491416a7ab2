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
		"MPMC":   new(ringbuf.MPMC[event]).HotWords(),
		"SPSC":   new(ringbuf.SPSC[event]).HotWords(),
		"Blocks": new(ringbuf.Blocks[event]).HotWords(),
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

// A value of a whole line lies on one line, and no block shares a line with the next.
func TestBlocksAreWholeLines(t *testing.T) {
	const line = 64
	for name, of := range map[string]func() (values, size uintptr){
		"event": ringbuf.BlockLines[event],
		"byte":  ringbuf.BlockLines[byte],
		"odd":   ringbuf.BlockLines[[3]byte],
	} {
		if values, size := of(); values != line || size%line != 0 {
			t.Errorf("%s: the values begin at byte %d of %d", name, values, size)
		}
	}
}

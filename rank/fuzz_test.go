package rank_test

import (
	"bytes"
	"testing"

	"guildpulse/rank"
)

// FuzzUnmarshalBinary reads anything, as it is and with its checksum mended:
// what is refused leaves the board alone, what is read is a sound board that
// writes the same bytes.
func FuzzUnmarshalBinary(f *testing.F) {
	data, _ := village().MarshalBinary()
	f.Add(data)
	f.Add(data[:44])
	f.Add([]byte("GPRB"))
	empty, _ := new(rank.Board).MarshalBinary()
	f.Add(empty)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, data := range [][]byte{data, sealed(data)} {
			b := rank.New(rank.Config{Seed: 1})
			_ = b.Add(1, start, 1)
			before, _ := b.MarshalBinary()
			err := b.UnmarshalBinary(data)
			after, _ := b.MarshalBinary()
			if err != nil && !bytes.Equal(before, after) {
				t.Fatalf("refused (%v), but the board changed", err)
			}
			if err == nil && !bytes.Equal(data, after) {
				t.Fatalf("read % x, wrote % x", data, after)
			}
			if err := rank.CheckInvariants(b); err != nil {
				t.Fatal(err)
			}
			_ = b.Add(2, start, 1)
			if err := rank.CheckInvariants(b); err != nil {
				t.Fatal(err)
			}
		}
	})
}

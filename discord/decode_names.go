package discord

import "hash/maphash"

const (
	internSlots  = 1 << 12
	internLength = 64 // longer texts are rare, and kept by nobody
)

// interner turns the names in payloads into strings. The people of a busy hour
// are few: a text that came before at its place in the table costs no allocation.
// The table never grows.
type interner struct {
	seed  maphash.Seed
	slots []string
}

func newInterner() interner {
	return interner{seed: maphash.MakeSeed(), slots: make([]string, internSlots)}
}

func (t *interner) string(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > internLength {
		return string(b)
	}
	slot := &t.slots[maphash.Bytes(t.seed, b)%internSlots]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

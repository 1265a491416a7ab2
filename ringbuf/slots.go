package ringbuf

import "reflect"

// slots is the payload of a ring: a power of two of values, addressed by ticket.
type slots[T any] struct {
	values []T
	mask   uint64
	wipe   bool // values hold pointers: a popped slot must not keep them alive
}

func newSlots[T any](capacity int) slots[T] {
	return slots[T]{
		values: make([]T, capacity),
		mask:   uint64(capacity - 1),
		wipe:   hasPointers(reflect.TypeFor[T]()),
	}
}

// index returns the slot of a ticket; the lowest bit does not count.
func (s *slots[T]) index(ticket uint64) uint64 { return ticket / step & s.mask }

// put copies vs into the slots from ticket on, around the end if need be.
func (s *slots[T]) put(ticket uint64, vs []T) {
	n := copy(s.values[s.index(ticket):], vs)
	if n < len(vs) {
		copy(s.values, vs[n:])
	}
}

// get fills dst from the slots from ticket on. Slots without pointers are left
// as they are: clearing them would write lines that are only being read.
func (s *slots[T]) get(ticket uint64, dst []T) {
	first := s.values[s.index(ticket):]
	n := copy(dst, first)
	if n < len(dst) {
		copy(dst[n:], s.values)
	}
	if s.wipe {
		clear(first[:n])
		clear(s.values[:len(dst)-n])
	}
}

// at returns the slot of a ticket.
func (s *slots[T]) at(ticket uint64) *T { return &s.values[s.index(ticket)] }

// move is get for a single value.
func (s *slots[T]) move(v *T, ticket uint64) {
	slot := s.at(ticket)
	*v = *slot
	if s.wipe {
		var zero T
		*slot = zero
	}
}

// hasPointers reports whether a value of type t refers to memory that the
// garbage collector looks after.
func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if hasPointers(f.Type) {
				return true
			}
		}
		return false
	default:
		return t.Kind() > reflect.Complex128 // or bool and numbers, which come first
	}
}

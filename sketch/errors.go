package sketch

import "errors"

// What can go wrong when two sketches meet or a stored one is read. Errors
// returned by this package wrap one of these and say which field, and why.
var (
	// ErrFormat says that the bytes are no stored sketch of this kind: wrong
	// magic, wrong length, or a field that no sketch of ours could hold.
	ErrFormat = errors.New("sketch: malformed")

	// ErrVersion says that the bytes were written by a newer program.
	ErrVersion = errors.New("sketch: unknown version")

	// ErrKey says that two sketches, or a sketch and stored bytes, hash with
	// different keys. Their cells mean different items: nothing can join them.
	ErrKey = errors.New("sketch: keys differ")

	// ErrShape says that two sketches differ in precision, width, depth or
	// size, so that their cells do not correspond.
	ErrShape = errors.New("sketch: shapes differ")
)

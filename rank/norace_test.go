//go:build !race

package rank_test

// million is the size of a large board.
const million = 1_000_000

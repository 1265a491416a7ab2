//go:build !race

package rank_test

// million is the size of a large board.
const million = 1_000_000

// checks is how often a state machine is run.
const checks = 100

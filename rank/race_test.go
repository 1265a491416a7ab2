//go:build race

package rank_test

// million is less under the race detector, which is ten times slower and has
// nothing to find in one goroutine.
const million = 100_000

// checks is how often a state machine is run.
const checks = 25

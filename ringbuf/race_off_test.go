//go:build !race

package ringbuf_test

// unhurried is 1: without the race detector the longest tests run in full.
const unhurried = 1

//go:build race

package ringbuf_test

// unhurried divides the length of the longest tests where the race detector
// slows every access to memory down about tenfold.
const unhurried = 5

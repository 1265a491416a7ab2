// Package measure compares two ways of doing the same thing, in one process, turn
// by turn, and says whether a goal is reached.
//
// Two shared cores are noisy: a figure of ten minutes ago says little about one of
// now. So every comparison runs ours and the peer alternately, for rounds of equal
// length, and what is judged is the median over the rounds of the ratio between
// neighbours. Absolute figures are medians too, and are there to be read.
//
// One table holds one subject. Every figure is one line:
//
//	name  ours  peer  ratio  goal  pass|short
//
// What cannot be compared in time (allocations, bytes, errors) is judged against a
// limit or a peer's value in the same way.
package measure

// Package rank keeps leaderboards whose scores decay with time.
//
// A [Board] takes events (a member, a time, a weight) and answers who is
// first, which place a member has, and who is around it. A score halves every
// half-life, so that what somebody did last year does not outweigh today; but
// nothing has to be done as time passes.
//
// # Forward decay
//
// The score of a member at time T, over events of weight w at time t, is
//
//	Σ w·2^(−(T−t)/H)
//
// for a half-life H. Computed like that, every score changes every
// millisecond. The board keeps
//
//	value = Σ w·2^((t−L)/H)
//
// for a landmark L instead (forward decay: Cormode, Shkapenyuk, Srivastava
// and Xu, ICDE 2009). The score is the value times 2^(−(T−L)/H), a factor that
// is the same for all members. Hence
//
//   - the order of values is the order of scores, at every time: nobody is
//     ever sorted again because of time;
//   - an event changes one value, and an event that comes late the same one
//     in the same way;
//   - without a half-life, the value is a plain sum.
//
// # What is rounded
//
// Each event's 2^((t−L)/H) is within 3e-16, relative, and its product with
// the weight is rounded once. Values are summed in 85 bits, of which the first
// 53 are the value that is ranked: a million events do not drift, and a credit
// that is taken back leaves what was there before, down to 2^-85 of the largest
// sum in between. A score is the value times a factor as exact as an event's.
//
// L moves when an event is more than 256 half-lives ahead of it, by whole
// half-lives. That divides every value by a power of two, which rounds
// nothing: neither order nor scores change by a bit. Who is then below 2^-900,
// some 900 half-lives after the last event, leaves the board. No product is
// fused with a sum, so that every machine computes the same bits.
//
// # The structure
//
// Members are sorted by value, highest first, then by id, lowest first, in
// blocks of up to 127. On each stands a tower whose height a coin has decided, and
// the towers make a skip list: level by level they stand in rows, lanes, each of
// which ends where a tower goes on above it, and know how many entries they span:
//
//	level 1  ┌────── 173 ──────┬────── 176 ──────┐
//	level 0  ├─ 92 ─┬─ 81 ─────┼─ 85 ─┬─ 91 ─────┤
//	         │┌──┐  │┌──┐      │┌──┐  │┌──┐
//	         └┤92│  └┤81│      └┤85│  └┤91│   blocks of (key, member id)
//	          └──┘   └──┘       └──┘   └──┘
//
// A table numbers the members, and a record by number holds the member's value
// and where its entry was last seen. Most events move an entry within its block: a
// look there, or a search among 128 keys, and a copy of some, without a descent.
// One that leaves its block is counted out of the lanes above and down the lanes to
// where it belongs. A rank is the place in the block and the spans to the left of it.
//
// Everything refers to everything by number. There is not a pointer in it, so
// that a million members are some thousand objects without references to the
// garbage collector. A member takes about 60 bytes; boards of the same members
// share their table in a [Roster] and take 45 each.
//
// # Readers beside a writer
//
// A lock lets one at a time through, for about the time of an update, and
// writers before readers. What a reader asks for in one call is of one moment:
//
//   - the first 64 places, while nothing changes in them, are read without the
//     lock, from where an earlier reader published them (see leaders.go);
//   - up to 256 places are read at one go;
//   - more are read in pages, and anew if an update came in between;
//   - a snapshot, or a long range that updates come into the way of again and
//     again, is copied 64 members at a time, while each update puts by what it
//     is about to change of those ahead (copy on write; see cut.go), and is
//     sorted outside.
//
// # Promises
//
//   - A board agrees with a map of sums that is sorted anew for each question.
//   - Boards that saw the same events in the same order, with the same half-life
//     and landmark, give the same answers bit for bit, with a snapshot in
//     between or without, whatever their seeds.
//   - Readers see the board between two updates, and stop the writer for no longer
//     than about one.
//   - Bytes that are no snapshot are refused, never half read.
package rank

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
// blocks of up to 127. On the blocks stands a skip list whose links know how
// many entries they span:
//
//	level 2  ■──────────────── 307 ───────────────▶∅
//	level 1  ■────── 173 ─────▶■────── 134 ───────▶∅
//	level 0  ■─ 92 ─▶■── 81 ──▶■─ 64 ─▶■─── 70 ───▶∅
//	         ┌──┐    ┌──┐      ┌──┐    ┌──┐
//	         │92│    │81│      │64│    │70│   blocks of (key, member id)
//	         └──┘    └──┘      └──┘    └──┘
//
// A table leads from a member id to the member's value and to the block of
// its entry. Most events move an entry within its block: a search among 128
// keys and a copy of some, without a descent. One that leaves its block climbs
// the towers to the first link over both blocks and descends from there; no
// span above that link changes. A rank is the place in the block and the spans
// on the climb to the head.
//
// Everything refers to everything by number. There is not a pointer in it, so
// that a million members are a thousand objects without references to the
// garbage collector. A member takes about 60 bytes.
//
// # Promises
//
//   - A board agrees with a map of sums that is sorted anew for each question.
//   - Boards that saw the same events in the same order, with the same half-life
//     and landmark, give the same answers bit for bit, with a snapshot in
//     between or without, whatever their seeds.
//   - Readers see the board between two updates.
//   - Bytes that are no snapshot are refused, never half read.
package rank

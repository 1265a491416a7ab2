// Package ringbuf hands values from goroutine to goroutine through bounded
// rings without locks. A ring is allocated once and never after; moving a value
// allocates nothing.
//
//	            who                    one by one   in batches   in place
//	[MPMC]      any number on a side   Push, Pop    PushBatch …
//	[SPSC]      one on a side          Push, Pop    PushBatch …  Reserve, Peek …
//	[Blocks]    any number on a side                             Claim, Take …
//
// MPMC is the one to begin with. In place, values are filled and read where they
// lie, by 64 at a time or as many as there are: two to six times as fast, in
// exchange for a duty to give back what was lent.
//
// # Promises
//
//   - First in, first out. MPMC and Blocks order by the instant at which a
//     position was claimed, so the values of one producer come out in the
//     order in which it pushed them.
//   - Never a false "full" or "empty". TryPush and TryPop refuse, and the
//     batch forms return a short count, only if at some instant of the call
//     the ring really had no more room or no more values than was moved. A
//     lost race is run again. (Blocks lie in other hands for as long as the
//     caller likes: there the same holds for the next block in turn.)
//   - Nothing accepted is lost. A push that reported success is popped by
//     somebody, also if Close came in the same instant.
//   - A batch of MPMC's Try forms is one claim: the values lie side by side,
//     with nobody else's between them.
//   - A waiting call sleeps. After some five microseconds it parks on a channel
//     and costs nothing until it is woken; a peer that has nobody to wake
//     pays one load of a line that nobody writes.
//
// # Two ways to wait
//
// [Park], the default, looks a few times and then sleeps: that is what a process
// wants that is idle most of the time. Being woken costs tens of microseconds.
// Who has a core to spare and needs less than that makes the ring with [Spin],
// or polls with the Try forms; they may be mixed with the waiting ones.
//
// Either way a caller that found nothing naps for a microsecond before it looks
// again. A consumer on the heels of a producer fetches a line from the other
// core for every value, and takes it away from the producer, who wants to write
// the next one there; a moment later it gets them all in one go.
//
// A context is looked at only where a call must wait: a call that can be
// served at once is, also with a context that has ended. Those who wait are
// served in no particular order.
//
// # Tickets
//
// A position is counted in steps of two, as a ticket, which leaves the lowest
// bit for a second meaning. Here a ring of four slots into which three values
// went, of which one is taken:
//
//	slot     0    1    2    3
//	turn     8    3    5    6      even: free, for the push of this ticket
//	              |         |      odd: filled, by the push of ticket turn−1
//	           head=2     tail=6   odd once the ring is closed
//
// In the tail the bit says closed. Whoever pushes does so by a compare-and-swap
// of the tail, so the very instruction that accepts a value fails once Close
// has set the bit, and head == tail−1 is the last word on "closed and drained".
// In a turn (MPMC and Blocks) the bit says filled. Counters wrap at 2^64, which
// nothing notices: they are only compared for equality and subtracted.
package ringbuf

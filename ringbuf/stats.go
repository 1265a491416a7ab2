package ringbuf

// Stats counts what happened to a ring since it was made. The first two cost
// nothing to keep, being the ends of the ring; the others count on the slow
// path only.
type Stats struct {
	Pushed uint64 // values accepted, modulo 2^63
	Popped uint64 // values handed out, modulo 2^63

	ProducerWaits uint64 // times that a push had to wait on a full ring
	ProducerParks uint64 // times that it went to sleep over it
	ConsumerWaits uint64 // times that a pop had to wait on an empty ring
	ConsumerParks uint64 // times that it went to sleep over it
}

// Stats returns the ring's counters. Each is exact; taken while others push and
// pop, they are not of the same instant, but Popped never exceeds Pushed.
func (e *ends) Stats() Stats {
	popped := e.head.Load() - e.start // first: the head never passes the tail
	return Stats{
		Pushed:        (e.tail.Load() - e.start) / step,
		Popped:        popped / step,
		ProducerWaits: e.notFull.waits.Load(),
		ProducerParks: e.notFull.parks.Load(),
		ConsumerWaits: e.notEmpty.waits.Load(),
		ConsumerParks: e.notEmpty.parks.Load(),
	}
}

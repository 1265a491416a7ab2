package ringbuf

// room returns how many slots the producer may fill. It asks the consumer's
// index only if it knows of fewer than want: then the answer is exact at that
// instant, and otherwise it is at least want.
func (r *SPSC[T]) room(want int) int {
	p := &r.producer
	free := p.peer + r.span - p.next
	if free < step*uint64(want) {
		p.peer = r.head.Load()
		free = p.peer + r.span - p.next
	}
	return int(free / step)
}

// held returns how many values the consumer may take, as room does.
func (r *SPSC[T]) held(want int) int {
	c := &r.consumer
	full := c.peer - c.next
	if full < step*uint64(want) {
		c.peer = r.tail.Load() &^ closedBit
		full = c.peer - c.next
	}
	return int(full / step)
}

// publish hands the next n slots to the consumer. It fails if the ring was
// closed meanwhile: then nothing was pushed.
func (r *SPSC[T]) publish(n int) bool {
	next := r.producer.next + step*uint64(n)
	if !r.tail.CompareAndSwap(r.producer.next, next) {
		return false
	}
	r.producer.next = next
	r.notEmpty.wake()
	return true
}

// release hands the next n slots back to the producer.
func (r *SPSC[T]) release(n int) {
	r.consumer.next += step * uint64(n)
	r.head.Store(r.consumer.next)
	r.notFull.wake()
}

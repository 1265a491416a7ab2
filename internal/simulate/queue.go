package simulate

// sooner is what a queue orders by: a strict weak order.
type sooner[T any] interface{ before(T) bool }

// queue is a binary heap, the soonest on top. push and pop are O(log n). It is
// typed, unlike container/heap, because every act passes through it.
type queue[T sooner[T]] struct{ items []T }

func (q *queue[T]) len() int { return len(q.items) }
func (q *queue[T]) top() *T  { return &q.items[0] }

func (q *queue[T]) push(item T) {
	q.items = append(q.items, item)
	q.up(len(q.items) - 1)
}

func (q *queue[T]) pop() T {
	var none T
	top, last := q.items[0], len(q.items)-1
	q.items[0], q.items[last] = q.items[last], none
	q.items = q.items[:last]
	q.down()
	return top
}

func (q *queue[T]) up(i int) {
	item := q.items[i]
	for i > 0 {
		parent := (i - 1) / 2
		if !item.before(q.items[parent]) {
			break
		}
		q.items[i] = q.items[parent]
		i = parent
	}
	q.items[i] = item
}

// down restores the order after the top has changed.
func (q *queue[T]) down() {
	n := len(q.items)
	if n < 2 {
		return
	}
	i, item := 0, q.items[0]
	for {
		child := 2*i + 1
		if child >= n {
			break
		}
		if child+1 < n && q.items[child+1].before(q.items[child]) {
			child++
		}
		if !q.items[child].before(item) {
			break
		}
		q.items[i] = q.items[child]
		i = child
	}
	q.items[i] = item
}

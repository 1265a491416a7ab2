package simulate

// Dice lets tests weigh the dice.
type Dice struct{ d dice }

func NewDice(seed uint64) Dice          { return Dice{newDice(seed, 1)} }
func (d Dice) Exp() float64             { return d.d.exp() }
func (d Dice) Poisson(mean float64) int { return d.d.poisson(mean) }
func (d Dice) Zipf(n int) int           { return d.d.zipf(n) }
func (d Dice) Below(n int) int          { return d.d.below(n) }
func Unit(words ...uint64) float64      { return unit(mix(words...)) }

// Entry is a plan that bears only its time, for tests of the queue.
type Entry struct{ At, Serial int }

func (e Entry) before(f Entry) bool { return e.At < f.At || e.At == f.At && e.Serial < f.Serial }

// Queue is the queue of plans.
type Queue struct{ q queue[Entry] }

func (q *Queue) Push(e Entry) { q.q.push(e) }
func (q *Queue) Pop() Entry   { return q.q.pop() }
func (q *Queue) Len() int     { return q.q.len() }
func (q *Queue) Top() Entry   { return *q.q.top() }

// Replace changes the top and restores the order, as the merge of servers does.
func (q *Queue) Replace(e Entry) {
	*q.q.top() = e
	q.q.down()
}

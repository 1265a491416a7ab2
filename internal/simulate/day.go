package simulate

import "sort"

// wake makes the tables of the people who look in today, and what happens once
// a day.
func (l *life) wake(from int64) {
	l.talkers.reset()
	l.around, l.gone = l.around[:0], l.gone[:0]
	for i := range l.members {
		h, m := &l.habits[i], &l.members[i]
		switch {
		case l.People[i].Bot || h.raider:
		case !m.there:
			l.gone = append(l.gone, int32(i))
		case l.looksIn(i):
			l.around = append(l.around, int32(i))
			if h.weight > 0 && (h.quiet == 0 || from < h.quiet || m.back) {
				l.talkers.add(int32(i), h.weight*l.mood(i))
			}
		}
	}
	l.planAnnouncement(from)
	if from >= l.end {
		l.planReturns(from)
	}
}

// looksIn reports whether a person opens Discord today.
func (l *life) looksIn(who int) bool {
	return unit(mix(l.seed, 'D', uint64(who), uint64(l.moment.day))) < l.habits[who].regular
}

// mood is how talkative a person is these weeks, 0.3 to 1.9, and slowly
// turning: it runs in a straight line from one month's draw to the next.
func (l *life) mood(who int) float64 {
	const month = 30
	n, into := l.moment.day/month, float64(l.moment.day%month)/month
	from := unit(mix(l.seed, 'M', uint64(who), uint64(n)))
	to := unit(mix(l.seed, 'M', uint64(who), uint64(n+1)))
	at := float64(from*(1-into)) + float64(to*into)
	return 0.3 + float64(1.6*at)
}

// crowd draws people by weight, in O(log n).
type crowd struct {
	who  []int32
	sums []float64
}

func (c *crowd) reset() { c.who, c.sums = c.who[:0], c.sums[:0] }

func (c *crowd) add(who int32, weight float64) {
	sum := float64(weight)
	if n := len(c.sums); n > 0 {
		sum += c.sums[n-1]
	}
	c.who, c.sums = append(c.who, who), append(c.sums, sum)
}

func (c *crowd) draw(d dice) (who int32, ok bool) {
	n := len(c.sums)
	if n == 0 {
		return 0, false
	}
	i := sort.SearchFloat64s(c.sums, d.float()*c.sums[n-1])
	return c.who[min(i, n-1)], true
}

// awake is the chance that somebody of a habit is up for talk at an hour.
func awake(clock uint8, hour int) float64 {
	night := hour < 6
	switch {
	case clock == 1 && (night || hour >= 22): // early to bed
		return 0.02
	case clock == 1 && hour < 18:
		return 1
	case clock == 2 && (night || hour >= 21): // a night owl
		return 1
	case clock == 2:
		return 0.3
	case night:
		return 0.3
	}
	return 0.8
}

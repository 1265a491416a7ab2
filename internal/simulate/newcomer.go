package simulate

import (
	"sort"
	"time"
)

// joining is the days on which people may join, for drawing one by its weight.
type joining struct {
	days []int64 // Unix ms at which a quarter of the day's rate begins
	sums []float64
}

// plan weighs the days between Start and End by how many join on them.
func (s *settler) plan() {
	sum := 0.0
	for at := s.start; at < s.end; at += ms(day) {
		m := s.calendar.local(at)
		part := float64(min(ms(day), s.end-at)) / float64(ms(day))
		sum += float64(s.calendar.newcomers(m) * s.calendar.growth(at) * part)
		s.when.days = append(s.when.days, at)
		s.when.sums = append(s.when.sums, sum)
	}
}

// arrival draws a moment to join at: a day by its weight, and on it a moment
// at which others are awake, if there is one before End.
func (s *settler) arrival() (at int64) {
	sums := s.when.sums
	for range 50 {
		i := min(sort.SearchFloat64s(sums, s.d.float()*sums[len(sums)-1]), len(sums)-1)
		from := s.when.days[i]
		at = from + s.d.r.Int64N(min(ms(day), s.end-from))
		if s.d.hit(profile(s.calendar.local(at)) * 10) {
			break
		}
	}
	return at
}

// newcomer adds somebody who joins between Start and End. Every second one
// stays silent, a third speaks within a day, and half of those mean to stay.
func (s *settler) newcomer() {
	joined := s.arrival()
	h := s.habit()
	switch u := s.d.float(); {
	case u < 0.19: // settles
		h.weight, h.opening = s.voice(), min(s.d.wait(2*time.Hour), 22*time.Hour.Milliseconds())
		if s.d.hit(0.3) {
			h.quiet = joined + s.d.within(30*day, 200*day)
		}
	case u < 0.35: // looks around for a few days
		h.weight, h.opening = s.voice(), min(s.d.wait(2*time.Hour), 22*time.Hour.Milliseconds())
		h.quiet = joined + s.d.wait(3*day)
	case u < 0.5: // speaks when it suits
		h.weight = s.voice() / 2
	}
	who := s.add(s.person(joined), h, joined-s.age())
	s.stay(who, joined)
	if s.People[who].Left.IsZero() {
		s.there++
	}
}

// stay plans a newcomer's going and, for some, coming back.
func (s *settler) stay(who int, joined int64) {
	s.moves = append(s.moves, move{joined, int32(who), true})
	if !s.d.hit(0.3) {
		return
	}
	spell := 60 * day
	if s.d.hit(0.4) {
		spell = 2 * day
	}
	left := joined + 1000 + s.d.wait(spell)
	s.leave(who, left)
	if back := left + s.d.wait(40*day); s.d.hit(0.15) && back < s.end {
		s.moves = append(s.moves, move{back, int32(who), true})
		s.People[who].Left = time.Time{}
	}
}

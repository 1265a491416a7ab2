package simulate

import "time"

// habit is how one person lives. Only the simulation knows it.
type habit struct {
	weight  float64 // of their voice among all; 0: reads only
	regular float64 // share of days on which they look in
	quiet   int64   // Unix ms from which they talk no more; 0: never
	opening int64   // ms from joining to a first message; 0: none of that kind
	clock   uint8   // index into waking
	rooms   [3]int16
	raider  bool
}

// habit draws what all people have.
func (s *settler) habit() habit {
	h := habit{regular: 0.2 + float64(0.7*s.d.float())}
	switch u := s.d.float(); {
	case u < 0.15:
		h.clock = 1
	case u < 0.25:
		h.clock = 2
	}
	for i := range h.rooms {
		h.rooms[i] = int16(s.talk[s.d.zipf(len(s.talk))])
	}
	return h
}

// voice draws how much somebody talks: 1/(3 + rank), the rank uniform up to
// the server's size, which makes the few heavy and the many light.
func (s *settler) voice() float64 {
	rank := float64(s.d.float() * float64(s.setting.Members)) // rounded: see dice
	return 1 / (3 + rank)
}

// age draws how long an account has existed when it joins.
func (s *settler) age() int64 {
	return min(s.d.wait(700*day)+s.d.within(time.Hour, 30*day), 1100*day.Milliseconds())
}

package simulate

import "slices"

// sortPeople puts newcomers in the order of their joining, and keeps what
// refers to people in step.
func (st *stage) sortPeople() {
	order := make([]int, len(st.People))
	for i := range order {
		order[i] = i
	}
	start := stamp(st.start)
	slices.SortStableFunc(order, func(a, b int) int {
		pa, pb := &st.People[a], &st.People[b]
		if pa.Joined.Before(start) || pb.Joined.Before(start) {
			return a - b
		}
		return pa.Joined.Compare(pb.Joined)
	})
	people, habits, place := make([]Person, len(order)), make([]habit, len(order)), make([]int32, len(order))
	for to, from := range order {
		people[to], habits[to], place[from] = st.People[from], st.habits[from], int32(to)
	}
	for i := range st.moves {
		st.moves[i].who = place[st.moves[i].who]
	}
	st.People, st.habits = people, habits
}

// sortMoves orders the comings and goings by time, and one person's as planned.
func (st *stage) sortMoves() {
	slices.SortStableFunc(st.moves, func(a, b move) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
}

package stats

import (
	"cmp"
	"slices"
)

// held is a ranking that is in memory, with what it costs.
type held struct {
	server *server
	key    standingKey
	size   int
	used   int64
}

func (s *server) heldStandings() []held {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []held
	for k, w := range s.public.standings {
		out = append(out, held{s, k, w.board.Len(), w.used.Load()})
	}
	return out
}

// excess returns what must go so that the rest is within the limit: the least
// recently used.
func excess(kept []held, limit int) []held {
	slices.SortFunc(kept, func(a, b held) int { return cmp.Compare(b.used, a.used) })
	sum := 0
	for i := range kept {
		if sum += kept[i].size; sum > limit {
			return kept[i:]
		}
	}
	return nil
}

package stats

// OptedOut reports whether a member is not counted in a server.
func (t *Stats) OptedOut(guild, member uint64) bool {
	s := t.lookup(guild)
	if s == nil {
		return false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, out := s.optedOut[member]
	return out
}

// Hidden returns the channels of a server that are not public, ascending.
func (t *Stats) Hidden(guild uint64) []uint64 {
	s := t.lookup(guild)
	if s == nil {
		return nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return setKeys(s.hidden)
}

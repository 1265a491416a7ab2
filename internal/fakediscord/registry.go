package fakediscord

import "slices"

// enter notes a connection, unless the server is closed.
func (s *Server) enter(c *conn) bool {
	s.connMu.Lock()
	defer s.connMu.Unlock()
	if s.closed {
		return false
	}
	s.conns[c] = true
	return true
}

// leave forgets a connection.
func (s *Server) leave(c *conn) {
	s.connMu.Lock()
	defer s.connMu.Unlock()
	delete(s.conns, c)
}

// liveConns returns the connections of now.
func (s *Server) liveConns() []*conn {
	s.connMu.Lock()
	defer s.connMu.Unlock()
	out := make([]*conn, 0, len(s.conns))
	for c := range s.conns {
		out = append(out, c)
	}
	return out
}

// liveSessions returns the sessions of now.
func (s *Server) liveSessions() []*session {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.sessions)
}

// end kills a session: nobody can resume it.
func (s *Server) end(ses *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ses.kill()
	s.sessions = slices.DeleteFunc(s.sessions, func(o *session) bool { return o == ses })
}

// detach leaves a session without its connection, for RESUME to come.
func (s *Server) detach(c *conn, ses *session) {
	ses.detach(c, s.cfg.ResumeWindow, func() {
		s.end(ses)
		s.record.note(func(rec *Recording) { rec.Expired++ })
	})
}

// ExpireSessions ends every session that has no connection, as the few minutes
// that Discord keeps them would.
func (s *Server) ExpireSessions() {
	for _, ses := range s.liveSessions() {
		if ses.detached() {
			s.end(ses)
		}
	}
}

// guildsOf counts the guilds of a shard.
func (s *Server) guildsOf(shard, shards int) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	probe := session{shard: shard, shards: shards}
	n := 0
	for _, id := range s.world.order {
		if probe.covers(id) {
			n++
		}
	}
	return n
}

// Stats are counts of the moment.
type Stats struct {
	Connections int    // of the gateway
	Sessions    int    // live, connected or not
	Connected   int    // of them with a connection
	Unsent      int    // dispatches that wait
	Dispatched  uint64 // dispatches written since Start, replays too
}

// Stats returns the counts of the moment.
func (s *Server) Stats() Stats {
	st := Stats{Connections: len(s.liveConns()), Dispatched: s.dispatched.Load()}
	for _, ses := range s.liveSessions() {
		st.Sessions++
		n, _ := ses.unsent()
		st.Unsent += n
		if !ses.detached() {
			st.Connected++
		}
	}
	return st
}

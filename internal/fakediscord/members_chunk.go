package fakediscord

import (
	"encoding/json"
	"fmt"
	"strings"
)

// chunkMembers is how many members a GUILD_MEMBERS_CHUNK holds at most.
const chunkMembers = 1000

// idList reads an id or a list of ids.
type idList []uint64

// UnmarshalJSON takes "1", ["1", "2"] and null.
func (l *idList) UnmarshalJSON(b []byte) error {
	var one string
	var many []string
	if json.Unmarshal(b, &one) == nil && one != "" {
		many = []string{one}
	} else if err := json.Unmarshal(b, &many); err != nil {
		return err
	}
	out := make(idList, len(many))
	for i, s := range many {
		id, ok := parseID(s)
		if !ok {
			return fmt.Errorf("no id: %q", s)
		}
		out[i] = id
	}
	*l = out
	return nil
}

// memberQuery is the payload of op 8.
type memberQuery struct {
	Guild idList          `json:"guild_id"`
	Query *string         `json:"query"`
	Limit int             `json:"limit"`
	Users idList          `json:"user_ids"`
	Nonce json.RawMessage `json:"nonce"`
}

// chunkMembers serves op 8: the members asked for, by id, by the beginning of
// their names or, with the members intent, all of them.
func (s *Server) chunkMembers(ses *session, d json.RawMessage) error {
	var q memberQuery
	if err := json.Unmarshal(d, &q); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(q.Guild) != 1 || s.world.guilds[q.Guild[0]] == nil || !ses.covers(q.Guild[0]) {
		return nil // Discord says nothing either
	}
	g := s.world.guilds[q.Guild[0]]
	all := q.Users == nil && (q.Query == nil || *q.Query == "" && q.Limit == 0)
	if all && ses.intents&IntentGuildMembers == 0 {
		return fmt.Errorf("all members without the intent")
	}
	found, missing := s.world.lookUp(g, q, all)
	count := max((len(found)+chunkMembers-1)/chunkMembers, 1)
	for i := range count {
		part := found[min(i*chunkMembers, len(found)):min((i+1)*chunkMembers, len(found))]
		members := make([]any, len(part))
		for j, id := range part {
			members[j] = s.world.memberJSON(g, id, false, nil)
		}
		o := object{
			"not_found": ids(missing), "members": members, "chunk_index": i, "chunk_count": count,
			"guild_id": snowflake(g.ID),
		}
		if q.Nonce != nil {
			o["nonce"] = q.Nonce
		}
		ses.append(newEvent("GUILD_MEMBERS_CHUNK", g.ID, encode(o)))
	}
	return nil
}

// lookUp returns the members a query finds, and the ids it asks for in vain.
func (w *world) lookUp(g *guild, q memberQuery, all bool) (found, missing []uint64) {
	for _, id := range q.Users {
		if _, ok := g.members[id]; ok {
			found = append(found, id)
		} else {
			missing = append(missing, id)
		}
	}
	if q.Users != nil {
		return found, missing
	}
	for _, id := range g.memberIDs() {
		u := named(w.user(id))
		if all || begins(*q.Query, u.Name, u.GlobalName, g.members[id].Nick) && len(found) < q.Limit {
			found = append(found, id)
		}
	}
	return found, nil
}

// begins reports whether one of the names begins with a prefix, in any case.
func begins(prefix string, names ...string) bool {
	for _, n := range names {
		if strings.HasPrefix(strings.ToLower(n), strings.ToLower(prefix)) {
			return true
		}
	}
	return false
}

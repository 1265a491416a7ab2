package fakediscord

import "fmt"

// Poll is a question with answers, numbered from 1.
type Poll struct {
	Question    string
	Answers     []string
	Multiselect bool
}

// poll is a poll with its votes.
type poll struct {
	Poll
	expires int64
	votes   map[int]map[uint64]bool // answer → voters
}

// newPoll returns a poll that is open for a day.
func newPoll(spec Poll, now int64) *poll {
	return &poll{Poll: spec, expires: now + 24*3600_000, votes: make(map[int]map[uint64]bool)}
}

// object returns the poll as messages hold it.
func (p *poll) object() object {
	if p == nil {
		p = newPoll(Poll{Question: "When?", Answers: []string{"today", "tomorrow"}}, discordEpoch)
	}
	answers, counts := []object{}, []object{}
	for i, a := range p.Answers {
		answers = append(answers, object{"poll_media": object{"text": a}, "answer_id": i + 1})
		if n := len(p.votes[i+1]); n > 0 {
			counts = append(counts, object{"me_voted": false, "id": i + 1, "count": n})
		}
	}
	return object{
		"results": object{"is_finalized": false, "answer_counts": counts}, "question": object{"text": p.Question},
		"layout_type": 1, "expiry": stamp(p.expires), "answers": answers, "allow_multiselect": p.Multiselect,
	}
}

// Vote adds a vote and dispatches MESSAGE_POLL_VOTE_ADD.
func (s *Server) Vote(channel, message, user uint64, answer int) error {
	return s.vote("MESSAGE_POLL_VOTE_ADD", channel, message, user, answer)
}

// Unvote takes a vote back and dispatches MESSAGE_POLL_VOTE_REMOVE.
func (s *Server) Unvote(channel, message, user uint64, answer int) error {
	return s.vote("MESSAGE_POLL_VOTE_REMOVE", channel, message, user, answer)
}

// vote changes a vote and tells of it; what changes nothing is not told.
func (s *Server) vote(event string, channel, message, user uint64, answer int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.world.message(channel, message)
	if err != nil {
		return err
	}
	p := c.detailOf(r).poll
	if p == nil || answer < 1 || answer > len(p.Answers) {
		return fmt.Errorf("vote on message %d: no answer %d", message, answer)
	}
	adds := event == "MESSAGE_POLL_VOTE_ADD"
	if p.votes[answer] == nil {
		p.votes[answer] = make(map[uint64]bool)
	}
	if p.votes[answer][user] == adds {
		return nil
	}
	if adds {
		p.votes[answer][user] = true
	} else {
		delete(p.votes[answer], user)
	}
	if s.botSees(c) {
		s.dispatchObject(event, c.guild.ID, object{
			"user_id": snowflake(user), "message_id": snowflake(message), "channel_id": snowflake(channel),
			"answer_id": answer, "guild_id": snowflake(c.guild.ID),
		})
	}
	return nil
}

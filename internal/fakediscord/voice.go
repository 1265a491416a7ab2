package fakediscord

import "fmt"

// VoiceState is where somebody is in voice, and how.
type VoiceState struct {
	User     uint64
	Channel  uint64 // zero has left
	Mute     bool   // by the server
	Deaf     bool
	SelfMute bool
	SelfDeaf bool
	Stream   bool
	Video    bool
	Suppress bool // listening on a stage
	session  string
}

// SetVoice joins, moves, mutes, deafens or, with Channel zero, leaves: it
// dispatches VOICE_STATE_UPDATE with the member. Leaving when not there is
// nothing.
func (s *Server) SetVoice(guild uint64, v VoiceState) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, _, err := s.world.member(guild, v.User)
	if err != nil {
		return err
	}
	if c, ok := g.channels[v.Channel]; v.Channel != 0 && (!ok || c.Type != ChannelVoice && c.Type != ChannelStage) {
		return fmt.Errorf("voice: %w %d", ErrUnknownChannel, v.Channel)
	}
	s.setVoice(g, v)
	return nil
}

// LeaveVoice is SetVoice with no channel.
func (s *Server) LeaveVoice(guild, user uint64) error {
	return s.SetVoice(guild, VoiceState{User: user})
}

// setVoice changes where a member is, under the lock.
func (s *Server) setVoice(g *guild, v VoiceState) {
	before, was := g.voice[v.User]
	switch {
	case was:
		v.session = before.session
	case v.Channel == 0:
		return
	default:
		v.session = fmt.Sprintf("%032x", s.mint.next())
	}
	g.voice[v.User] = &v
	if v.Channel == 0 {
		delete(g.voice, v.User)
	}
	if len(s.sessions) > 0 {
		o := voiceObject(&v)
		o["member"] = s.world.memberJSON(g, v.User, false, nil)
		o["guild_id"] = snowflake(g.ID)
		s.dispatchObject("VOICE_STATE_UPDATE", g.ID, o)
	}
}

// voiceObject returns a voice state without guild and member.
func voiceObject(v *VoiceState) object {
	o := object{
		"user_id": snowflake(v.User), "suppress": v.Suppress, "session_id": v.session, "self_video": v.Video,
		"self_mute": v.SelfMute, "self_deaf": v.SelfDeaf, "request_to_speak_timestamp": nil, "mute": v.Mute,
		"deaf": v.Deaf, "channel_id": maybe(v.Channel),
	}
	if v.Stream {
		o["self_stream"] = true
	}
	return o
}

package main

import (
	"context"
	"slices"
	"time"

	"guildpulse/events"
)

// relearn asks Discord for the servers that have counts and whose structure this
// process does not know: a session that is resumed after a restart is not told of
// them again, and what was told in the last second before a kill may be lost.
func (s *server) relearn(ctx context.Context) error {
	for _, id := range s.stats.Guilds() {
		if g, known := s.names.Guild(id); known && len(g.Roles) > 0 {
			continue
		}
		if err := s.relearnOne(ctx, id); err != nil && ctx.Err() == nil {
			s.app.log.Warn("server not asked for; it is not on the dashboard until Discord tells of it", "guild", id, "error", err)
		}
	}
	return nil
}

func (s *server) relearnOne(ctx context.Context, id uint64) error {
	g, channels, err := s.rest.Structure(ctx, id)
	if err != nil {
		return err
	}
	s.names.PutGuild(g, channels)
	hidden := s.names.Hidden(id)
	if slices.Equal(hidden, s.stats.Hidden(id)) {
		return nil
	}
	c, err := events.NewControl(events.ControlVisibility, id, time.Now().UnixMilli(), events.Visibility{Hidden: hidden})
	if err != nil {
		return err
	}
	return s.pipe.Settle(ctx, c)
}

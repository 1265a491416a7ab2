package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"guildpulse/persist"
)

// States implements persist.View.
func (v *view) States(ctx context.Context) ([]persist.GuildState, error) {
	return collect(ctx, v.tx, "settings", sqlStates, scanState)
}

func scanState(rows *sql.Rows, s *persist.GuildState) error {
	var guild int64
	var chosen bool
	var hidden sql.NullString
	if err := rows.Scan(&guild, &s.Settings, &chosen, &hidden); err != nil {
		return err
	}
	s.Guild = unsigned(guild)
	if chosen && s.Settings == nil {
		s.Settings = []byte{}
	}
	if !hidden.Valid {
		return nil
	}
	var channels []int64
	if err := json.Unmarshal([]byte(hidden.String), &channels); err != nil {
		return err
	}
	s.Hidden = make([]uint64, len(channels))
	for i, channel := range channels {
		s.Hidden[i] = unsigned(channel)
	}
	return nil
}

// OptOuts implements persist.View.
func (v *view) OptOuts(ctx context.Context) ([]persist.OptOut, error) {
	return collect(ctx, v.tx, "opt-outs", sqlOptOuts, func(rows *sql.Rows, p *persist.OptOut) error {
		var guild, member int64
		err := rows.Scan(&guild, &member)
		p.Guild, p.Member, p.Out = unsigned(guild), unsigned(member), true
		return err
	})
}

// OpenVoice implements persist.View.
func (v *view) OpenVoice(ctx context.Context) ([]persist.VoiceSession, error) {
	return collect(ctx, v.tx, "voice sessions", sqlOpenVoice, func(rows *sql.Rows, s *persist.VoiceSession) error {
		var guild, member, channel int64
		err := rows.Scan(&guild, &member, &s.Opened, &channel, &s.Proof, &s.Closed, &s.Flags)
		s.Guild, s.Member, s.Channel = unsigned(guild), unsigned(member), unsigned(channel)
		return err
	})
}

// Gaps implements persist.View.
func (v *view) Gaps(ctx context.Context, from, to int64) ([]persist.Gap, error) {
	return collect(ctx, v.tx, "gaps", sqlGaps, func(rows *sql.Rows, g *persist.Gap) error {
		return rows.Scan(&g.Shard, &g.From, &g.To, &g.State)
	}, from, to)
}

// Emoji implements persist.View.
func (v *view) Emoji(ctx context.Context, guild uint64) ([]persist.Emoji, error) {
	return collect(ctx, v.tx, "emoji", sqlEmoji, func(rows *sql.Rows, e *persist.Emoji) error {
		var owner, id int64
		err := rows.Scan(&owner, &e.Number, &id, &e.Name)
		e.Guild, e.ID = unsigned(owner), unsigned(id)
		return err
	}, signed(guild))
}

package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"guildpulse/events"
	"guildpulse/persist"
)

// States implements persist.View.
func (v *view) States(ctx context.Context) ([]persist.GuildState, error) {
	return collect(ctx, v.tx, "settings", scanState, sqlStates)
}

func scanState(row pgx.CollectableRow) (persist.GuildState, error) {
	var s persist.GuildState
	var guild int64
	var hidden []int64
	if err := row.Scan(&guild, &s.Settings, &hidden); err != nil {
		return s, err
	}
	s.Guild = unsigned(guild)
	if hidden != nil {
		s.Hidden = make([]uint64, len(hidden))
	}
	for i, channel := range hidden {
		s.Hidden[i] = unsigned(channel)
	}
	return s, nil
}

// OptOuts implements persist.View.
func (v *view) OptOuts(ctx context.Context) ([]persist.OptOut, error) {
	return collect(ctx, v.tx, "opt-outs", scanOptOut, sqlOptOuts)
}

func scanOptOut(row pgx.CollectableRow) (persist.OptOut, error) {
	var guild, member int64
	err := row.Scan(&guild, &member)
	return persist.OptOut{Guild: unsigned(guild), Member: unsigned(member), Out: true}, err
}

// OpenVoice implements persist.View.
func (v *view) OpenVoice(ctx context.Context) ([]persist.VoiceSession, error) {
	return collect(ctx, v.tx, "voice sessions", scanVoice, sqlOpenVoice)
}

func scanVoice(row pgx.CollectableRow) (persist.VoiceSession, error) {
	var s persist.VoiceSession
	var guild, member, channel int64
	var flags int16
	err := row.Scan(&guild, &member, &s.Opened, &channel, &s.Proof, &s.Closed, &flags)
	s.Guild, s.Member, s.Channel = unsigned(guild), unsigned(member), unsigned(channel)
	s.Flags = events.Flags(flags) // as it was written
	return s, err
}

// Gaps implements persist.View.
func (v *view) Gaps(ctx context.Context, from, to int64) ([]persist.Gap, error) {
	return collect(ctx, v.tx, "gaps", scanGap, sqlGaps, from, to)
}

func scanGap(row pgx.CollectableRow) (persist.Gap, error) {
	var g persist.Gap
	var shard int32
	var state int16
	err := row.Scan(&shard, &g.From, &g.To, &state)
	g.Shard, g.State = uint16(shard), persist.GapState(state) // as it was written
	return g, err
}

// Emoji implements persist.View.
func (v *view) Emoji(ctx context.Context, guild uint64) ([]persist.Emoji, error) {
	return collect(ctx, v.tx, "emoji", func(row pgx.CollectableRow) (persist.Emoji, error) {
		var e persist.Emoji
		var owner, number, id int64
		err := row.Scan(&owner, &number, &id, &e.Name)
		e.Guild, e.Number, e.ID = unsigned(owner), uint32(number), unsigned(id) // as it was written
		return e, err
	}, sqlEmoji, signed(guild))
}

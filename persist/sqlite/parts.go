package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"guildpulse/persist"
)

// addSpans writes one span after another. Each takes out what it overlaps and
// stands for the union.
func addSpans(ctx context.Context, tx *transaction, b *persist.Batch) error {
	for _, s := range b.Spans {
		swallowed, err := collect(ctx, tx, "spans", sqlSwallowSpans, scanBounds,
			signed(s.Guild), signed(s.Channel), signed(s.Lo), signed(s.Hi))
		if err != nil {
			return err
		}
		for _, old := range swallowed {
			s.Lo, s.Hi = min(s.Lo, old.Lo), max(s.Hi, old.Hi)
		}
		_, err = tx.exec(ctx, sqlInsertSpan,
			signed(s.Guild), signed(s.Channel), signed(s.Lo), signed(s.Hi), int64(s.Source))
		if err != nil {
			return err
		}
	}
	return nil
}

func scanBounds(rows *sql.Rows, s *persist.Span) error {
	var lo, hi int64
	err := rows.Scan(&lo, &hi)
	s.Lo, s.Hi = unsigned(lo), unsigned(hi)
	return err
}

func addGaps(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return each(ctx, tx, sqlUpsertGap, b.Gaps, func(g *persist.Gap) []any {
		return []any{int64(g.Shard), g.From, g.To, int64(g.State)}
	})
}

func addVoice(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return each(ctx, tx, sqlUpsertVoice, b.Voice, func(v *persist.VoiceSession) []any {
		return []any{signed(v.Guild), signed(v.Member), v.Opened, signed(v.Channel), v.Proof, v.Closed, int64(v.Flags)}
	})
}

func addEmoji(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return each(ctx, tx, sqlUpsertEmoji, b.Emoji, func(e *persist.Emoji) []any {
		return []any{signed(e.Guild), int64(e.Number), signed(e.ID), persist.CleanText(e.Name)}
	})
}

func addStates(ctx context.Context, tx *transaction, b *persist.Batch) error {
	return each(ctx, tx, sqlUpsertState, b.States, func(s *persist.GuildState) []any {
		return []any{signed(s.Guild), blob(s.Settings), channelList(s.Hidden)}
	})
}

// blob keeps apart what is nil and what is empty.
func blob(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

func channelList(ids []uint64) any {
	if ids == nil {
		return nil
	}
	return jsonIDs(ids)
}

// jsonIDs writes ids as a JSON array of integers, as SQLite knows them.
func jsonIDs(ids []uint64) string {
	numbers := make([]int64, len(ids))
	for i, id := range ids {
		numbers[i] = signed(id)
	}
	text, err := json.Marshal(numbers)
	if err != nil {
		panic(err) // integers can be written
	}
	return string(text)
}

func addOptOuts(ctx context.Context, tx *transaction, b *persist.Batch) error {
	for _, p := range b.OptOuts {
		query := sqlDeleteOptOut
		if p.Out {
			query = sqlInsertOptOut
		}
		if _, err := tx.exec(ctx, query, signed(p.Guild), signed(p.Member)); err != nil {
			return err
		}
	}
	return nil
}

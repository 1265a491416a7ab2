package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"guildpulse/persist"
)

// Apply implements persist.Store. See the package's comment for its statements.
func (s *Store) Apply(ctx context.Context, b *persist.Batch) error {
	if err := b.Check(); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	months := s.months.missing(b.Rows)
	options := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	err := pgx.BeginTxFunc(ctx, s.writer, options, func(tx pgx.Tx) error {
		return s.flush(ctx, tx, b, months)
	})
	if err != nil {
		return fmt.Errorf("apply [%d, %d): %w", b.From, b.To, failure(ctx, err))
	}
	s.months.add(months.names)
	s.tracer.committed(b)
	return nil
}

// flush is what happens between BEGIN and COMMIT.
func (s *Store) flush(ctx context.Context, tx pgx.Tx, b *persist.Batch, months monthList) error {
	swallowed, err := s.fence(ctx, tx, b, months)
	if err != nil {
		return err
	}
	if err := rezone(ctx, tx, b.Rezone); err != nil {
		return err
	}
	if err := s.stage(ctx, tx, b); err != nil {
		return err
	}
	return upsert(ctx, tx, b, mergeSpans(swallowed, b.Spans))
}

var errRefused = errors.New("the cursor is elsewhere")

// fence moves the cursor, or finds out why it may not. In the same round trip go
// the statements whose answers are needed first: what they did is undone with
// everything else when the fence holds.
func (s *Store) fence(ctx context.Context, tx pgx.Tx, b *persist.Batch, months monthList) ([]persist.Span, error) {
	var batch pgx.Batch
	batch.Queue(sqlFence, signed(b.Epoch), signed(b.From), signed(b.To)).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 {
			return errRefused
		}
		return nil
	})
	if len(months.names) > 0 {
		batch.Queue(sqlAddQuarters, months.names, months.lows, months.highs)
	}
	var swallowed []persist.Span
	if len(b.Spans) > 0 {
		queueSwallow(&batch, b.Spans, &swallowed)
	}
	err := tx.SendBatch(ctx, &batch).Close()
	if errors.Is(err, errRefused) {
		return nil, refusal(ctx, tx, b)
	}
	if err != nil {
		return nil, fmt.Errorf("fence: %w", err)
	}
	return swallowed, nil
}

func refusal(ctx context.Context, tx pgx.Tx, b *persist.Batch) error {
	cursor, err := readCursor(ctx, tx)
	if err != nil {
		return err
	}
	if err := cursor.Refuse(b); err != nil {
		return err
	}
	return persist.ErrCursor // it came to where the batch begins only after the fence had looked
}

// upsert adds what is staged and the small parts, in one round trip. An empty
// part costs nothing.
func upsert(ctx context.Context, tx pgx.Tx, b *persist.Batch, spans []persist.Span) error {
	var batch pgx.Batch
	if len(b.Rows) > 0 {
		batch.Queue(sqlUpsertQuarters)
	}
	if len(b.Days) > 0 {
		batch.Queue(sqlUpsertDays)
	}
	if len(b.Months) > 0 {
		batch.Queue(sqlUpsertMonths)
	}
	queueSpans(&batch, spans)
	queueGaps(&batch, b.Gaps)
	queueVoice(&batch, b.Voice)
	queueEmoji(&batch, b.Emoji)
	queueStates(&batch, b.States)
	queueOptOuts(&batch, b.OptOuts)
	if batch.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("upsert: %w", err)
	}
	return nil
}

package stats

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"io"
	"slices"

	"guildpulse/internal/guild"
	"guildpulse/persist"
	"guildpulse/sketch"
)

// AgeSnapshot makes of a snapshot one of before distinct counts had a form: they
// were HyperLogLogs then.
func AgeSnapshot(b []byte, key sketch.Key) ([]byte, error) {
	var out bytes.Buffer
	enc, dec := gob.NewEncoder(&out), gob.NewDecoder(bytes.NewReader(b))
	for {
		var s storedServer
		if err := dec.Decode(&s); errors.Is(err, io.EOF) {
			return out.Bytes(), nil
		} else if err != nil {
			return nil, err
		}
		s.Distinct = 0
		for d := range s.Days {
			var err error
			if s.Days[d], err = sketch.NewHyperLogLog(dayPrecision, key).MarshalBinary(); err != nil {
				return nil, err
			}
		}
		if err := enc.Encode(&s); err != nil {
			return nil, err
		}
	}
}

// RebuildDue rebuilds every server that needs it, as Run does.
func (t *Stats) RebuildDue(ctx context.Context) error {
	for _, s := range t.all() {
		s.mu.RLock()
		due := s.stale != 0 || s.late
		s.mu.RUnlock()
		if due {
			if err := t.rebuild(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// TendStandings does what Run does now and then.
func (t *Stats) TendStandings(ctx context.Context) { t.tendStandings(ctx) }

// Standings returns how many rankings a server has in memory.
func (t *Stats) Standings(id uint64) int { return len(t.lookup(id).heldStandings()) }

// Excess returns which of rankings with these sizes and times of use must go.
func Excess(sizes []int, used []int64, limit int) (gone []int) {
	var all []held
	for i := range sizes {
		all = append(all, held{size: sizes[i], used: used[i]})
	}
	for _, h := range excess(all, limit) {
		gone = append(gone, slices.Index(used, h.used))
	}
	return gone
}

// Stored returns the questions into which one over days is cut.
func Stored(from, to guild.Day, by persist.Dimension) []persist.SumQuery {
	q := question{by: by, span: days{from, to}}
	return q.stored(1, nil)
}

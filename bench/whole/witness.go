package whole

import (
	"context"
	"sync"
	"time"

	"guildpulse/events"
	"guildpulse/internal/report"
)

// witness is the member who leads the server, and whose messages are timed: from before
// a frame is written to the socket until a top-1 read shows that the message counts.
//
// It stands in the place of memory, and asks right after each batch is applied, in the
// same goroutine. Earlier nobody can see the batch, for it is applied under the server's
// lock; a reader who polls would only add the time between two of its looks.
type witness struct {
	memory

	mu    sync.Mutex
	sent  []time.Time // of the witness's messages
	shown int         // of them
	lead  int         // messages of before
	took  []float64   // µs
}

// witnessID is the member whom Zipf makes the most active.
var witnessID = memberID(0)

// witnessLead keeps the witness at the top, whoever writes meanwhile.
const witnessLead = 1 << 16

// prepare gives the witness its lead.
func (w *witness) prepare() error {
	b := events.Batch{First: 1, Source: events.SourceLive}
	at := time.Now().Add(-2 * time.Hour).UnixMilli()
	for i := range uint32(witnessLead) {
		b.Events = append(b.Events, events.Message(events.Origin{}, serverID(0), channelID(serverID(0), 0),
			events.MakeSnowflake(at, i), witnessID, 0))
	}
	if err := w.memory.Apply(&b); err != nil {
		return err
	}
	w.lead = w.count()
	return nil
}

// count asks how many messages of the witness are visible.
func (w *witness) count() int {
	top, err := w.Top(context.Background(), report.TopQuery{
		Guild: serverID(0), Subject: report.Members, Metric: report.Messages, Period: report.All, Limit: 1,
	})
	if err != nil || len(top.Places) == 0 || top.Places[0].ID != witnessID {
		return 0
	}
	return int(top.Places[0].Value)
}

// Apply implements pipeline.Memory.
func (w *witness) Apply(b *events.Batch) error {
	if err := w.memory.Apply(b); err != nil {
		return err
	}
	visible := w.count() - w.lead
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	for ; w.shown < min(visible, len(w.sent)); w.shown++ {
		w.took = append(w.took, float64(now.Sub(w.sent[w.shown]).Nanoseconds())/1e3)
	}
	return nil
}

// sends says that n of the witness's messages are about to be sent.
func (w *witness) sends(at time.Time, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for range n {
		w.sent = append(w.sent, at)
	}
}

// await returns what the messages since the last call took, in µs, once all are visible.
func (w *witness) await(ctx context.Context) ([]float64, error) {
	for {
		w.mu.Lock()
		if w.shown == len(w.sent) {
			took := w.took
			w.took = nil
			w.mu.Unlock()
			return took, nil
		}
		w.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

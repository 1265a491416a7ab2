package main

import (
	"fmt"

	"guildpulse/internal/report"
)

// count lists the counters of the way of an event, in its order.
func (s *server) count(out *report.Status) {
	r, p, j, db := s.reader.Stats(), s.pipe.Stats(), s.journal.Stats(), s.store.Stats()
	add := func(name, help string, v uint64) {
		out.Counters = append(out.Counters, report.Counter{Name: name, Help: help, Value: v})
	}
	add("frames_total", "gateway frames read", r.Frames)
	decoded := uint64(0)
	for _, n := range r.Events {
		decoded += n
	}
	add("events_decoded_total", "events made of them", decoded)
	filtered := uint64(0)
	for _, n := range r.Filtered {
		filtered += n
	}
	add("events_filtered_total", "messages of bots, webhooks and the system", filtered)
	add("frames_malformed_total", "frames that could not be read", r.Malformed)
	add("ring_waits_total", "times that a reader waited on a full ring", p.Waited)
	add("events_replayed_total", "events that came twice from Discord", p.Replayed)
	add("messages_covered_total", "messages that were counted before", p.Covered)
	add("events_refused_total", "events of people or channels that are not counted", p.Refused)
	add("events_journaled_total", "events made durable", p.Journaled)
	add("records_applied_total", "journal records in memory", p.Applied)
	add("records_flushed_total", "journal records in the database", p.Flushed)
	// The reader was read first: what it handed over and the ring did not take is lost.
	add("events_dropped_total", "events lost between reader and ring", decoded-min(decoded, p.Pushed))
	add("journal_syncs_total", "syncs of the journal", j.Syncs)
	add("store_rows_total", "rows written", db.Rows)
	add("store_transactions_total", "transactions", db.Transactions)
	add("store_statements_total", "statements, BEGIN and COMMIT included", db.Statements)
	add("store_retries_total", "tries that the database refused because it was away", p.Retries)
	add("connects_total", "connections to the gateway", r.Connects)
	add("resumes_total", "sessions resumed", r.Resumes)
	add("identifies_total", "sessions begun", r.Identifies)
	out.Lags = append(out.Lags, report.Lag{
		Cursor: "store", Next: uint64(p.Stored), Behind: uint64(p.Durable - min(p.Stored, p.Durable)),
	})
	if err := s.journal.Stalled(); err != nil {
		out.Notes = append(out.Notes, fmt.Sprintf("The journal cannot be written: %v. Nothing is lost; it is tried again.", err))
	}
}

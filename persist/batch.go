package persist

import "guildpulse/events"

// Cursor is how far a store has come.
type Cursor struct {
	Next    events.Seq // the next journal record to apply
	Epoch   uint64     // grows by one with each process that opens the store
	Journal [16]byte   // the journal that Next counts in; zero in a new store
}

// Batch is what one flush commits, in one transaction.
type Batch struct {
	From, To events.Seq // records [From, To) of the journal; From must be the cursor
	Epoch    uint64     // of the writing process

	Rows   []Row    // sorted by key, one per key
	Days   []RollUp // sorted by key, one per key: server-local days
	Months []RollUp // sorted by key, one per key: server-local months

	// Rezone lists servers whose zone changed at From: their roll-ups are rebuilt
	// from the quarters before anything else of the batch is applied.
	Rezone []Rezone

	Spans   []Span // in the order in which they closed
	Gaps    []Gap
	Voice   []VoiceSession
	Emoji   []Emoji
	States  []GuildState
	OptOuts []OptOut // in order
}

// Rezone tells a store how to cut a server's days anew. Cut returns the local day
// and month of a quarter.
type Rezone struct {
	Guild uint64
	Cut   func(quarter int32) (day, month int32)
}

// Empty reports whether the batch changes nothing but the cursor.
func (b *Batch) Empty() bool {
	return len(b.Rows)+len(b.Days)+len(b.Months)+len(b.Rezone)+len(b.Spans)+len(b.Gaps)+
		len(b.Voice)+len(b.Emoji)+len(b.States)+len(b.OptOuts) == 0
}

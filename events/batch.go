package events

// Seq is a position in the journal: the number of a record, counted from 1 over
// the journal's whole life. Each event takes one, each control takes one. As a
// cursor it names the next record to read.
type Seq uint64

// Batch is a run of records as they stand in the journal: either events, with
// their source, or one control.
type Batch struct {
	First   Seq // sequence of the first record
	Source  Source
	Events  []Event
	Control *Control // nil unless this batch is a control
}

// Len returns how many sequences the batch takes.
func (b *Batch) Len() int {
	if b.Control != nil {
		return 1
	}
	return len(b.Events)
}

// Next returns the sequence that follows the batch.
func (b *Batch) Next() Seq { return b.First + Seq(b.Len()) }

package persist

import "fmt"

// Refuse tells why a store that stands at c does not take b: ErrFenced when b is
// another process's, ErrCursor when b begins elsewhere. It is nil when the store
// takes it.
func (c Cursor) Refuse(b *Batch) error {
	if b.Epoch != c.Epoch {
		return fmt.Errorf("%w: it is in epoch %d, the batch is of epoch %d", ErrFenced, c.Epoch, b.Epoch)
	}
	if b.From != c.Next {
		return fmt.Errorf("%w: it is at %d, the batch is [%d, %d)", ErrCursor, c.Next, b.From, b.To)
	}
	return nil
}

// Check finds the mistake that would let a batch be applied twice: one that holds
// something must move the cursor.
func (b *Batch) Check() error {
	if b.To < b.From || b.To == b.From && !b.Empty() {
		return fmt.Errorf("a batch of records [%d, %d) does not move the cursor", b.From, b.To)
	}
	return nil
}

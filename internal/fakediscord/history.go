package fakediscord

import "slices"

// Marks say what a message carries that a program without the message content
// intent can see. They are the flags of [Line] and of the stored columns.
type Marks uint8

// Marks of a message.
const (
	MarkReply      Marks = 1 << iota // answers another message
	MarkSticker                      // sticker_items arrive without any intent
	MarkAttachment                   // seen with the message content intent only
	MarkPoll                         // likewise
	MarkWebhook                      // posted by a webhook, not by a member
	markOwn                          // posted by the application itself
)

// history holds a channel's messages as columns in ascending order of ids: 14
// bytes a message, nothing for the garbage collector to follow. Appending is
// amortised O(1), finding O(log n), inserting out of order and removing O(n).
type history struct {
	ids     []uint64
	authors []uint32 // numbers in people
	types   []uint8
	marks   []Marks
}

// row is one message of the columns.
type row struct {
	id     uint64
	author uint32
	typ    uint8
	marks  Marks
}

// len returns the number of messages.
func (h *history) len() int { return len(h.ids) }

// row returns message i.
func (h *history) row(i int) row {
	return row{id: h.ids[i], author: h.authors[i], typ: h.types[i], marks: h.marks[i]}
}

// add puts a message in its place and reports whether it was new.
func (h *history) add(r row) bool {
	n := len(h.ids)
	if n == 0 || h.ids[n-1] < r.id {
		h.ids = append(h.ids, r.id)
		h.authors = append(h.authors, r.author)
		h.types = append(h.types, r.typ)
		h.marks = append(h.marks, r.marks)
		return true
	}
	i, found := slices.BinarySearch(h.ids, r.id)
	if found {
		return false
	}
	h.ids = slices.Insert(h.ids, i, r.id)
	h.authors = slices.Insert(h.authors, i, r.author)
	h.types = slices.Insert(h.types, i, r.typ)
	h.marks = slices.Insert(h.marks, i, r.marks)
	return true
}

// find returns the message with an id.
func (h *history) find(id uint64) (row, bool) {
	i, found := slices.BinarySearch(h.ids, id)
	if !found {
		return row{}, false
	}
	return h.row(i), true
}

// remove takes a message away and reports whether it was there.
func (h *history) remove(id uint64) bool {
	i, found := slices.BinarySearch(h.ids, id)
	if !found {
		return false
	}
	h.ids = slices.Delete(h.ids, i, i+1)
	h.authors = slices.Delete(h.authors, i, i+1)
	h.types = slices.Delete(h.types, i, i+1)
	h.marks = slices.Delete(h.marks, i, i+1)
	return true
}

// between counts the messages with lo ≤ id < hi.
func (h *history) between(lo, hi uint64) int {
	from, _ := slices.BinarySearch(h.ids, lo)
	to, _ := slices.BinarySearch(h.ids, hi)
	return to - from
}

// page is a question for one page of history. At most one bound is set; none
// means the newest messages.
type page struct {
	before, after, around uint64
	limit                 int
}

// page returns the messages asked for, newest first, as Discord does: of those
// after an id the oldest ones, of those before it the newest.
func (h *history) page(p page) []row {
	from, to := h.span(p)
	out := make([]row, 0, to-from)
	for i := to - 1; i >= from; i-- {
		out = append(out, h.row(i))
	}
	return out
}

// span returns the positions [from, to) of a page.
func (h *history) span(p page) (from, to int) {
	n := len(h.ids)
	switch {
	case p.after != 0:
		from, _ = slices.BinarySearch(h.ids, p.after+1)
		return from, min(from+p.limit, n)
	case p.before != 0:
		to, _ = slices.BinarySearch(h.ids, p.before)
	case p.around != 0:
		at, _ := slices.BinarySearch(h.ids, p.around)
		from = max(at-p.limit/2, 0)
		return from, min(from+p.limit, n)
	default:
		to = n
	}
	return max(to-p.limit, 0), to
}

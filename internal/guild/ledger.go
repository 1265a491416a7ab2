package guild

import (
	"errors"
	"slices"
)

// ErrTooOld is what [Ledger.Add] says of a row of a day that it no longer holds.
var ErrTooOld = errors.New("row is older than the ledger")

// Ledger holds a member's rows of two local days, the latest it was told of and
// the one before, and says what each further row changes. The sum of all changes
// of a quarter is what [Rules.Points] gives for the final rows, to within
// rounding: a board that adds them up needs no recount.
//
// The zero Ledger is that of a member who has no rows at all. For others
// [Ledger.Load] it first. A ledger belongs to rules of one zone; when the zone
// changes, load it anew. Other changes of the rules leave it valid: it holds what
// happened, not what it was worth.
//
// Its caller keeps out rows from the future: they move the ledger on, and today
// is then too old for it.
//
// A Ledger takes 40 bytes and 16 for each category, quarter and channel in which
// the member did something, about 1 KB for a busy day. It is not safe for
// concurrent use.
type Ledger struct {
	days
	cells []cell // in order; offsets count from yesterday
}

// days are the first quarters of the days that a ledger holds, and of the next.
type days struct{ yesterday, today, tomorrow int32 }

// Change is by how much the points of a quarter differ from before.
type Change struct {
	Quarter int32
	Diff    float64
}

// Load makes the ledger hold rows alone, in any order: all of the member's rows
// of today and the day before. Older rows are passed over.
func (l *Ledger) Load(r *Rules, today Day, rows []Row) {
	*l = Ledger{cells: l.cells[:0]}
	l.advance(r.zone, today)
	l.fill(r, rows)
}

// fill adds rows to a ledger, and does not tell what changes by them.
func (l *Ledger) fill(r *Rules, rows []Row) {
	for i := range rows {
		if !l.reach(r.zone, rows[i].Quarter) {
			continue
		}
		if c, ok := cellOf(&rows[i], l.yesterday); ok {
			at, found := l.find(c)
			l.put(at, found, c)
		}
	}
}

// Add adds a row, or what came to a row, and appends to dst by how much the
// points of quarters change by it: of the row's quarter, and where a daily cap is
// reached of later ones of that day, in order of time. A quarter that does not
// change is left out. Counts may be negative.
//
// A row of a later day than any before makes the ledger forget all but the day
// before that. A row of a day that it no longer holds is refused with ErrTooOld
// and changes nothing: its caller rebuilds the member from rows.
//
// O(log n) for another message of a minute in which the member wrote there already,
// as most are; else O(n) of the day's rows of that category. No allocation while
// there is room in dst and the ledger.
func (l *Ledger) Add(r *Rules, delta Row, dst []Change) ([]Change, error) {
	if _, scores := CategoryOf(delta.Kind); !scores {
		return dst, nil
	}
	if !l.reach(r.zone, delta.Quarter) {
		return dst, ErrTooOld
	}
	c, _ := cellOf(&delta, l.yesterday)
	i, found := l.find(c)
	if found && l.cells[i].repeats(c) {
		l.cells[i].merge(c)
		return dst, nil
	}
	before := r.gross(l.group(i, c))
	l.put(i, found, c)
	after := r.gross(l.group(i, c))
	if before == after {
		return dst, nil
	}
	return l.spread(r, dst, c, before, after), nil
}

// spread appends the changes of a day in which the worth of one group, to which the
// cell belongs, went from before to after.
func (l *Ledger) spread(r *Rules, dst []Change, changed cell, before, after float64) []Change {
	begin, end := l.dayOf(changed)
	paidBefore := r.caps[changed.category()] // what the cap still leaves
	paidAfter := paidBefore
	for i := begin; i < end; {
		group := l.cells[i : i+groupLen(l.cells[i:end])]
		i += len(group)
		was, is := before, after
		if group[0].group() != changed.group() {
			was = r.gross(group)
			is = was
		}
		was, is = min(was, paidBefore), min(is, paidAfter)
		paidBefore, paidAfter = paidBefore-was, paidAfter-is
		if was != is {
			dst = append(dst, Change{l.yesterday + group[0].offset(), is - was})
		}
		if group[0].group() >= changed.group() && paidBefore == paidAfter {
			break
		}
	}
	return dst
}

// Advance makes the ledger forget all before the day that precedes today, to give
// memory back. It never goes back.
func (l *Ledger) Advance(r *Rules, today Day) {
	if _, end := r.zone.Quarters(today, today); end > l.tomorrow {
		l.advance(r.zone, today)
	}
}

// Len returns how many cells of 16 bytes the ledger holds.
func (l *Ledger) Len() int { return len(l.cells) }

// reach makes sure that a quarter's day is held, or reports that it is too old.
func (l *Ledger) reach(z *Zone, quarter int32) bool {
	if quarter >= l.tomorrow {
		l.advance(z, z.DayOfQuarter(quarter))
	}
	return quarter >= l.yesterday
}

// advance makes a later day today.
func (l *Ledger) advance(z *Zone, today Day) {
	shift := l.days.advance(z, today)
	l.cells = fit(forget(l.cells, shift))
}

// advance returns by how many quarters yesterday moves.
func (d *days) advance(z *Zone, today Day) (shift int64) {
	old := d.yesterday
	d.yesterday, _ = z.Quarters(today-1, today-1)
	d.today, d.tomorrow = z.Quarters(today, today)
	return int64(d.yesterday) - int64(old)
}

// forget drops, in place, the cells of before a later yesterday.
func forget(cells []cell, shift int64) []cell {
	kept := cells[:0]
	for _, c := range cells {
		if int64(c.offset()) >= shift {
			c.key -= uint32(shift) << maskBits
			kept = append(kept, c)
		}
	}
	return kept
}

// fit gives back memory that would mostly lie idle.
func fit(cells []cell) []cell {
	if cap(cells) > 16 && cap(cells) > 4*len(cells) {
		return slices.Clone(cells)
	}
	return cells
}

// put merges a cell in, which belongs at position i.
func (l *Ledger) put(i int, found bool, c cell) {
	if found {
		l.cells[i].merge(c)
	} else {
		l.cells = slices.Insert(l.cells, i, c)
	}
}

// group returns the cells of the category and quarter of a cell, of which i is one,
// or the one behind.
func (l *Ledger) group(i int, c cell) []cell {
	begin, end := i, i
	for begin > 0 && l.cells[begin-1].group() == c.group() {
		begin--
	}
	for end < len(l.cells) && l.cells[end].group() == c.group() {
		end++
	}
	return l.cells[begin:end]
}

// dayOf returns which cells are of the same category and day as c.
func (l *Ledger) dayOf(c cell) (begin, end int) {
	from, to := l.yesterday, l.today
	if l.yesterday+c.offset() >= l.today {
		from, to = l.today, l.tomorrow
	}
	begin, _ = l.find(cell{key: keyOf(c.category(), from-l.yesterday)})
	end, _ = l.find(cell{key: keyOf(c.category(), to-l.yesterday)})
	return begin, end
}

// find returns where the cell of the same category, quarter and channel is, or
// belongs.
func (l *Ledger) find(c cell) (i int, found bool) {
	lo, hi := 0, len(l.cells)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if l.cells[mid].before(c) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(l.cells) && !c.before(l.cells[lo])
}

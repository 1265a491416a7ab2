package postgres

import (
	"fmt"
	"math"
	"sync"
	"time"

	"guildpulse/events"
	"guildpulse/persist"
)

// partitions is what is known of the monthly partitions of quarters: a flush asks
// the server for those only that it has not seen.
type partitions struct {
	mu    sync.Mutex
	known map[string]struct{}
}

func newPartitions() *partitions { return &partitions{known: make(map[string]struct{})} }

func (p *partitions) add(names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range names {
		p.known[name] = struct{}{}
	}
}

func (p *partitions) has(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.known[name]
	return ok
}

// missing returns the months of rows whose partitions are not known.
func (p *partitions) missing(rows []persist.Row) monthList {
	var list monthList
	seen := make(map[int]struct{})
	last := month{high: math.MinInt64} // rows of a server come by quarter
	for i := range rows {
		if q := int64(rows[i].Quarter); q >= last.low && q < last.high {
			continue
		}
		last = monthOf(rows[i].Quarter)
		if _, ok := seen[last.number]; ok {
			continue
		}
		seen[last.number] = struct{}{}
		if name := last.name(); !p.has(name) {
			list.add(name, last)
		}
	}
	return list
}

// monthList is the arguments of add_quarters. A nil bound is none.
type monthList struct {
	names       []string
	lows, highs []*int32
}

func (l *monthList) add(name string, m month) {
	l.names = append(l.names, name)
	l.lows = append(l.lows, bound(m.low))
	l.highs = append(l.highs, bound(m.high))
}

func bound(quarter int64) *int32 {
	if quarter < math.MinInt32 || quarter > math.MaxInt32 {
		return nil
	}
	q := int32(quarter)
	return &q
}

// month is a month of UTC in quarters: low ≤ quarter < high, which at the ends of
// time are beyond an int32.
type month struct {
	number    int // year*12 + month-1
	low, high int64
}

func monthOf(quarter int32) month {
	year, m, _ := events.Time(events.QuarterStart(quarter)).Date()
	begin := func(m time.Month) int64 {
		return time.Date(year, m, 1, 0, 0, 0, 0, time.UTC).UnixMilli() / events.QuarterMs // without remainder
	}
	return month{number: year*12 + int(m-1), low: begin(m), high: begin(m + 1)}
}

// name returns the partition's: quarters_2026_11, and quarters_bc0044_03 for
// years before 0, astronomically counted.
func (m month) name() string {
	year, index := m.number/12, m.number%12
	if index < 0 {
		year, index = year-1, index+12
	}
	era := ""
	if year < 0 {
		era, year = "bc", -year
	}
	return fmt.Sprintf("quarters_%s%04d_%02d", era, year, index+1)
}

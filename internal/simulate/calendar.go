package simulate

import "time"

// quarter is the step in which rates are held: every zone's hours begin at one.
const quarter = int64(15 * time.Minute / time.Millisecond)

// calendar tells how lively a moment is in a server's own zone.
//
// The rate of messages at a moment is
//
//	MessagesADay · growth · day · hour / mean
//
// with growth rising in a straight line from the founders' share to 1 at End,
// day the product of weekday, holidays and event days, hour a profile over the
// local clock, and mean such that the 30 days before End average one.
type calendar struct {
	loc   *time.Location
	seed  uint64
	plan  theme
	start int64
	end   int64
	share float64 // of End's size that is there at Start
	mean  float64
}

// moment is a quarter of an hour as the server's clocks show it.
type moment struct {
	day     int // number of the local day since 1970
	month   time.Month
	date    int
	weekday time.Weekday
	hour    int
	minute  int
}

func newCalendar(st *stage, loc *time.Location, plan theme) calendar {
	c := calendar{loc: loc, seed: st.seed, plan: plan, start: st.start, end: st.end, mean: 1}
	years := float64(c.end-c.start) / float64(365*day.Milliseconds())
	c.share = 1 / (1 + float64(0.7*years))
	const days = 30
	sum := 0.0
	for at := c.end - days*day.Milliseconds(); at < c.end; at += quarter {
		sum += float64(c.rate(at, c.local(at)))
	}
	c.mean = sum / days
	return c
}

// local returns what the clocks show at Unix ms at.
func (c *calendar) local(at int64) moment {
	t := time.UnixMilli(at).In(c.loc)
	year, month, date := t.Date()
	midnight := time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
	hour, minute, _ := t.Clock()
	return moment{
		day: int(midnight.Unix() / 86400), month: month, date: date,
		weekday: t.Weekday(), hour: hour, minute: minute,
	}
}

// rate returns the share of a day's messages that the quarter at Unix ms at
// takes: its sum over the days before End averages to one.
func (c *calendar) rate(at int64, m moment) float64 {
	rate := c.growth(at) * c.lively(m) * profile(m) / 4 / c.mean
	if c.evening(m) {
		rate *= 1.5
	}
	return rate
}

// growth returns the server's size at a time, as a share of its size at End.
func (c *calendar) growth(at int64) float64 {
	passed := float64(at-c.start) / float64(c.end-c.start)
	return c.share + float64((1-c.share)*min(max(passed, 0), 1))
}

// lively returns how much goes on that day, about 1.
func (c *calendar) lively(m moment) float64 {
	week := [...]float64{1.10, 0.95, 0.92, 0.95, 0.98, 1.06, 1.13}
	factor := week[m.weekday] * c.dip(m)
	if c.eventful(m.day) {
		factor *= 1.5
	}
	return factor
}

func (c *calendar) dip(m moment) float64 {
	date := int(m.month)*100 + m.date
	for _, d := range c.plan.dips {
		if d.from <= date && date <= d.to {
			return d.factor
		}
	}
	return 1
}

// eventful reports whether the day is one of the eight or so in a year on
// which something happens that everybody talks about.
func (c *calendar) eventful(day int) bool { return mix(c.seed, 'E', uint64(day))%45 == 0 }

// evening reports whether it is the hours of the weekly evening.
func (c *calendar) evening(m moment) bool {
	return m.weekday == c.plan.event && m.hour >= 20 && m.hour < 23
}

// newcomers returns how many people find the server that day, about 1: event
// days draw them, and the days after still do.
func (c *calendar) newcomers(m moment) float64 {
	factor := c.dip(m)
	if m.weekday == time.Saturday || m.weekday == time.Sunday {
		factor *= 1.35
	}
	switch {
	case c.eventful(m.day):
		return factor * 4
	case c.eventful(m.day - 1):
		return factor * 2.5
	case c.eventful(m.day - 2):
		return factor * 1.5
	}
	return factor
}

// profile returns an hour's share of a day's talk, straight between the hours.
func profile(m moment) float64 {
	weekday := [24]int{30, 16, 9, 6, 4, 5, 9, 18, 30, 38, 42, 46, 62, 58, 48, 48, 54, 64, 78, 92, 100, 96, 78, 50}
	weekend := [24]int{46, 30, 18, 10, 7, 6, 8, 14, 26, 42, 56, 64, 68, 70, 72, 74, 76, 80, 86, 94, 100, 96, 84, 62}
	hours, sum := &weekday, 1081
	if m.weekday == time.Saturday || m.weekday == time.Sunday {
		hours, sum = &weekend, 1289
	}
	from, to := hours[m.hour], hours[(m.hour+1)%24]
	return float64(from*(60-m.minute)+to*m.minute) / float64(60*sum)
}

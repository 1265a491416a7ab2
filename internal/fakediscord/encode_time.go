package fakediscord

const (
	dayMs       = 24 * 3600 * 1000
	daysTo1970  = 719468 // from 0000-03-01
	daysOf400   = 146097 // years
	digits      = "0123456789"
	zeroSubtail = "000+00:00\""
)

// appendTime appends a Unix millisecond as Discord writes times, in UTC with
// microseconds: "2026-02-03T04:05:06.789000+00:00". There are two or three of
// them in a message, and time.Format takes four times as long.
//
// The date comes of counting days from 1 March of year 0, so that the day that
// is sometimes missing is the last of its year (Hinnant, chrono-compatible
// low-level date algorithms, 2013). Years below 0 and above 9999 do not occur.
func appendTime(b []byte, ms int64) []byte {
	days := ms / dayMs
	rest := ms % dayMs
	if rest < 0 {
		days, rest = days-1, rest+dayMs
	}
	year, month, day := civil(days)
	b = append(b, '"')
	b = append2(append2(b, year/100), year%100)
	b = append2(append(b, '-'), month)
	b = append2(append(b, '-'), day)
	b = append2(append(b, 'T'), int(rest/3600_000))
	b = append2(append(b, ':'), int(rest/60_000%60))
	b = append2(append(b, ':'), int(rest/1000%60))
	b = append(b, '.', digits[rest/100%10], digits[rest/10%10], digits[rest%10])
	return append(b, zeroSubtail...)
}

// civil returns the date of a day counted from 1970-01-01.
func civil(days int64) (year, month, day int) {
	z := days + daysTo1970
	era := z / daysOf400
	if z < 0 {
		era = (z - daysOf400 + 1) / daysOf400
	}
	ofEra := z - era*daysOf400
	years := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/(daysOf400-1)) / 365
	ofYear := ofEra - (365*years + years/4 - years/100)
	fromMarch := (5*ofYear + 2) / 153
	day = int(ofYear-(153*fromMarch+2)/5) + 1
	month = int(fromMarch) + 3
	year = int(years + era*400)
	if month > 12 {
		month, year = month-12, year+1
	}
	return year, month, day
}

// append2 appends a number below 100 with two digits.
func append2(b []byte, n int) []byte { return append(b, digits[n/10%10], digits[n%10]) }

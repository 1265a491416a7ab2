package discord

import (
	"fmt"
	"strconv"
	"strings"

	"guildpulse/internal/report"
)

// pageSize is how many places a page of /top has.
const pageSize = 10

// maxOffset bounds what a button may ask for: no server is larger.
const maxOffset = 10_000_000

// pageState is all that a button of /top knows, in its custom_id, so that it works
// after a restart and on any process:
//
//	1/top/members/score/7d/20/1000000000000000005/n
//	│ │   │       │     │  │  │                   └ which button: ids must differ
//	│ │   │       │     │  │  └ who asked, and alone may turn the page
//	│ │   │       │     │  └ places before the page
//	│ │   │       │     └ period
//	│ │   │       └ metric
//	│ │   └ subject
//	│ └ command
//	└ version
//
// It has at most 71 characters of the 100 that Discord allows. A custom_id comes
// back from Discord as it was given, but may be years old.
type pageState struct {
	subject report.Subject
	metric  report.Metric
	period  report.Period
	offset  int
	user    uint64
}

// customID writes the state for one button.
func (p pageState) customID(which string) string {
	return strings.Join([]string{
		"1", "top", string(p.subject), string(p.metric), string(p.period), strconv.Itoa(p.offset), id(p.user), which,
	}, "/")
}

// parseCustomID reads a state. Error: errStale.
func parseCustomID(s string) (p pageState, err error) {
	parts := strings.Split(s, "/")
	if len(parts) != 8 || parts[0] != "1" || parts[1] != "top" {
		return p, fmt.Errorf("%w: %d parts", errStale, len(parts))
	}
	p.subject = report.Subject(parts[2])
	if p.subject != report.Members && p.subject != report.Channels {
		return p, fmt.Errorf("%w: subject", errStale)
	}
	if p.metric, err = report.ParseMetric(parts[3]); err != nil || parts[3] == "" {
		return p, fmt.Errorf("%w: metric", errStale)
	}
	if p.period, err = report.ParsePeriod(parts[4]); err != nil || parts[4] == "" {
		return p, fmt.Errorf("%w: period", errStale)
	}
	if p.offset, err = strconv.Atoi(parts[5]); err != nil || p.offset < 0 || p.offset > maxOffset {
		return p, fmt.Errorf("%w: offset", errStale)
	}
	if p.user, err = strconv.ParseUint(parts[6], 10, 64); err != nil {
		return p, fmt.Errorf("%w: user", errStale)
	}
	return p, nil
}

// at returns the state of another page.
func (p pageState) at(offset int) pageState {
	p.offset = min(max(offset, 0), maxOffset)
	return p
}

// buttons returns the buttons under a page of a ranking of total places; none
// where there is one page.
func (p pageState) buttons(total int) []button {
	if total <= pageSize {
		return nil
	}
	last := (total - 1) / pageSize * pageSize
	first, end := p.offset <= 0, p.offset >= last
	return []button{
		{"« First", p.at(0).customID("f"), first},
		{"‹ Previous", p.at(p.offset - pageSize).customID("p"), first},
		{"Next ›", p.at(p.offset + pageSize).customID("n"), end},
		{"Last »", p.at(last).customID("l"), end},
	}
}

package discord

import (
	"fmt"
	"strings"

	"guildpulse/internal/report"
)

// maxGaps is how many gaps are named before they are only counted.
const maxGaps = 3

// window says which time an answer covers, of when it is, and what could not be
// heard in it. Discord shows the moment behind the footer.
func (r *reply) window(w report.Window) {
	r.asOf = w.AsOf
	r.footer = join(days(w.From, w.To), w.Zone, "as of")
	if w.AsOf.IsZero() {
		r.footer = join(days(w.From, w.To), w.Zone)
	}
	if len(w.Gaps) > 0 {
		r.fields = append(r.fields, field{name: "Not heard", text: gapLines(w.Gaps)})
	}
}

// gapLines names gaps, the newest first.
func gapLines(gaps []report.Gap) string {
	var lines []string
	for n := len(gaps) - 1; n >= 0 && len(lines) < maxGaps; n-- {
		g := gaps[n]
		until := moment(g.To, "f")
		if g.To.Sub(g.From).Hours() < 12 {
			until = moment(g.To, "t")
		}
		if g.To.IsZero() {
			until = "now"
		}
		lines = append(lines, fmt.Sprintf("%s – %s: %s", moment(g.From, "f"), until, gapStates[g.State]))
	}
	if more := len(gaps) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// gapStates says what became of a gap.
var gapStates = map[string]string{
	"open":     "being repaired",
	"repaired": "messages repaired, reactions lost",
	"lost":     "lost",
}

// join joins what there is with dots between.
func join(parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, " · ")
}

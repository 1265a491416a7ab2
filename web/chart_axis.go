package web

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// scale returns the top of an axis that holds most in three to six steps of 1, 2
// or 5 times a power of ten.
func scale(most float64) (top, step float64) {
	if !(most > 0) || math.IsInf(most, 0) {
		return 4, 1
	}
	raw := max(most/5, 0.2)
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step = unit * 10
	for _, m := range []float64{1, 2, 5} {
		if m*unit >= raw*(1-1e-9) {
			step = m * unit
			break
		}
	}
	step = max(step, 1)
	return step * max(2, math.Ceil(most/step-1e-9)), step
}

func yTicks(top, step float64) []tick {
	var all []tick
	for v := 0.0; v <= top*(1+1e-9); v += step {
		all = append(all, tick{At: num(100 - 100*v/top), Text: short(v, top)})
	}
	return all
}

// short writes a round number in the unit that its axis needs: 12k, 1.5M.
func short(v, top float64) string {
	switch {
	case v == 0 || top < 1e4:
		return count(v)
	case top < 1e6:
		return trim(v/1e3) + "k"
	}
	return trim(v/1e6) + "M"
}

func trim(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// xTicks labels up to seven rows, evenly, and of these every other where it is
// narrow.
func xTicks(rows []chartRow, days int) []tick {
	n := len(rows)
	if n == 0 {
		return nil
	}
	every := max(1, int(math.Ceil(float64(n)/7)))
	var all []tick
	for i := 0; i < n; i += every {
		at, anchor := (float64(i)+0.5)/float64(n), "middle"
		if n > maxBars {
			at = float64(i) / float64(n-1) // on a line, points lie at the ends too
		}
		if at < 0.02 {
			anchor = "start"
		}
		if at > 0.98 {
			anchor = "end"
		}
		all = append(all, tick{At: num(100 * at), Text: tickText(rows[i].Day, days), Anchor: anchor, Minor: len(all)%2 == 1})
	}
	return all
}

// tickText writes a day as briefly as the length of the series allows.
func tickText(label string, days int) string {
	t, err := time.Parse(time.DateOnly, label)
	switch {
	case err != nil:
		return label
	case days <= 7:
		return t.Format("Mon 2")
	case days > monthly:
		return t.Format("Jan 2006")
	}
	return t.Format("2 Jan")
}

package web_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/internal/report"
	"guildpulse/web"
)

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 7: "7", 999.4: "999", 999.5: "1,000", 12480: "12,480", 1234567: "1,234,567", -4321: "−4,321", -0.2: "0"} {
		if got := web.Count(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0 min", 59.4: "59 min", 60: "1 h 00 min", 185: "3 h 05 min", 5999: "99 h 59 min", 6000: "100 h", 72240: "1,204 h"} {
		if got := web.Duration(v); got != want {
			t.Errorf("%v min: %s, want %s", v, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1<<50).Draw(t, "n")
		if got := strings.ReplaceAll(web.Count(float64(n)), ",", ""); got != strconv.FormatInt(n, 10) {
			t.Fatalf("%d: %s", n, got)
		}
	})
}

func TestChange(t *testing.T) {
	for _, test := range []struct {
		now, before float64
		text, trend string
	}{
		{0, 0, "", ""}, {5, 0, "new", "up"}, {0, 5, "−100.0 %", "down"}, {110, 100, "+10.0 %", "up"}, {95, 100, "−5.0 %", "down"},
		{100, 100, "±0 %", "same"}, {100.04, 100, "±0 %", "same"}, {1099, 100, "+999.0 %", "up"}, {1200, 100, "×12", "up"},
	} {
		c := web.ChangeOf(report.Figure{Now: test.now, Before: test.before}, web.Count)
		if c.Text != test.text || c.Trend != test.trend {
			t.Errorf("%v after %v: %+v", test.now, test.before, c)
		}
	}
}

func TestSpan(t *testing.T) {
	for _, test := range [][3]string{
		{"2026-11-21", "2026-11-21", "21 Nov 2026"}, {"2026-11-15", "2026-11-21", "15 – 21 Nov 2026"},
		{"2026-10-23", "2026-11-21", "23 Oct – 21 Nov 2026"}, {"2025-11-22", "2026-11-21", "22 Nov 2025 – 21 Nov 2026"}, {"", "", ""},
	} {
		if got := web.Span(test[0], test[1]); got != test[2] {
			t.Errorf("%s to %s: %q", test[0], test[1], got)
		}
	}
}

func TestMonogram(t *testing.T) {
	for name, want := range map[string]string{"lantern": "L", "  éa": "É", "🎉 9 lives": "9", "🎉": "#", "": "#", "さくら": "さ"} {
		if got := web.Monogram(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}

// An axis holds its largest value in two to six round steps.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Float64Range(0, 1e12).Draw(t, "most")
		top, step := web.Scale(most)
		steps := top / step
		digits := step / math.Pow(10, math.Floor(math.Log10(step)+1e-9))
		if top < most*(1-1e-9) || steps < 2-1e-9 || steps > 6+1e-9 || math.Abs(steps-math.Round(steps)) > 1e-6 || step < 1 {
			t.Fatalf("%v: top %v, step %v", most, top, step)
		}
		if d := math.Round(digits*100) / 100; d != 1 && d != 2 && d != 5 {
			t.Fatalf("%v: step %v", most, step)
		}
	})
	for _, v := range []float64{math.NaN(), math.Inf(1), -1} {
		if top, step := web.Scale(v); top != 4 || step != 1 {
			t.Errorf("%v: %v, %v", v, top, step)
		}
	}
}

// Whatever the length of a series, its rows add up to it, in order, and what is
// drawn stays in its box.
func TestChart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1200).Draw(t, "days")
		end := noon.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "later"))
		o := report.Overview{Series: series(n, end, 1)}
		if rapid.Bool().Draw(t, "compared") {
			o.Previous = series(rapid.IntRange(0, n).Draw(t, "before"), end.AddDate(0, 0, -n), 2)
		}
		c := web.NewChart(o)
		want, got, before, wantBefore := 0.0, 0.0, 0.0, 0.0
		for _, p := range o.Series {
			want += p.Value
		}
		for _, p := range o.Previous {
			wantBefore += p.Value
		}
		last := ""
		for _, r := range c.Rows {
			got += r.Now
			before += r.Before
			if r.Day <= last {
				t.Fatalf("%s after %s", r.Day, last)
			}
			last = r.Day
		}
		if got != want || before != wantBefore || len(c.Rows) > 100 {
			t.Fatalf("%d rows, %v of %v, before %v of %v", len(c.Rows), got, want, before, wantBefore)
		}
		for _, b := range c.Bars {
			for _, text := range []string{b.X, b.W, b.Y, b.H, b.GhostX, b.GhostY, b.GhostW, b.GhostH} {
				if v, err := strconv.ParseFloat(text, 64); err != nil || v < 0 || v > 1000 {
					t.Fatalf("%+v", b)
				}
			}
		}
		if (len(c.Bars) == 0) == (c.Line == "") || len(c.X) == 0 || len(c.X) > 7 {
			t.Fatalf("%d bars, line %q, %d labels", len(c.Bars), c.Line, len(c.X))
		}
	})
	if c := web.NewChart(report.Overview{}); !c.Empty || c.Summary != "No days." {
		t.Errorf("%+v", c)
	}
}

func TestVault(t *testing.T) {
	type kept struct {
		value string
		until time.Time
	}
	rapid.Check(t, func(t *rapid.T) {
		now := &clock{at: noon}
		limit := rapid.IntRange(1, 4).Draw(t, "limit")
		v := web.NewVault(time.Minute, limit, now.Now)
		oracle := make(map[string]kept)
		var order []string
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				now.Advance(time.Millisecond) // an order of age
				value := rapid.String().Draw(t, "value")
				secret := v.Put(value)
				if len(secret) != 43 || oracle[secret].value != "" {
					t.Fatalf("secret %q", secret)
				}
				oracle[secret] = kept{value, now.Now().Add(time.Minute)}
				order = append(order, secret)
			},
			"take": func(t *rapid.T) {
				secret := rapid.SampledFrom(append(order, "forged")).Draw(t, "secret")
				value, ok := v.Take(secret)
				want, known := oracle[secret]
				good := known && now.Now().Before(want.until)
				if ok && (!good || value != want.value) {
					t.Fatalf("taken: %q, want %+v", value, want)
				}
				if good && !ok && len(order) <= limit {
					t.Fatal("lost with room to spare")
				}
				delete(oracle, secret)
				if _, again := v.Take(secret); again {
					t.Fatal("taken twice")
				}
			},
			"wait": func(t *rapid.T) { now.Advance(time.Duration(rapid.IntRange(1, 40).Draw(t, "s")) * time.Second) },
			"": func(t *rapid.T) {
				if v.Len() > limit {
					t.Fatalf("%d kept, limit %d", v.Len(), limit)
				}
			},
		})
	})
}

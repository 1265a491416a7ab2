package whole

import "guildpulse/bench/measure"

// percentiles gathers the latencies of several rates as figures and in a picture.
type percentiles struct{ picture measure.Picture }

// The quantiles are drawn at 1/(1-q), so that each nine is as wide as the one before.
var (
	quantiles = []float64{0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999}
	shares    = []measure.Tick{{At: 2, Label: "50 %"}, {At: 10, Label: "90 %"}, {At: 100, Label: "99 %"}, {At: 1000, Label: "99.9 %"}}
	named     = []struct {
		name string
		q    float64
	}{{"P50", 0.5}, {"P99", 0.99}, {"P999", 0.999}}
)

// add judges nobody: how long a sync of the disk takes decides.
func (p *percentiles) add(t *measure.Table, rate string, took []float64) {
	for _, n := range named {
		if float64(len(took))*(1-n.q) < 1 {
			t.Report("frame to rank at "+rate+", the slowest", "µs", measure.Quantile(took, 1))
			break // so few tell no more
		}
		t.Report("frame to rank at "+rate+", "+n.name, "µs", measure.Quantile(took, n.q))
	}
	c := measure.Curve{Name: rate}
	for _, q := range quantiles {
		// What too few messages say about a quantile is left out.
		if float64(len(took))*(1-q) >= 2 {
			c.Points = append(c.Points, measure.Point{X: 1 / (1 - q), Y: measure.Quantile(took, q)})
		}
	}
	p.picture.Curves = append(p.picture.Curves, c)
}

// draw adds the picture, and in it what the disk alone takes.
func (p *percentiles) draw(t *measure.Table, sync float64) {
	t.Report("one event made durable, nobody else about, P50", "µs", sync)
	first, last := quantiles[0], quantiles[len(quantiles)-1]
	p.picture.Curves = append(p.picture.Curves, measure.Curve{
		Name: "the disk alone: one event made durable, P50", Limit: true,
		Points: []measure.Point{{X: 1 / (1 - first), Y: sync}, {X: 1 / (1 - last), Y: sync}},
	})
	t.Draw(p.picture)
}

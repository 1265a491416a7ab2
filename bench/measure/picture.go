package measure

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Picture is a chart of a few curves. The same figures make the same bytes.
type Picture struct {
	Name   string // of its file
	Title  string
	X, Y   Axis
	Curves []Curve
}

// Axis is one of a picture's two. Its range is that of the points, a linear one's
// begins at 0.
type Axis struct {
	Label string // with the unit
	Log   bool
	Ticks []Tick // in place of those that fit the scale
}

// Tick is a labelled place on an axis.
type Tick struct {
	At    float64
	Label string
}

// Curve is a line through points. One that is a limit is dashed and has no marks.
type Curve struct {
	Name   string
	Points []Point
	Limit  bool
}

// Point is in the units of the axes.
type Point struct{ X, Y float64 }

// Size of a picture, and of what is written in it.
const (
	pictureWidth  = 16 * vg.Centimeter
	pictureHeight = 9 * vg.Centimeter
	margin        = 3 * vg.Millimeter
	textSize      = 9
	titleSize     = 11
)

// The colours keep apart for all kinds of eyes (Okabe and Ito's), on white.
var (
	curveColours = []color.Color{
		color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}, color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff},
		color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff}, color.RGBA{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff},
	}
	limitColour = color.Gray{Y: 0x60}
	gridColour  = color.Gray{Y: 0xe4}
)

// SVG draws the picture on a white card.
func (p *Picture) SVG() ([]byte, error) {
	chart, err := p.chart()
	if err != nil {
		return nil, fmt.Errorf("draw %s: %w", p.Name, err)
	}
	card := vgsvg.New(pictureWidth, pictureHeight)
	whole := draw.New(card)
	whole.SetColor(color.White)
	whole.Fill(whole.Rectangle.Path())
	chart.Draw(draw.Crop(whole, margin, -2*margin, margin, -margin))
	var b bytes.Buffer
	if _, err := card.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("draw %s: %w", p.Name, err)
	}
	return bytes.ReplaceAll(b.Bytes(), []byte(drawnFont), []byte(shownFont)), nil
}

// The text is laid out for Liberation Sans; Arial and Helvetica are as wide.
const (
	drawnFont = "font-family:Liberation Sans"
	shownFont = "font-family:Liberation Sans,Arial,Helvetica,sans-serif"
)

func (p *Picture) chart() (*plot.Plot, error) {
	c := plot.New()
	c.Title.Text, c.Title.Padding = p.Title, vg.Points(8)
	letters(&c.Title.TextStyle.Font, titleSize)
	letters(&c.Legend.TextStyle.Font, textSize)
	c.Legend.Top, c.Legend.Left = true, true
	c.Legend.Padding, c.Legend.XOffs, c.Legend.YOffs = vg.Points(2), vg.Points(8), -vg.Points(4)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = gridColour, gridColour
	c.Add(grid)
	for i := range p.Curves {
		if err := p.Curves[i].draw(c, i); err != nil {
			return nil, err
		}
	}
	p.X.set(&c.X)
	p.Y.set(&c.Y)
	if p.Y.Log {
		c.Y.Min /= 1.5
	}
	c.Y.Max = p.Y.above(c.Y, len(p.Curves))
	return c, nil
}

func letters(f *font.Font, size float64) {
	*f = font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(size)}
}

func (u *Curve) draw(c *plot.Plot, i int) error {
	if len(u.Points) == 0 {
		return fmt.Errorf("curve %s has no points", u.Name)
	}
	xys := make(plotter.XYs, len(u.Points))
	for j, at := range u.Points {
		xys[j] = plotter.XY(at)
	}
	line, marks, err := plotter.NewLinePoints(xys)
	if err != nil {
		return fmt.Errorf("curve %s: %w", u.Name, err)
	}
	line.Width = vg.Points(1.5)
	if u.Limit {
		line.Color, line.Dashes = limitColour, []vg.Length{vg.Points(5), vg.Points(3)}
		c.Add(line)
		c.Legend.Add(u.Name, line)
		return nil
	}
	line.Color = curveColours[i%len(curveColours)]
	marks.Color, marks.Shape, marks.Radius = line.Color, draw.CircleGlyph{}, vg.Points(2.5)
	c.Add(line, marks)
	c.Legend.Add(u.Name, line, marks)
	return nil
}

// set gives an axis of a chart its label, scale and ticks.
func (a *Axis) set(to *plot.Axis) {
	to.Label.Text, to.Label.Padding = a.Label, vg.Points(4)
	letters(&to.Label.TextStyle.Font, textSize)
	letters(&to.Tick.Label.Font, textSize)
	to.Padding = 0
	if a.Log {
		to.Scale, to.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades)
	} else {
		to.Min, to.Tick.Marker = 0, plot.TickerFunc(even)
	}
	if len(a.Ticks) > 0 {
		var ticks plot.ConstantTicks
		for _, t := range a.Ticks {
			ticks = append(ticks, plot.Tick{Value: t.At, Label: t.Label})
		}
		to.Tick.Marker = ticks
	}
}

// above leaves room for the legend over the highest point.
func (a *Axis) above(y plot.Axis, curves int) float64 {
	room := 0.06 + 0.07*float64(curves)
	if a.Log {
		return y.Max * math.Pow(y.Max/y.Min, room/(1-room))
	}
	return y.Max + (y.Max-y.Min)*room/(1-room)
}

// decades puts ticks at the powers of ten, and between them where there are few.
func decades(low, high float64) (out []plot.Tick) {
	few := high/low < 1e3
	for base := math.Pow(10, math.Floor(math.Log10(low))); base <= high; base *= 10 {
		for m := 1.0; m < 10; m++ {
			t := plot.Tick{Value: m * base}
			if m == 1 || few && (m == 2 || m == 5) {
				t.Label = thousands(t.Value)
			}
			if t.Value >= low*0.999 && t.Value <= high*1.001 {
				out = append(out, t)
			}
		}
	}
	return out
}

// even puts some six ticks at multiples of 1, 2 or 5 times a power of ten.
func even(low, high float64) (out []plot.Tick) {
	step := math.Pow(10, math.Floor(math.Log10((high-low)/6)))
	for _, m := range []float64{1, 2, 5, 10} {
		if step*m >= (high-low)/6 {
			step *= m
			break
		}
	}
	for i := math.Ceil(low / step); i*step <= high; i++ {
		out = append(out, plot.Tick{Value: i * step, Label: thousands(i * step)})
	}
	return out
}

// thousands writes a number with its digits in groups of three.
func thousands(v float64) string {
	if v < 1000 {
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	digits := strconv.FormatFloat(v, 'f', 0, 64)
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(d)
	}
	return out.String()
}

package measure_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"guildpulse/bench/measure"
)

func growth() measure.Picture {
	return measure.Picture{
		Name: "growth", Title: "Cost of an event",
		X: measure.Axis{Label: "members", Log: true},
		Y: measure.Axis{Label: "ns an event"},
		Curves: []measure.Curve{
			{Name: "apply", Points: []measure.Point{{X: 1e3, Y: 900}, {X: 1e4, Y: 1000}, {X: 1e5, Y: 1200}, {X: 1e6, Y: 1700}}},
			{Name: "goal", Limit: true, Points: []measure.Point{{X: 1e3, Y: 1800}, {X: 1e6, Y: 1800}}},
		},
	}
}

// texts returns what is written in a drawing.
func texts(t *testing.T, svg []byte) (all []string) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && len(bytes.TrimSpace(text)) > 0 {
			all = append(all, string(text))
		}
	}
}

func TestPictureIsDrawnAlike(t *testing.T) {
	p := growth()
	first, err := p.SVG()
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.SVG()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same figures make different drawings")
	}
	if len(first) > 60<<10 {
		t.Errorf("%d bytes", len(first))
	}
	written := "\n" + strings.Join(texts(t, first), "\n") + "\n"
	for _, want := range []string{"Cost of an event", "members", "ns an event", "apply", "goal", "1,000", "1,000,000", "500"} {
		if !strings.Contains(written, "\n"+want+"\n") {
			t.Errorf("%q is not written in the drawing, only %q", want, written)
		}
	}
}

func TestPictureWithoutPointsIsRefused(t *testing.T) {
	p := measure.Picture{Name: "none", Curves: []measure.Curve{{Name: "empty"}}}
	if _, err := p.SVG(); err == nil {
		t.Error("drawn")
	}
}

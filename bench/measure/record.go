package measure

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"time"
)

// columns of a record. Numbers that there are none of are empty.
var columns = []string{
	"subject", "name", "unit", "ours", "peer", "peer_value", "ratio", "goal", "verdict",
	"at_most", "note", "measured", "machine",
}

// dateFormat is how a record says when a figure was measured.
const dateFormat = time.DateOnly

// WriteCSV writes figures as comma-separated values with a head.
func WriteCSV(w io.Writer, tables []*Table) error {
	out := csv.NewWriter(w)
	rows := [][]string{columns}
	for _, t := range tables {
		for i := range t.Figures {
			rows = append(rows, t.Figures[i].row())
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

func (f *Figure) row() []string {
	return []string{
		f.Subject, f.Name, f.Unit, plain(f.Ours), f.PeerName, plain(f.Peer), plain(f.Ratio), plain(f.Goal), f.Verdict(),
		strconv.FormatBool(f.AtMost), f.Note, f.Measured.Format(dateFormat), f.Machine,
	}
}

func plain(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// ReadCSV reads what WriteCSV wrote, a table a subject.
func ReadCSV(r io.Reader) (tables []*Table, err error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, errors.New("read figures: the head is another")
	}
	for i, row := range rows[1:] {
		f, err := parseFigure(row)
		if err != nil {
			return nil, fmt.Errorf("read figures: line %d: %w", i+2, err)
		}
		if len(tables) == 0 || tables[len(tables)-1].Subject != f.Subject {
			tables = append(tables, &Table{Subject: f.Subject})
		}
		t := tables[len(tables)-1]
		t.Figures = append(t.Figures, f)
	}
	return tables, nil
}

func parseFigure(row []string) (f Figure, err error) {
	var errs []error
	float := func(text string) float64 {
		if text == "" {
			return math.NaN()
		}
		v, err := strconv.ParseFloat(text, 64)
		errs = append(errs, err)
		return v
	}
	f = Figure{
		Subject: row[0], Name: row[1], Unit: row[2], Ours: float(row[3]), PeerName: row[4], Peer: float(row[5]),
		Ratio: float(row[6]), Goal: float(row[7]), Note: row[10], Machine: row[12],
	}
	f.AtMost, err = strconv.ParseBool(row[9])
	errs = append(errs, err)
	f.Measured, err = time.Parse(dateFormat, row[11])
	return f, errors.Join(append(errs, err)...)
}

// Merge returns the tables of a record with what was measured since. A table of
// subjects that were measured whole takes its forerunner's place; the figures of
// others take the places of figures of the same name, or come last.
func Merge(record, measured []*Table) []*Table {
	out := slices.Clone(record)
	for _, t := range measured {
		i := slices.IndexFunc(out, func(o *Table) bool { return o.Subject == t.Subject })
		switch {
		case len(t.Figures) == 0:
		case i < 0:
			out = append(out, t)
		case t.Whole:
			out[i] = t
		default:
			out[i] = out[i].with(t.Figures)
		}
	}
	slices.SortStableFunc(out, func(a, b *Table) int { return order(measured, a) - order(measured, b) })
	return out
}

// order is a table's place among those of a run, which names all that there are.
func order(measured []*Table, t *Table) int {
	i := slices.IndexFunc(measured, func(o *Table) bool { return o.Subject == t.Subject })
	if i < 0 {
		return len(measured)
	}
	return i
}

// with returns the table with some figures measured anew.
func (t *Table) with(fresh []Figure) *Table {
	out := &Table{Subject: t.Subject, Figures: slices.Clone(t.Figures)}
	for _, f := range fresh {
		i := slices.IndexFunc(out.Figures, func(o Figure) bool { return o.Name == f.Name })
		if i < 0 {
			out.Figures = append(out.Figures, f)
		} else {
			out.Figures[i] = f
		}
	}
	return out
}

// readRecord reads the record of earlier runs; there may be none.
func readRecord(name string) ([]*Table, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return ReadCSV(f)
}

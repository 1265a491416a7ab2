package measure

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Publish writes the page, and into the folder of the page's name the record of all
// figures, the pictures and the sheets:
//
//	benchmarks.md                made from the record
//	benchmarks/figures.csv       the record: the newest of every figure
//	benchmarks/SUBJECT-NAME.svg  pictures
//	benchmarks/SUBJECT-NAME.md   sheets
//
// What was not measured this time stays as it was, with its date.
func Publish(page string, tables []*Table) error {
	dir := strings.TrimSuffix(page, ".md")
	if dir == page {
		return fmt.Errorf("publish: the page %s does not end in .md", page)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	record := filepath.Join(dir, "figures.csv")
	before, err := readRecord(record)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	for _, t := range tables {
		if err := t.hang(dir); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	all := Merge(before, tables)
	if err := write(record, func(w io.Writer) error { return WriteCSV(w, all) }); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := write(page, func(w io.Writer) error {
		return WriteMarkdown(w, all, os.DirFS(filepath.Dir(page)), filepath.Base(dir))
	}); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// hang writes the pictures and sheets of a table. A subject that was measured whole
// leaves none of before behind.
func (t *Table) hang(dir string) error {
	if t.Whole {
		for _, ending := range []string{"svg", "md"} {
			old, err := fs.Glob(os.DirFS(dir), t.Subject+"-*."+ending)
			if err != nil {
				return err
			}
			for _, name := range old {
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					return err
				}
			}
		}
	}
	for i := range t.Pictures {
		p := &t.Pictures[i]
		b, err := p.SVG()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, t.Subject+"-"+p.Name+".svg"), b, 0o644)
		}
		if err != nil {
			return err
		}
	}
	for name, text := range t.Sheets {
		if err := os.WriteFile(filepath.Join(dir, t.Subject+"-"+name+".md"), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func write(name string, to func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(to(f), f.Close())
}

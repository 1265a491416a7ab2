package archive

import (
	"bufio"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// sorter sorts records in bounded memory: runs that are full are spilled to files
// of a temporary folder and merged from there.
type sorter struct {
	size  int // records of a run
	run   []record
	dir   string
	files []*os.File
}

// runRecords is 48 bytes each in memory, 34 on disk.
const runRecords = 256 << 10

func newSorter(size int) *sorter { return &sorter{size: size} }

func (s *sorter) add(r record) error {
	s.run = append(s.run, r)
	if len(s.run) < s.size {
		return nil
	}
	return s.spill()
}

func (s *sorter) sortRun() {
	slices.SortFunc(s.run, func(a, b record) int { return a.compare(&b) })
}

func (s *sorter) spill() error {
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "guildpulse-import-")
		if err != nil {
			return fmt.Errorf("folder for sorting: %w", err)
		}
		s.dir = dir
	}
	s.sortRun()
	f, err := os.CreateTemp(s.dir, "run-")
	if err != nil {
		return fmt.Errorf("file for sorting: %w", err)
	}
	s.files = append(s.files, f)
	w := bufio.NewWriterSize(f, 256<<10)
	var b []byte
	for i := range s.run {
		b = s.run[i].append(b[:0])
		if _, err := w.Write(b); err != nil {
			return fmt.Errorf("write for sorting: %w", err)
		}
	}
	s.run = s.run[:0]
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write for sorting: %w", err)
	}
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// each hands over all records in order.
func (s *sorter) each(f func(*record) error) error {
	s.sortRun()
	if len(s.files) == 0 {
		for i := range s.run {
			if err := f(&s.run[i]); err != nil {
				return err
			}
		}
		return nil
	}
	m, err := s.merge()
	if err != nil {
		return err
	}
	for m.Len() > 0 {
		if err := f(&(*m)[0].head); err != nil {
			return err
		}
		if err := m.next(); err != nil {
			return err
		}
	}
	return nil
}

// close removes the temporary files.
func (s *sorter) close() error {
	var errs []error
	for _, f := range s.files {
		errs = append(errs, f.Close())
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

// stream is a sorted run that is being merged.
type stream struct {
	head   record
	in     *bufio.Reader // nil: the run in memory
	memory []record
	buf    [recordSize]byte
}

func (s *stream) advance() (bool, error) {
	if s.in == nil {
		if len(s.memory) == 0 {
			return false, nil
		}
		s.head, s.memory = s.memory[0], s.memory[1:]
		return true, nil
	}
	_, err := io.ReadFull(s.in, s.buf[:])
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read for sorting: %w", err)
	}
	s.head.decode(s.buf[:])
	return true, nil
}

// merger is a heap of streams by their heads.
type merger []*stream

func (m merger) Len() int           { return len(m) }
func (m merger) Less(i, j int) bool { return m[i].head.compare(&m[j].head) < 0 }
func (m merger) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merger) Push(x any)        { *m = append(*m, x.(*stream)) }
func (m *merger) Pop() any {
	old := *m
	last := old[len(old)-1]
	*m = old[:len(old)-1]
	return last
}

func (s *sorter) merge() (*merger, error) {
	streams := []*stream{{memory: s.run}}
	for _, f := range s.files {
		streams = append(streams, &stream{in: bufio.NewReaderSize(f, 64<<10)})
	}
	m := &merger{}
	for _, st := range streams {
		ok, err := st.advance()
		if err != nil {
			return nil, err
		}
		if ok {
			*m = append(*m, st)
		}
	}
	heap.Init(m)
	return m, nil
}

func (m *merger) next() error {
	ok, err := (*m)[0].advance()
	if err != nil {
		return err
	}
	if ok {
		heap.Fix(m, 0)
	} else {
		heap.Pop(m)
	}
	return nil
}

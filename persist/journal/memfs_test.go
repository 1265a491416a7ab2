package journal_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"unsafe"

	"guildpulse/persist/journal"
)

// memFS is a file system in memory that fails where it is told to and can lose
// power. It knows what a process sees and, apart from that, what is on the disk:
// writes, renames and the like reach the disk by Sync and SyncDir only, and a
// crash keeps any subset of the others.
type memFS struct {
	sector int // a crash tears writes at multiples of it

	mu     sync.Mutex
	names  map[string]*inode // what a process sees
	kept   map[string]*inode // what is on the disk
	moves  []move            // what SyncDir would put there
	inodes []*inode
	locked map[string]bool
	log    []op
	fault  func(n int, o op) error // asked before the nth operation, from 1
}

type op struct{ kind, name string }

type inode struct {
	seen    []byte
	disk    []byte
	pending []change
}

// change is a write, or without data a change of length.
type change struct {
	off  int64
	data []byte
	size int64
	grow bool // size is a minimum
}

// move gives an inode a name; without one it takes the name away. from is the name
// lost by a rename.
type move struct {
	name, from string
	to         *inode
}

var (
	// errShort makes a write stop half-way without an error, against the contract.
	errShort = errors.New("short")
	// errOff is what a machine without power answers to everything.
	errOff = errors.New("power is off")
)

func newMemFS() *memFS {
	return &memFS{
		sector: 512, names: map[string]*inode{}, kept: map[string]*inode{}, locked: map[string]bool{},
	}
}

func (m *memFS) step(kind, name string) error {
	m.mu.Lock()
	o := op{kind, filepath.Base(name)}
	m.log = append(m.log, o)
	fault, n := m.fault, len(m.log)
	m.mu.Unlock()
	if fault == nil {
		return nil
	}
	if err := fault(n, o); err != nil {
		return &fs.PathError{Op: kind, Path: name, Err: err}
	}
	return nil
}

func (m *memFS) setFault(f func(n int, o op) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

func (m *memFS) count(kind string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, o := range m.log {
		if o.kind == kind {
			n++
		}
	}
	return n
}

func (m *memFS) MakeDir(dir string) error { return m.step("mkdir", dir) }

func (m *memFS) OpenFile(name string, flag int, _ fs.FileMode) (journal.File, error) {
	if err := m.step("open", name); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n, ok := m.names[name]
	switch {
	case !ok && flag&os.O_CREATE == 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case !ok:
		n = &inode{}
		m.inodes = append(m.inodes, n)
		m.names[name] = n
		m.moves = append(m.moves, move{name: name, to: n})
	case flag&os.O_TRUNC != 0:
		n.change(change{})
	}
	return &memFile{fs: m, name: name, node: n}, nil
}

func (m *memFS) ReadDir(dir string) ([]string, error) {
	if err := m.step("readdir", dir); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for name := range m.names {
		names = append(names, filepath.Base(name))
	}
	return names, nil
}

func (m *memFS) Rename(from, to string) error {
	if err := m.step("rename", to); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.names[from]
	delete(m.names, from)
	m.names[to] = n
	m.moves = append(m.moves, move{name: to, from: from, to: n})
	return nil
}

func (m *memFS) Remove(name string) error {
	if err := m.step("remove", name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.names[name] == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	delete(m.names, name)
	m.moves = append(m.moves, move{name: name})
	return nil
}

func (m *memFS) SyncDir(dir string) error {
	if err := m.step("syncdir", dir); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.moves {
		v.apply(m.kept)
	}
	m.moves = nil
	return nil
}

func (v move) apply(names map[string]*inode) {
	if v.from != "" {
		delete(names, v.from)
	}
	if v.to == nil {
		delete(names, v.name)
		return
	}
	names[v.name] = v.to
}

func (m *memFS) Lock(name string) (io.Closer, error) {
	if err := m.step("lock", name); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked[name] {
		return nil, &journal.LockedError{Path: name, PID: os.Getpid()}
	}
	m.locked[name] = true
	return memLock{m, name}, nil
}

type memLock struct {
	fs   *memFS
	name string
}

func (l memLock) Close() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	delete(l.fs.locked, l.name)
	return nil
}

// killed returns the file system as the next process finds it after this one was
// killed: everything seen is there, synced or not, and nothing is locked.
func (m *memFS) killed() *memFS {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := newMemFS()
	c.sector = m.sector
	twins := map[*inode]*inode{nil: nil}
	for _, n := range m.inodes {
		twin := &inode{seen: slices.Clone(n.seen), disk: slices.Clone(n.disk), pending: slices.Clone(n.pending)}
		twins[n] = twin
		c.inodes = append(c.inodes, twin)
	}
	for name, n := range m.names {
		c.names[name] = twins[n]
	}
	for name, n := range m.kept {
		c.kept[name] = twins[n]
	}
	for _, v := range m.moves {
		c.moves = append(c.moves, move{v.name, v.from, twins[v.to]})
	}
	return c
}

// unsynced counts the changes of which a crash may lose any.
func (m *memFS) unsynced() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.moves)
	for _, i := range m.inodes {
		n += len(i.pending)
	}
	return n
}

// crashed returns the file system as it is after a loss of power that kept the
// unsynced changes which keep says, by number, data first.
func (m *memFS) crashed(keep func(i int) bool) *memFS {
	c := m.killed()
	i := 0
	for _, n := range c.inodes {
		for _, ch := range n.pending {
			if keep(i) {
				n.disk = ch.apply(n.disk)
			}
			i++
		}
		n.pending, n.seen = nil, slices.Clone(n.disk)
	}
	for _, v := range c.moves {
		if keep(i) {
			v.apply(c.kept)
		}
		i++
	}
	c.moves, c.names = nil, maps.Clone(c.kept)
	return c
}

// file returns a file's bytes, which the caller may change.
func (m *memFS) file(name string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.names[name].seen
}

// put makes a file, durable at once.
func (m *memFS) put(name string, b []byte) {
	n := &inode{seen: slices.Clone(b), disk: slices.Clone(b)}
	m.inodes = append(m.inodes, n)
	m.names[name], m.kept[name] = n, n
}

// paths returns the segments' names in order.
func (m *memFS) paths() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.names))
}

func (n *inode) change(c change) {
	n.seen = c.apply(n.seen)
	n.pending = append(n.pending, c)
}

func (c change) apply(b []byte) []byte {
	switch {
	case c.data != nil:
		b = resize(b, max(int64(len(b)), c.off+int64(len(c.data))))
		copy(b[c.off:], c.data)
		return b
	case c.grow:
		return resize(b, max(int64(len(b)), c.size))
	}
	return resize(b, c.size)
}

func resize(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size:size]
	}
	return append(slices.Clip(b), make([]byte, size-int64(len(b)))...)
}

// memDirect is a file whose writes are durable at once, and must be whole blocks.
type memDirect struct{ *memFile }

func (m *memFS) OpenDirect(name string) (journal.File, error) {
	if err := m.step("opendirect", name); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n, ok := m.names[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return memDirect{&memFile{fs: m, name: name, node: n}}, nil
}

func (f memDirect) WriteAt(p []byte, off int64) (int, error) {
	const block = 4096
	address := int64(uintptr(unsafe.Pointer(unsafe.SliceData(p))))
	if (address|off|int64(len(p)))%block != 0 {
		return 0, fmt.Errorf("%d bytes from %#x to %d: %w", len(p), address, off, syscall.EDOM)
	}
	n, err := f.memFile.WriteAt(p, off)
	if err == nil && n == len(p) {
		f.memFile.persist()
	}
	return n, err
}

type memFile struct {
	fs   *memFS
	name string
	node *inode
}

func (f *memFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.fs.step("read", f.name); err != nil {
		return 0, err
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if off >= int64(len(f.node.seen)) {
		return 0, io.EOF
	}
	n := copy(p, f.node.seen[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteAt writes half when it fails: the worst that a disk does.
func (f *memFile) WriteAt(p []byte, off int64) (int, error) {
	err := f.fs.step("write", f.name)
	n := len(p)
	if err != nil {
		n /= 2
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	for at := 0; at < n; {
		end := min(n, at+f.fs.sector-int(off+int64(at))%f.fs.sector)
		f.node.change(change{off: off + int64(at), data: slices.Clone(p[at:end])})
		at = end
	}
	if errors.Is(err, errShort) {
		return n, nil
	}
	return n, err
}

func (f *memFile) Truncate(size int64) error {
	return f.resize("truncate", change{size: size})
}

func (f *memFile) Allocate(size int64) error {
	return f.resize("allocate", change{size: size, grow: true})
}

func (f *memFile) resize(kind string, c change) error {
	if err := f.fs.step(kind, f.name); err != nil {
		return err
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	f.node.change(c)
	return nil
}

// Sync that fails forgets what it should have written, as Linux does: the process
// goes on seeing it, a second Sync finds nothing to do, and a crash loses it.
func (f *memFile) Sync() error {
	err := f.fs.step("sync", f.name)
	switch {
	case errors.Is(err, errOff):
		return err
	case err != nil:
		f.fs.mu.Lock()
		defer f.fs.mu.Unlock()
		f.node.pending = slices.DeleteFunc(f.node.pending, func(c change) bool { return c.data != nil })
		return err
	}
	f.persist()
	return nil
}

func (f *memFile) persist() {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	for _, c := range f.node.pending {
		f.node.disk = c.apply(f.node.disk)
	}
	f.node.pending = nil
}

func (f *memFile) Size() (int64, error) {
	if err := f.fs.step("size", f.name); err != nil {
		return 0, err
	}
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return int64(len(f.node.seen)), nil
}

func (f *memFile) Close() error { return f.fs.step("close", f.name) }

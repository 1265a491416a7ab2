package journal

import "slices"

// maxSpares is how many files wait for their next use. Cursors move in strides of
// several segments; more than a stride would be space for nothing.
const maxSpares = 4

// takeSpare returns the cleanest spare, which is then the caller's, or nil.
func (j *Journal) takeSpare() *spare {
	j.groomer.leave()
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.spares) == 0 {
		return nil
	}
	s := slices.MinFunc(j.spares, func(a, b *spare) int { return int(a.clean - b.clean) })
	j.drop(s)
	return s
}

// discard removes a spare's file. Where that fails too the next start does it.
func (j *Journal) discard(s *spare) {
	j.groomer.leave()
	j.mu.Lock()
	j.drop(s)
	j.mu.Unlock()
	_ = j.folder.fs.Remove(s.name)
}

func (j *Journal) drop(s *spare) {
	j.spares = slices.DeleteFunc(j.spares, func(other *spare) bool { return other == s })
}

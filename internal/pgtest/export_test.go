//go:build unix

package pgtest

// Programs finds the server's programs on PATH or in folders that match pattern.
func Programs(pattern string) (string, error) { return programs(pattern) }

// Reaches tells whether a user and group may enter dir and what is above it.
func Reaches(uid, gid uint32, dir string) error {
	return (&account{"stranger", uid, gid}).reaches(dir)
}

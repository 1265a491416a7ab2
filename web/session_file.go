package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// FileSessions is a [SessionStore] in one file, so that people stay signed in over
// a restart. The file holds hashes of tokens, who they belong to and until when;
// only its owner may read it (0600). It is written whole beside itself and put in
// place, so that a crash leaves the old one or the new one.
//
// Being used makes a session last longer; that alone is written at most every
// ten minutes, so that looking at pages costs no disk. O(sessions) a write.
type FileSessions struct {
	*MemorySessions
	path string
}

// refreshEvery is how much longer a session may last than its file says.
const refreshEvery = 10 * time.Minute

// maxSessionFile bounds what is read: about 100,000 sessions.
const maxSessionFile = 64 << 20

// OpenSessions opens a store, or makes one. A file that cannot be read as one is
// refused: it is not ours to overwrite.
func OpenSessions(path string, now func() time.Time) (*FileSessions, error) {
	f := &FileSessions{MemorySessions: NewMemorySessions(now), path: path}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	if len(b) > maxSessionFile {
		return nil, fmt.Errorf("sessions: %s has %d bytes: remove it, and people sign in again", path, len(b))
	}
	if err := json.Unmarshal(b, &f.kept); err != nil {
		return nil, fmt.Errorf("sessions: %s: %w: remove it, and people sign in again", path, err)
	}
	if f.kept == nil {
		f.kept = make(map[string]keptSession)
	}
	return f, nil
}

// Commit implements [SessionStore].
func (f *FileSessions) Commit(token string, data []byte, until time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep()
	was, known := f.kept[token]
	if known && string(was.Data) == string(data) && until.Sub(was.Until) < refreshEvery {
		return nil
	}
	f.kept[token] = keptSession{data, until}
	return f.save()
}

// Delete implements [SessionStore].
func (f *FileSessions) Delete(token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.kept[token]; !known {
		return nil
	}
	delete(f.kept, token)
	return f.save()
}

// save writes all sessions; the caller has the lock.
func (f *FileSessions) save() error {
	b, err := json.Marshal(f.kept)
	if err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	if err := writeFile(f.path, b); err != nil {
		return fmt.Errorf("sessions: %w", err)
	}
	return nil
}

// writeFile puts a file in place whole, durable before it is seen.
func writeFile(path string, b []byte) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()
			_ = os.Remove(tmp.Name())
		}
	}()
	if _, err := tmp.Write(b); err != nil {
		return err
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

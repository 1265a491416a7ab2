package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

const ownerOnly = 0o600 // SQLite gives its other files the database's mode

// createFile makes a file that its owner alone may read, before SQLite makes one
// that others may. A file that is there is not opened: closing it would drop the
// locks that another handle of this process holds.
func createFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, ownerOnly)
	if errors.Is(err, fs.ErrExist) {
		return os.Chmod(path, ownerOnly)
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// openWriter opens the one connection that writes. Its transactions begin as
// writers, so that none finds out in its midst that another was quicker.
func openWriter(c Config) (*sql.DB, error) {
	db, err := open(c, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// openReaders opens the connections that cannot write.
func openReaders(c Config) (*sql.DB, error) {
	db, err := open(c, "_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(c.Readers)
	db.SetMaxIdleConns(c.Readers)
	return db, nil
}

const cacheKiB = 16 << 10 // a connection

func open(c Config, parameters ...string) (*sql.DB, error) {
	parameters = append([]string{
		"mode=rw",
		fmt.Sprintf("_pragma=busy_timeout(%d)", c.BusyTimeout.Milliseconds()),
		fmt.Sprintf("_pragma=cache_size(-%d)", cacheKiB),
		"_pragma=temp_store(MEMORY)",
	}, parameters...)
	register()
	path := (&url.URL{Path: filepath.ToSlash(c.Path)}).EscapedPath()
	return sql.Open("sqlite", "file:"+path+"?"+strings.Join(parameters, "&"))
}

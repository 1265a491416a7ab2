//go:build unix

package pgtest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// ErrMissing says that this machine has no PostgreSQL server.
var ErrMissing = errors.New("no PostgreSQL server is installed: neither on PATH nor in " +
	"/usr/lib/postgresql/*/bin are initdb and postgres; " +
	"install one (apt-get install postgresql-15), or set " + Env + " to the URL of a running one")

const packaged = "/usr/lib/postgresql/*/bin" // Debian keeps the server's programs off PATH

// programs returns the folder that holds initdb and postgres: where PATH finds
// them, else the newest version among the folders that match the pattern.
func programs(pattern string) (string, error) {
	var folders []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil {
			folders = append(folders, filepath.Dir(initdb))
		}
	}
	versions, err := filepath.Glob(pattern)
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(versions, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	for _, folder := range append(folders, versions...) {
		if executable(filepath.Join(folder, "initdb")) && executable(filepath.Join(folder, "postgres")) {
			return folder, nil
		}
	}
	return "", ErrMissing
}

func version(bin string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin)))
	if err != nil {
		return 0
	}
	return n
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// account is who runs the server: nil when we do, for we are not root.
type account struct {
	name     string
	uid, gid uint32
}

// serverAccount returns the account that a program running as root runs the
// server as.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &account{name, uint32(uid), uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and this machine has " +
		"neither a user postgres nor a user nobody to run it as: " +
		"add one (useradd --system postgres), or run this as another user")
}

// attributes are how a process of the server starts: as the account, and in a
// process group of its own, so that ^C reaches the program and not the server.
func (a *account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}

// own makes dir the account's, so that the server can write there.
func (a *account) own(dir string) error {
	if a == nil {
		return nil
	}
	if err := a.reaches(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Chown(dir, int(a.uid), int(a.gid)); err != nil {
		return fmt.Errorf("give the folder to %s: %w", a.name, err)
	}
	return nil
}

// reaches tells which folder on the way to dir is closed to the account, for
// PostgreSQL's own message would not.
func (a *account) reaches(dir string) error {
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if !a.enters(info) {
			return fmt.Errorf("PostgreSQL has to run as %s here, for it refuses to run as root, "+
				"and that user may not enter %s (%v): start the cluster in another folder, or in none",
				a.name, dir, info.Mode())
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

func (a *account) enters(info fs.FileInfo) bool {
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return true
	case owner.Uid == a.uid:
		return info.Mode()&0o100 != 0
	case owner.Gid == a.gid:
		return info.Mode()&0o010 != 0
	}
	return info.Mode()&0o001 != 0
}

package journal

import (
	"errors"
	"fmt"
	"syscall"
)

// bypass goes over to writing a segment directly, if that is wanted and the file
// system lets us. If it does not, everything stays as it was, for later segments
// too.
//
// Some file systems refuse a write only, so the block in which the log ends is
// written once more.
func (d *folder) bypass(a *active) error {
	if !d.direct {
		return nil
	}
	err := d.tryDirect(a)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		d.direct = false
		return nil
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write segment %s directly: %w", d.path(a.segment), err), a.file.Close())
	}
	return nil
}

func (d *folder) tryDirect(a *active) error {
	block := aligned(2*blockSize, blockSize)
	n := a.end % blockSize
	off := a.end - n
	if got, err := a.file.ReadAt(block[:n], off); int64(got) < n {
		return fmt.Errorf("read the last block: %w", err)
	}
	f, err := d.fs.OpenDirect(d.path(a.segment))
	if err != nil {
		return err
	}
	whole := min(alignUp(n+headSize, blockSize), a.bytes-off)
	if err := writeAll(f, block[:whole], off); err != nil {
		return errors.Join(fmt.Errorf("write the last block: %w", err), f.Close())
	}
	_ = a.file.Close() // all of it is durable
	a.file, a.direct, a.tail = f, true, block[:n]
	return nil
}

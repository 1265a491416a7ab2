package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/cockroachdb/pebble"
	"github.com/cockroachdb/pebble/record"
	"github.com/cockroachdb/pebble/vfs"
	"github.com/hashicorp/raft"
	raftwal "github.com/hashicorp/raft-wal"
	"github.com/prometheus/prometheus/tsdb/wlog"
	"github.com/prometheus/prometheus/util/compression"
	tidwall "github.com/tidwall/wal"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.etcd.io/raft/v3/raftpb"
	"go.uber.org/zap"
)

// appender is a log as the measurements see it. commit returns when the records
// are durable, or, of a log opened without syncs, when the log has taken them. It
// may be called by many goroutines. flush waits for everything taken.
type appender interface {
	commit(records [][]byte) error
	flush() error
	close() error
}

const segmentBytes = 64 << 20

// pebbleLog is the log below pebble's commits: a LogWriter a file, and two files
// in turn, which pebble calls recycling.
type pebbleLog struct {
	dir   string
	sync  bool
	slots chan struct{} // of syncs that are under way, as in pebble's commit pipeline

	mu     sync.Mutex
	writer *record.LogWriter
	number int
}

func openPebble(dir string, sync bool) (*pebbleLog, error) {
	p := &pebbleLog{dir: dir, sync: sync, slots: make(chan struct{}, record.SyncConcurrency-1)}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return p, p.roll()
}

func (p *pebbleLog) path(n int) string { return filepath.Join(p.dir, fmt.Sprintf("%06d.log", n)) }

// roll begins the next file, over the last but one where that is there.
func (p *pebbleLog) roll() (err error) {
	if p.writer != nil {
		if err := p.writer.Close(); err != nil {
			return err
		}
	}
	p.number++
	var f vfs.File
	if p.number > 2 {
		f, err = vfs.Default.ReuseForWrite(p.path(p.number-2), p.path(p.number))
	} else {
		f, err = vfs.Default.Create(p.path(p.number))
	}
	if err != nil {
		return err
	}
	if !p.sync {
		f = idle{f}
	} else {
		f = vfs.NewSyncingFile(f, vfs.SyncingFileOptions{PreallocateSize: segmentBytes})
	}
	p.writer = record.NewLogWriter(f, pebble.FileNum(p.number), record.LogWriterConfig{QueueSemChan: p.slots})
	return nil
}

// idle is a file whose syncs do nothing.
type idle struct{ vfs.File }

func (idle) Sync() error { return nil }

func (p *pebbleLog) commit(records [][]byte) error {
	if !p.sync {
		return p.write(records, nil, nil)
	}
	var done sync.WaitGroup
	var failed error
	if err := p.begin(records, &done, &failed); err != nil {
		return err
	}
	done.Wait()
	return failed
}

// begin writes and asks for a sync, which ends with done.
func (p *pebbleLog) begin(records [][]byte, done *sync.WaitGroup, failed *error) error {
	p.slots <- struct{}{}
	done.Add(1)
	return p.write(records, done, failed)
}

func (p *pebbleLog) write(records [][]byte, done *sync.WaitGroup, failed *error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.writer.Size() >= segmentBytes {
		if err := p.roll(); err != nil {
			return err
		}
	}
	for _, r := range records[:len(records)-1] {
		if _, err := p.writer.WriteRecord(r); err != nil {
			return err
		}
	}
	_, err := p.writer.SyncRecord(records[len(records)-1], done, failed)
	return err
}

func (p *pebbleLog) flush() error {
	var done sync.WaitGroup
	var failed error
	if err := p.begin([][]byte{{0}}, &done, &failed); err != nil {
		return err
	}
	done.Wait()
	return failed
}

func (p *pebbleLog) close() error { return p.writer.Close() }

// prometheusLog syncs only when a segment ends: it is compared without syncs.
type prometheusLog struct{ log *wlog.WL }

func openPrometheus(dir string) (prometheusLog, error) {
	l, err := wlog.New(nil, nil, dir, compression.None)
	return prometheusLog{l}, err
}

func (p prometheusLog) commit(records [][]byte) error { return p.log.Log(records...) }
func (p prometheusLog) flush() error                  { return nil }
func (p prometheusLog) close() error                  { return p.log.Close() }

// tidwallLog numbers its records itself.
type tidwallLog struct {
	mu   sync.Mutex
	log  *tidwall.Log
	next uint64
}

func openTidwall(dir string, sync bool) (*tidwallLog, error) {
	l, err := tidwall.Open(dir, &tidwall.Options{NoSync: !sync, SegmentSize: segmentBytes})
	return &tidwallLog{log: l}, err
}

func (w *tidwallLog) commit(records [][]byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(records) == 1 {
		w.next++
		return w.log.Write(w.next, records[0])
	}
	var b tidwall.Batch
	for _, r := range records {
		w.next++
		b.Write(w.next, r)
	}
	return w.log.WriteBatch(&b)
}

func (w *tidwallLog) flush() error { return nil }
func (w *tidwallLog) close() error { return w.log.Close() }

// etcdLog writes entries of one term.
type etcdLog struct {
	mu   sync.Mutex
	log  *wal.WAL
	next uint64
}

func openEtcd(dir string, sync bool) (*etcdLog, error) {
	l, err := wal.Create(zap.NewNop(), dir, nil)
	if err == nil && !sync {
		l.SetUnsafeNoFsync()
	}
	return &etcdLog{log: l}, err
}

func (e *etcdLog) commit(records [][]byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	entries := make([]*raftpb.Entry, len(records))
	for i, r := range records {
		e.next++
		entries[i] = &raftpb.Entry{Term: new(uint64(1)), Index: new(e.next), Data: r}
	}
	return e.log.Save(&raftpb.HardState{Term: new(uint64(1)), Vote: new(uint64(1)), Commit: new(e.next)}, entries)
}

func (e *etcdLog) flush() error { return nil }
func (e *etcdLog) close() error { return e.log.Close() }

// raftLog is raft-wal, which always syncs.
type raftLog struct {
	mu   sync.Mutex
	log  *raftwal.WAL
	next uint64
}

func openRaft(dir string) (*raftLog, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	l, err := raftwal.Open(dir)
	return &raftLog{log: l}, err
}

func (r *raftLog) commit(records [][]byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	logs := make([]*raft.Log, len(records))
	for i, b := range records {
		r.next++
		logs[i] = &raft.Log{Index: r.next, Term: 1, Data: b}
	}
	return r.log.StoreLogs(logs)
}

func (r *raftLog) flush() error { return nil }
func (r *raftLog) close() error { return r.log.Close() }

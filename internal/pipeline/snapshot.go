package pipeline

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"

	"guildpulse/events"
)

// A snapshot is the books and the memory as of one journal sequence, in one file:
//
//	0       8     12      28      36        44         52
//	┌───────┬──────┬───────┬───────┬─────────┬──────────┬───────┬────────┬───────┐
//	│GPSNAP │ ver. │journal│ next  │ length  │ length   │ books │ memory │CRC32C │
//	│ 00 0A │ u32  │ id 16 │ u64   │ books   │ memory   │       │        │ u32   │
//	└───────┴──────┴───────┴───────┴─────────┴──────────┴───────┴────────┴───────┘
//
// The checksum covers all before it. Two are kept, and the journal back to the
// older, so that one that has rotted costs a longer replay and nothing else.
const (
	snapMagic   = "GPSNAP\x00\x0a"
	snapVersion = 1
	snapHead    = 8 + 4 + 16 + 8 + 8 + 8
	snapKept    = 2
	snapMax     = 1 << 32 // bytes
)

// ErrSnapshot says that a snapshot file cannot be used.
var ErrSnapshot = errors.New("the snapshot cannot be used")

type snapshots struct{ dir string }

type snapshot struct {
	journal       [16]byte
	next          events.Seq
	books, memory []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (s *snapshot) encode() []byte {
	le := binary.LittleEndian
	b := make([]byte, 0, snapHead+len(s.books)+len(s.memory)+4)
	b = append(b, snapMagic...)
	b = le.AppendUint32(b, snapVersion)
	b = append(b, s.journal[:]...)
	b = le.AppendUint64(b, uint64(s.next))
	b = le.AppendUint64(b, uint64(len(s.books)))
	b = le.AppendUint64(b, uint64(len(s.memory)))
	b = append(append(b, s.books...), s.memory...)
	return le.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func decodeSnapshot(b []byte) (*snapshot, error) {
	le := binary.LittleEndian
	if len(b) < snapHead+4 || string(b[:8]) != snapMagic {
		return nil, fmt.Errorf("%w: not a snapshot", ErrSnapshot)
	}
	if v := le.Uint32(b[8:]); v != snapVersion {
		return nil, fmt.Errorf("%w: version %d, this program reads %d", ErrSnapshot, v, snapVersion)
	}
	body := b[:len(b)-4]
	if crc32.Checksum(body, castagnoli) != le.Uint32(b[len(b)-4:]) {
		return nil, fmt.Errorf("%w: checksum differs", ErrSnapshot)
	}
	s := &snapshot{next: events.Seq(le.Uint64(b[28:]))}
	copy(s.journal[:], b[12:])
	books, memory := le.Uint64(b[36:]), le.Uint64(b[44:])
	if rest := uint64(len(body) - snapHead); books > rest || memory != rest-books {
		return nil, fmt.Errorf("%w: lengths do not add up", ErrSnapshot)
	}
	s.books, s.memory = body[snapHead:snapHead+books], body[snapHead+books:]
	return s, nil
}

// files lists the snapshots, newest first.
func (s *snapshots) files() ([]string, error) {
	names, err := filepath.Glob(filepath.Join(s.dir, "snapshot-????????????????"))
	if err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

func (s *snapshots) read(name string) (*snapshot, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	if info.Size() > snapMax {
		return nil, fmt.Errorf("%w: %d bytes", ErrSnapshot, info.Size())
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	return decodeSnapshot(b)
}

// write stores a snapshot so that it is there whole or not at all, drops all but
// the newest two, and returns the sequence of the oldest that is left.
func (s *snapshots) write(snap *snapshot) (events.Seq, error) {
	name := filepath.Join(s.dir, fmt.Sprintf("snapshot-%016x", uint64(snap.next)))
	if err := writeFile(name, snap.encode()); err != nil {
		return 0, fmt.Errorf("write snapshot: %w", err)
	}
	names, err := s.files()
	if err != nil {
		return 0, err
	}
	for len(names) > snapKept {
		if err := os.Remove(names[len(names)-1]); err != nil {
			return 0, fmt.Errorf("drop old snapshot: %w", err)
		}
		names = names[:len(names)-1]
	}
	if len(names) < snapKept {
		return 0, nil
	}
	var oldest uint64
	_, err = fmt.Sscanf(filepath.Base(names[len(names)-1]), "snapshot-%016x", &oldest)
	if err != nil {
		return 0, fmt.Errorf("name of snapshot: %w", err)
	}
	return events.Seq(oldest), nil
}

func writeFile(name string, b []byte) (err error) {
	tmp := name + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// snapshot writes the state as of a turn: the books were encoded when ingest
// decided it, memory has just applied it.
func (p *Pipeline) snapshot(t *turn) error {
	memory, err := p.cfg.Memory.AppendSnapshot(nil)
	if err != nil {
		return fmt.Errorf("encode memory: %w", err)
	}
	oldest, err := p.snaps.write(&snapshot{
		journal: p.cfg.JournalID, next: t.next, books: t.snapshot, memory: memory,
	})
	if err != nil {
		return err
	}
	p.count.snapshots.Add(1)
	return p.cfg.Journal.Advance(CursorSnapshot, max(oldest, p.cfg.Journal.First()))
}

// lastSnapshot writes the state at the end, so that the next start replays nothing.
func (p *Pipeline) lastSnapshot() error {
	next := p.cfg.Journal.Durable()
	if p.cfg.SnapshotDir == "" || next == p.recovered && p.count.journaled.Load() == 0 {
		return nil
	}
	return p.snapshot(&turn{next: next, snapshot: p.books.encode()})
}

// ── the books' form in a snapshot ───────────────────────────────────────────

type storedBooks struct {
	Positions []storedPosition
	Tracks    []storedTrack
	Voice     []storedSession
	Authors   [][2]uint64
	PairsDay  int64
	Today     []uint64
	Was       []uint64
	Excluded  [][2]uint64
	OptedOut  [][2]uint64
	Emoji     map[uint64][]events.Emoji
}

type storedPosition struct {
	Session events.Session
	Shard   uint16
	Seq     uint64
	At      int64
	Before  int64
}

type storedTrack struct {
	Guild, Channel uint64
	Spans, Holes   [][2]uint64
	Base           uint64
	Recent         []uint64
	Lo             uint64
	Open           bool
	Shard          uint16
}

type storedSession struct {
	Guild, User, Channel uint64
	Opened, Proof        int64
	Flags                events.Flags
}

func (b *books) encode() []byte {
	s := storedBooks{
		PairsDay: b.pairs.day, Today: keys(b.pairs.today), Was: keys(b.pairs.was),
		Authors: b.authors.entries(), Emoji: b.emoji.all(),
	}
	for shard, p := range b.positions {
		s.Positions = append(s.Positions, storedPosition{p.session, shard, p.seq, p.at, p.before})
	}
	for at, t := range b.coverage.tracks {
		st := storedTrack{
			Guild: at.guild, Channel: at.channel, Base: t.base, Recent: t.recent, Lo: t.lo, Open: t.open, Shard: t.shard,
		}
		for _, sp := range t.spans {
			st.Spans = append(st.Spans, [2]uint64{sp.lo, sp.hi})
		}
		for _, h := range t.holes {
			st.Holes = append(st.Holes, [2]uint64{h.lo, h.hi})
		}
		s.Tracks = append(s.Tracks, st)
	}
	for _, who := range b.voice.people(0, false) {
		v := b.voice.sessions[who]
		s.Voice = append(s.Voice, storedSession{who.guild, who.user, v.channel, v.opened, v.proof, v.flags})
	}
	for at := range b.excluded {
		s.Excluded = append(s.Excluded, [2]uint64{at.guild, at.channel})
	}
	for _, who := range sortedPeople(b.optedOut) {
		s.OptedOut = append(s.OptedOut, [2]uint64{who.guild, who.user})
	}
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(&s); err != nil {
		panic("gob refuses plain structs: " + err.Error())
	}
	return out.Bytes()
}

func keys(set map[uint64]struct{}) []uint64 {
	out := make([]uint64, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// decode fills empty books.
func (b *books) decode(raw []byte) error {
	var s storedBooks
	if err := gob.NewDecoder(bytes.NewReader(raw)).Decode(&s); err != nil {
		return fmt.Errorf("%w: books: %w", ErrSnapshot, err)
	}
	for _, p := range s.Positions {
		b.positions[p.Shard] = position{p.Session, p.Seq, p.At, p.Before}
	}
	for _, st := range s.Tracks {
		t := &track{base: st.Base, recent: st.Recent, lo: st.Lo, open: st.Open, shard: st.Shard}
		for _, sp := range st.Spans {
			t.spans = append(t.spans, span{sp[0], sp[1]})
		}
		for _, h := range st.Holes {
			t.holes = append(t.holes, span{h[0], h[1]})
			b.coverage.torn = true
		}
		b.coverage.tracks[place{st.Guild, st.Channel}] = t
	}
	for _, v := range s.Voice {
		b.voice.enter(person{v.Guild, v.User}, voiceSession{v.Channel, v.Opened, v.Proof, v.Flags})
	}
	for _, a := range s.Authors {
		b.authors.add(a[0], a[1])
	}
	b.pairs.day = s.PairsDay
	for _, k := range s.Today {
		b.pairs.today[k] = struct{}{}
	}
	for _, k := range s.Was {
		b.pairs.was[k] = struct{}{}
	}
	for _, at := range s.Excluded {
		b.excluded[place{at[0], at[1]}] = struct{}{}
	}
	for _, who := range s.OptedOut {
		b.optedOut[person{who[0], who[1]}] = struct{}{}
	}
	for g, entries := range s.Emoji {
		for _, e := range entries {
			b.emoji.learn(g, e)
		}
	}
	return nil
}

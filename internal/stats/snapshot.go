package stats

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/internal/report"
	"guildpulse/persist"
	"guildpulse/sketch"
)

// distinctForm is the form of the distinct counts in a snapshot: 1 are UltraLogLogs.
// Before there was a form, which gob reads as 0, they were HyperLogLogs, of which
// none can be made: the server is rebuilt from the store's rows.
const distinctForm = 1

// storedServer is a server in a snapshot. The file around it is checksummed and
// versioned (internal/pipeline).
type storedServer struct {
	ID               uint64
	Distinct         int // distinctForm
	Settings         []byte
	Hidden, OptedOut []uint64
	Skip, Stale      events.Seq
	Late             bool
	Newest           guild.Day
	Quarter          int32
	Boards           map[report.Metric][]byte
	Days             map[guild.Day][]byte
	Quarters         map[int32][]byte
	Ledgers          map[uint64][]byte
	Tail             []persist.Row
	TailSeq          []events.Seq
}

// AppendSnapshot appends the state as of the last Apply.
func (t *Stats) AppendSnapshot(b []byte) ([]byte, error) {
	var out bytes.Buffer
	enc := gob.NewEncoder(&out)
	for _, s := range t.all() {
		stored, err := s.store()
		if err != nil {
			return b, fmt.Errorf("snapshot of server %d: %w", s.id, err)
		}
		if err := enc.Encode(stored); err != nil {
			return b, fmt.Errorf("snapshot of server %d: %w", s.id, err)
		}
	}
	return append(b, out.Bytes()...), nil
}

func (s *server) store() (*storedServer, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p := s.public
	out := &storedServer{
		ID: s.id, Distinct: distinctForm, Hidden: setKeys(s.hidden), OptedOut: setKeys(s.optedOut),
		Skip: s.skip, Stale: s.stale, Late: s.late, Newest: p.newest, Quarter: p.quarter,
		Boards: make(map[report.Metric][]byte), Days: make(map[guild.Day][]byte),
		Quarters: make(map[int32][]byte), Ledgers: make(map[uint64][]byte),
	}
	var err error
	keep := func(b []byte, e error) []byte {
		if e != nil {
			err = e
		}
		return b
	}
	out.Settings = keep(guild.EncodeSettings(s.settings))
	for _, m := range report.Metrics() {
		out.Boards[m] = keep(p.board(m).AppendBinary(nil))
	}
	for d, h := range p.uniques.days {
		out.Days[d] = keep(h.AppendBinary(nil))
	}
	for q, h := range p.uniques.quarters {
		out.Quarters[q] = keep(h.AppendBinary(nil))
	}
	for n := range p.ledgers.Cap() {
		if l := p.ledgers.Get(n); l.Len() > 0 {
			out.Ledgers[p.roster.Member(n)] = keep(l.AppendBinary(nil))
		}
	}
	for seq, r := range s.tail.from(s.tail.flushed) {
		out.Tail = append(out.Tail, *r)
		out.TailSeq = append(out.TailSeq, seq)
	}
	return out, err
}

func setKeys(set map[uint64]struct{}) []uint64 {
	out := make([]uint64, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Restore takes a snapshot over; the memory stays as it was on error. Without one
// (b nil) it begins with what the store knows: every server of it is rebuilt.
func (t *Stats) Restore(b []byte) error {
	if b == nil {
		return t.fromStore(context.Background())
	}
	servers := make(map[uint64]*server)
	var busy []*server
	dec := gob.NewDecoder(bytes.NewReader(b))
	for {
		var stored storedServer
		err := dec.Decode(&stored)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("restore: %w", err)
		}
		s, err := t.restored(&stored)
		if err != nil {
			return fmt.Errorf("restore server %d: %w", stored.ID, err)
		}
		servers[s.id] = s
		if s.busy = !s.tail.idle(); s.busy {
			busy = append(busy, s)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.servers, t.busy = servers, busy
	return nil
}

func (t *Stats) restored(in *storedServer) (*server, error) {
	set, err := guild.DecodeSettings(in.Settings)
	if err != nil {
		return nil, err
	}
	rules, err := rulesOf(set, t.cfg.Zones)
	if err != nil {
		return nil, err
	}
	s := newServer(in.ID, t.cfg.Key, rules)
	s.settings, s.skip, s.stale, s.late = set, in.Skip, in.Stale, in.Late
	if in.Distinct != distinctForm {
		s.stale = max(s.stale, 1)
	}
	for _, c := range in.Hidden {
		s.hidden[c] = struct{}{}
	}
	for _, m := range in.OptedOut {
		s.optedOut[m] = struct{}{}
	}
	for i, r := range in.Tail {
		s.tail.add(in.TailSeq[i], &r)
	}
	return s, s.public.restore(in)
}

func (p *public) restore(in *storedServer) error {
	p.newest, p.quarter = in.Newest, in.Quarter
	for _, m := range report.Metrics() {
		if err := p.board(m).UnmarshalBinary(in.Boards[m]); err != nil {
			return err
		}
	}
	for m, raw := range in.Ledgers {
		var l guild.Ledger
		if err := l.UnmarshalBinary(raw); err != nil {
			return err
		}
		if err := p.ledgers.Put(p.roster.Enter(m), &l); err != nil {
			return err
		}
	}
	if in.Distinct != distinctForm {
		return nil
	}
	return p.uniques.restore(in)
}

func (u *uniques) restore(in *storedServer) error {
	for d, raw := range in.Days {
		u.days[d] = sketch.NewUltraLogLog(dayPrecision, u.key)
		if err := u.days[d].UnmarshalBinary(raw); err != nil {
			return err
		}
	}
	for q, raw := range in.Quarters {
		u.quarters[q] = sketch.NewUltraLogLog(quarterPrecision, u.key)
		if err := u.quarters[q].UnmarshalBinary(raw); err != nil {
			return err
		}
	}
	return nil
}

// fromStore begins with the store's choices and has every server rebuilt.
func (t *Stats) fromStore(ctx context.Context) error {
	return t.cfg.Store.View(ctx, func(v persist.View) error {
		guilds, err := v.Guilds(ctx)
		if err != nil {
			return err
		}
		for _, g := range guilds {
			t.server(g).stale = max(v.Cursor().Next, 1)
		}
		states, err := v.States(ctx)
		if err != nil {
			return err
		}
		for _, st := range states {
			if err := t.choose(st); err != nil {
				return err
			}
		}
		outs, err := v.OptOuts(ctx)
		for _, o := range outs {
			t.server(o.Guild).optedOut[o.Member] = struct{}{}
		}
		return err
	})
}

func (t *Stats) choose(st persist.GuildState) error {
	s := t.server(st.Guild)
	s.hide(st.Hidden)
	if len(st.Settings) == 0 {
		return nil
	}
	if err := s.configure(st.Settings, t.cfg.Zones); err != nil {
		return fmt.Errorf("server %d: %w", st.Guild, err)
	}
	return nil
}

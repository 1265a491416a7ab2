package fakediscord

// ReplayLog opens the replay log to tests.
type ReplayLog struct {
	l    replayLog
	play *event
}

func NewReplayLog() *ReplayLog { return &ReplayLog{l: newReplayLog(), play: &event{play: &guild{}}} }

// Append adds a played line, or an event of its own, with an id.
func (r *ReplayLog) Append(id uint64, own bool) uint64 {
	ev := r.play
	if own {
		ev = &event{}
	}
	return r.l.append(ev, logged{id: id})
}

func (r *ReplayLog) AppendBytes(n int)           { r.l.append(&event{body: make([]byte, n)}, logged{}) }
func (r *ReplayLog) Trim(limit int, keep uint64) { r.l.trim(limit, 1<<30, keep) }
func (r *ReplayLog) TrimBytes(n int)             { r.l.trim(1<<30, n, r.l.next) }
func (r *ReplayLog) First() uint64               { return r.l.first }
func (r *ReplayLog) Bytes() int                  { return r.l.bytes }
func (r *ReplayLog) At(seq uint64) uint64        { _, line := r.l.at(seq); return line.id }

// History opens a channel's columns to tests.
type History struct{ h history }

func (h *History) Add(id uint64, author uint32) bool { return h.h.add(row{id: id, author: author}) }
func (h *History) Remove(id uint64) bool             { return h.h.remove(id) }
func (h *History) Find(id uint64) (author uint32, ok bool) {
	r, ok := h.h.find(id)
	return r.author, ok
}
func (h *History) Between(lo, hi uint64) int { return h.h.between(lo, hi) }

// Page returns the ids of a page.
func (h *History) Page(before, after, around uint64, limit int) []uint64 {
	var out []uint64
	for _, r := range h.h.page(page{before: before, after: after, around: around, limit: limit}) {
		out = append(out, r.id)
	}
	return out
}

// AppendString and AppendTime open the encoder to tests.
func AppendString(b []byte, s string) []byte { return appendString(b, s) }
func AppendTime(b []byte, ms int64) []byte   { return appendTime(b, ms) }

// Overwritten opens the arithmetic of permissions to tests.
func Overwritten(p uint64, list []Overwrite, everyone, user uint64, roles []uint64) uint64 {
	return overwrite(p, list, everyone, user, roles)
}

// ParseMessage and ParseCommand open the decoders to fuzzing.
func ParseMessage(data []byte) error { _, err := parseMessage(data, nil, nil); return err }
func ParseCommand(data []byte) error { _, err := parseCommand(data, "0"); return err }

// SplitMultipart opens the decoder of uploads to fuzzing.
func SplitMultipart(contentType string, raw []byte) ([]byte, []File, error) {
	return splitMultipart(contentType, raw)
}

package persist

import (
	"cmp"
	"context"
	"slices"

	"guildpulse/events"
)

// Grain is the length of time that one stored sum stands for.
type Grain uint8

// The grains.
const (
	GrainQuarter Grain = 1 // 15 minutes UTC
	GrainDay     Grain = 2 // server-local days
	GrainMonth   Grain = 3 // server-local months
)

// Dimension is what a query groups its sums by.
type Dimension uint8

// The dimensions.
const (
	ByNothing Dimension = 0 // one sum per kind
	ByMember  Dimension = 1
	ByChannel Dimension = 2
	ByPeriod  Dimension = 3 // the quarter, day or month, after the grain
)

// SumQuery asks for sums over rows or roll-ups of one server.
type SumQuery struct {
	Guild    uint64
	Grain    Grain
	From, To int32         // periods of the grain, both included
	Kinds    []events.Kind // none = every kind
	By       Dimension
	Exclude  []uint64 // channels to leave out
	Member   *uint64  // only this member, when set
	Channel  *uint64  // only this channel, when set
}

// Sum is one answer of a SumQuery. Key is the member, the channel or the period
// (as its two's complement), 0 for ByNothing.
type Sum struct {
	Key    uint64
	Kind   events.Kind
	Count  int64
	Amount int64
}

// SortSums puts a query's sums into the order that a View promises: ids as unsigned
// numbers, periods by time.
func SortSums(sums []Sum, by Dimension) {
	var sign uint64
	if by == ByPeriod {
		sign = 1 << 63
	}
	slices.SortFunc(sums, func(a, b Sum) int {
		if a.Key != b.Key {
			return cmp.Compare(a.Key^sign, b.Key^sign)
		}
		return cmp.Compare(a.Kind, b.Kind)
	})
}

// View is one read transaction.
type View interface {
	// Cursor tells to which record the view belongs.
	Cursor() Cursor
	// Sums answers q, ordered by key (periods by time) and kind. Sums of nothing
	// are left out. It costs a scan of the rows in the range.
	Sums(ctx context.Context, q SumQuery) ([]Sum, error)
	// Rows hands over every row of a server with from ≤ quarter ≤ to, ordered by
	// member and quarter, until yield returns an error, which it passes on. The
	// row is valid during the call only.
	Rows(ctx context.Context, guild uint64, from, to int32, yield func(*Row) error) error
	// MemberRows is Rows for one member.
	MemberRows(ctx context.Context, guild, member uint64, from, to int32, yield func(*Row) error) error
	// States returns what is stored of every server's settings.
	States(ctx context.Context) ([]GuildState, error)
	// OptOuts returns who is not counted, of all servers.
	OptOuts(ctx context.Context) ([]OptOut, error)
	// OpenVoice returns the voice sessions that have not ended, of all servers.
	OpenVoice(ctx context.Context) ([]VoiceSession, error)
	// Spans returns the counted spans of a server, ordered by channel and Lo.
	Spans(ctx context.Context, guild uint64) ([]Span, error)
	// Gaps returns the gaps that overlap [from, to], newest first.
	Gaps(ctx context.Context, from, to int64) ([]Gap, error)
	// Emoji returns a server's dictionary, ordered by number.
	Emoji(ctx context.Context, guild uint64) ([]Emoji, error)
	// Guilds returns every server that has rows or a name.
	Guilds(ctx context.Context) ([]uint64, error)
}

// Store is what both stores are. Each consumer declares the part it needs; this
// one is for wiring and for storetest.
type Store interface {
	// Take makes this process the store's owner: it takes the next epoch and
	// binds the store to the journal, or returns ErrForeign when the store belongs to
	// another one. The first Take of a new store sets the cursor to first.
	Take(ctx context.Context, journal [16]byte, first events.Seq) (Cursor, error)
	// Cursor reads where the store stands.
	Cursor(ctx context.Context) (Cursor, error)
	// Apply commits b whole or not at all. ErrFenced, ErrCursor and ErrUnavailable
	// can be told apart; after any other error the cursor must be read again too.
	Apply(ctx context.Context, b *Batch) error
	// View runs f in one read transaction.
	View(ctx context.Context, f func(View) error) error
	// SaveDirectory stores names; the newest holds.
	SaveDirectory(ctx context.Context, d *Directory) error
	// LoadDirectory returns a server's names; guild 0 asks for all servers
	// without their members.
	LoadDirectory(ctx context.Context, guild uint64) (*Directory, error)
	// Stats counts transactions, statements and rows since the store was opened.
	Stats() Stats
	Close() error
}

// Stats counts what a store has done. Statements count BEGIN and COMMIT too.
type Stats struct {
	Transactions uint64
	Statements   uint64
	Rows         uint64 // rows and roll-ups written
	Batches      uint64
}

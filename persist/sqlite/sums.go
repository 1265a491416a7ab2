package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"guildpulse/events"
	"guildpulse/persist"
)

// Sums implements persist.View. SQLite's own GROUP BY sorts all rows by their group
// first; add_up finds each row's sum by its hash, in half the time.
func (v *view) Sums(ctx context.Context, q persist.SumQuery) ([]persist.Sum, error) {
	query, err := sumsQuery(q.Grain, q.By)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", err)
	}
	only, args := filters(&q)
	v.tx.stats.statements.Add(1)
	var packed []byte
	err = v.tx.QueryRowContext(ctx, strings.Replace(query, "{only}", only, 1), args...).Scan(&packed)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", failure(ctx, err))
	}
	sums := unpack(packed)
	persist.SortSums(sums, q.By)
	return sums, nil
}

// filters returns the conditions that a question has beyond its range, and all of its
// arguments. A condition costs time for each row, so that there is none without need.
func filters(q *persist.SumQuery) (string, []any) {
	args := []any{signed(q.Guild), int64(q.From), int64(q.To)}
	var only strings.Builder
	and := func(condition string, arg any) {
		args = append(args, arg)
		only.WriteString("\n  AND " + strings.Replace(condition, "?", "?"+strconv.Itoa(len(args)), 1))
	}
	if len(q.Kinds) > 0 {
		numbers := make([]string, len(q.Kinds))
		for i, kind := range q.Kinds {
			numbers[i] = strconv.Itoa(int(kind))
		}
		only.WriteString("\n  AND kind IN (" + strings.Join(numbers, ", ") + ")")
	}
	if len(q.Exclude) > 0 {
		and("channel_id NOT IN (SELECT value FROM json_each(?))", jsonIDs(q.Exclude))
	}
	if q.Member != nil {
		and("member_id = ?", signed(*q.Member))
	}
	if q.Channel != nil {
		and("channel_id = ?", signed(*q.Channel))
	}
	return only.String(), args
}

// adder is the aggregate function add_up(key, kind, count, amount): the sums of each
// key and kind, in one value. Time is O(rows), memory O(sums).
type adder struct {
	at   [1 << 8]map[uint64]int32 // by kind and key, in sums
	sums []persist.Sum
}

// register makes add_up known to the driver, for all connections to come.
var register = sync.OnceFunc(func() {
	sqlite.MustRegisterFunction("add_up", &sqlite.FunctionImpl{
		NArgs: 4, Deterministic: true,
		MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) {
			return new(adder), nil
		},
	})
})

var (
	errOverflow = errors.New("a sum leaves 64 bits")
	errAddUp    = errors.New("add_up takes four integers, and is no window's function")
)

// Step implements sqlite.AggregateFunction.
func (a *adder) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	key, ok1 := args[0].(int64)
	kind, ok2 := args[1].(int64)
	count, ok3 := args[2].(int64)
	amount, ok4 := args[3].(int64)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return errAddUp
	}
	at := a.at[uint8(kind)] // as it was written
	n, ok := at[unsigned(key)]
	if !ok {
		if at == nil {
			at = make(map[uint64]int32)
			a.at[uint8(kind)] = at
		}
		n = int32(len(a.sums)) // fewer than rows
		at[unsigned(key)] = n
		a.sums = append(a.sums, persist.Sum{Key: unsigned(key), Kind: events.Kind(kind)})
	}
	s := &a.sums[n]
	if !add(&s.Count, count) || !add(&s.Amount, amount) {
		return errOverflow
	}
	return nil
}

// add reports whether the sum is right.
func add(sum *int64, n int64) bool {
	old := *sum
	*sum += n
	return (*sum > old) == (n > 0)
}

// WindowInverse is for windows only.
func (a *adder) WindowInverse(*sqlite.FunctionContext, []driver.Value) error { return errAddUp }

// Final has nothing to do.
func (a *adder) Final(*sqlite.FunctionContext) {}

// WindowValue implements sqlite.AggregateFunction.
func (a *adder) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return pack(a.sums), nil }

// A packed sum: key, count, amount and kind, little endian. It does not leave the
// process.
//
//	| key: 8 | count: 8 | amount: 8 | kind: 1 |
const packedSum = 8 + 8 + 8 + 1

// pack leaves out sums of nothing: whether a row that came to nothing is still stored
// does not show.
func pack(sums []persist.Sum) []byte {
	b := make([]byte, 0, len(sums)*packedSum)
	le := binary.LittleEndian
	for i := range sums {
		s := &sums[i]
		if s.Count == 0 && s.Amount == 0 {
			continue
		}
		b = le.AppendUint64(b, s.Key)
		b = le.AppendUint64(b, uint64(s.Count))  // the same bits
		b = le.AppendUint64(b, uint64(s.Amount)) // the same bits
		b = append(b, byte(s.Kind))
	}
	return b
}

// unpack is the inverse of pack.
func unpack(b []byte) []persist.Sum {
	sums := make([]persist.Sum, 0, len(b)/packedSum)
	le := binary.LittleEndian
	for ; len(b) > 0; b = b[packedSum:] {
		sums = append(sums, persist.Sum{
			Key:   le.Uint64(b),
			Count: int64(le.Uint64(b[8:])), Amount: int64(le.Uint64(b[16:])), // the same bits
			Kind: events.Kind(b[24]),
		})
	}
	return sums
}

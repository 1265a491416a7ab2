package rank_test

import (
	"cmp"
	"flag"
	"maps"
	"math"
	"math/big"
	"os"
	"slices"
	"strconv"
	"testing"

	"guildpulse/rank"
)

// TestMain makes a state machine take 10,000 steps, and in a soak GUILDPULSE_SOAK times
// as many.
func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", strconv.Itoa(checks*soak()))
	_ = flag.Set("rapid.steps", "100")
	flag.Parse()
	os.Exit(m.Run())
}

// soak is how many times longer the long tests run: GUILDPULSE_SOAK, or 1.
func soak() int {
	text := os.Getenv("GUILDPULSE_SOAK")
	if text == "" {
		return 1
	}
	factor, err := strconv.Atoi(text)
	if err != nil || factor < 1 {
		panic("GUILDPULSE_SOAK=" + text + ": want a number from 1 on")
	}
	return factor
}

// precision is enough to add up to exponents 4,000 apart without rounding.
const precision = 4096

// oracle is a leaderboard as one would explain it: a map and a sort, in
// numbers that are never rounded. Times are in half-lives, so that every
// weight decays to a power of two of itself.
type oracle struct {
	decays   bool
	landmark int64
	values   map[uint64]*big.Float // at landmark 0
}

// rounded returns a value as it is ranked, to 53 bits.
func rounded(f *big.Float) *big.Float { return new(big.Float).SetPrec(53).Set(f) }

func newOracle(decays bool) *oracle {
	return &oracle{decays: decays, values: map[uint64]*big.Float{}}
}

// scaled returns f·2^e.
func scaled(f *big.Float, e int64) *big.Float {
	return new(big.Float).SetPrec(precision).SetMantExp(f, int(e))
}

func number(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

func (o *oracle) add(id uint64, at int64, weight float64) {
	if weight == 0 {
		return
	}
	if !o.decays {
		at = 0
	} else {
		o.move(at)
	}
	credit := scaled(number(weight), at)
	least := scaled(number(rank.MinValue), o.landmark)
	value, ok := o.values[id]
	if !ok {
		value = number(0)
	}
	value = new(big.Float).SetPrec(precision).Add(value, credit)
	rounding := scaled(new(big.Float).Neg(credit), -52)
	switch {
	case !ok && weight < 0:
	case rounded(value).Cmp(least) < 0, rounded(value).Cmp(rounding) <= 0:
		delete(o.values, id)
	default:
		o.values[id] = value
	}
}

// move is the documented life of a landmark: it goes to the first event, then
// to one that is more than MaxLead half-lives ahead, and leaves behind what is
// nothing from there.
func (o *oracle) move(at int64) {
	if len(o.values) > 0 && at-o.landmark <= rank.MaxLead {
		return
	}
	o.landmark = at
	least := scaled(number(rank.MinValue), at)
	for id, value := range o.values {
		if rounded(value).Cmp(least) < 0 {
			delete(o.values, id)
		}
	}
}

// score returns a member's value as it is ranked and as it has decayed.
func (o *oracle) score(id uint64, at int64) float64 {
	if !o.decays {
		at = 0
	}
	score, _ := scaled(rounded(o.values[id]), -at).Float64()
	return min(score, math.MaxFloat64)
}

// ranking returns all members in order.
func (o *oracle) ranking(at int64) []rank.Entry {
	values := map[uint64]*big.Float{}
	for id, value := range o.values {
		values[id] = rounded(value)
	}
	ids := slices.SortedFunc(maps.Keys(values), func(a, b uint64) int {
		return cmp.Or(values[b].Cmp(values[a]), cmp.Compare(a, b))
	})
	order := make([]rank.Entry, len(ids))
	for i, id := range ids {
		order[i] = rank.Entry{Member: id, Score: o.score(id, at), Rank: i + 1}
	}
	return order
}

// bigExp2 returns 2^x to 60 digits, x between -2^40 and 2^40.
func bigExp2(x *big.Rat) *big.Float {
	whole := new(big.Int).Div(x.Num(), x.Denom())
	part := new(big.Rat).Sub(x, new(big.Rat).SetInt(whole))
	ln2, _, _ := big.ParseFloat("0.693147180559945309417232121458176568075500134360255254120680009493393621969694715605863326996418687", 10, 300, big.ToNearestEven)
	u := new(big.Float).SetPrec(300).SetRat(part)
	u.Mul(u, ln2)
	sum, term := new(big.Float).SetPrec(300).SetInt64(1), new(big.Float).SetPrec(300).SetInt64(1)
	for k := int64(1); k < 60; k++ {
		term.Mul(term, u)
		term.Quo(term, new(big.Float).SetInt64(k))
		sum.Add(sum, term)
	}
	return new(big.Float).SetMantExp(sum, int(whole.Int64()))
}

// off returns how far got is from want, relative to want.
func off(got float64, want *big.Float) float64 {
	d := new(big.Float).SetPrec(300).Sub(number(got), want)
	d.Quo(d, want)
	r, _ := d.Abs(d).Float64()
	return r
}

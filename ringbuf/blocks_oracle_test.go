package ringbuf_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guildpulse/ringbuf"
)

// blocksOracle is a ring of blocks written without a thought: every claim there
// ever was, in order, and how far each has come.
type blocksOracle struct {
	ring   *ringbuf.Blocks[int]
	claims []claim
	taken  int // claims from here on were not yet taken
	closed bool
	next   int
}

type claim struct {
	block  *ringbuf.Block[int]
	stage  stage
	values []int
}

type stage int

const (
	claimed stage = iota
	published
	held
	released
)

// free reports whether the block of the next claim is.
func (o *blocksOracle) free() bool {
	lap := len(o.claims) - o.ring.Cap()
	return !o.closed && (lap < 0 || o.claims[lap].stage == released)
}

// oldest passes over empty blocks and returns the claim that comes next, or nil.
func (o *blocksOracle) oldest() *claim {
	for ; o.taken < len(o.claims); o.taken++ {
		c := &o.claims[o.taken]
		if c.stage != published {
			return nil
		}
		if len(c.values) > 0 {
			return c
		}
		c.stage = released
	}
	return nil
}

// some draws one of the claims at a stage; nil if there is none.
func (o *blocksOracle) some(t *rapid.T, s stage) *claim {
	var at []*claim
	for i := range o.claims {
		if o.claims[i].stage == s {
			at = append(at, &o.claims[i])
		}
	}
	if len(at) == 0 {
		return nil
	}
	return rapid.SampledFrom(at).Draw(t, "claim")
}

func TestBlocksOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		blocks := 1 << rapid.IntRange(1, 3).Draw(t, "block bits")
		start := beforeWrap(rapid.Uint64Range(0, 20).Draw(t, "claims before the wrap"))
		o := &blocksOracle{ring: ringbuf.NewBlocksAt[int](blocks, start)}
		o.ring.ParkAtOnce()
		t.Repeat(o.actions())
	})
}

func (o *blocksOracle) actions() map[string]func(*rapid.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	return map[string]func(*rapid.T){
		"TryClaim": func(t *rapid.T) { o.claim(t, o.ring.TryClaim()) },
		"Claim": func(t *rapid.T) {
			want := map[bool]error{true: ringbuf.ErrClosed, false: context.Canceled}[o.closed]
			b, err := o.ring.Claim(ended)
			if b == nil && !errors.Is(err, want) || b != nil && err != nil {
				t.Fatalf("Claim: %v, want %v", err, want)
			}
			o.claim(t, b)
		},
		"Publish": func(t *rapid.T) {
			c := o.some(t, claimed)
			if c == nil {
				return
			}
			n := rapid.SampledFrom([]int{0, 1, 2, ringbuf.BlockLen}).Draw(t, "n")
			for i := range n {
				o.next++
				c.block.Slots()[i] = o.next
				c.values = append(c.values, o.next)
			}
			o.ring.Publish(c.block, n)
			c.stage = published
		},
		"TryTake": func(t *rapid.T) { o.take(t, o.ring.TryTake()) },
		"Take": func(t *rapid.T) {
			o.oldest()
			want := map[bool]error{true: ringbuf.ErrClosed, false: context.Canceled}[o.closed && o.taken == len(o.claims)]
			b, err := o.ring.Take(ended)
			if b == nil && !errors.Is(err, want) || b != nil && err != nil {
				t.Fatalf("Take: %v, want %v", err, want)
			}
			o.take(t, b)
		},
		"Release": func(t *rapid.T) {
			c := o.some(t, held)
			if c == nil {
				return
			}
			if !slices.Equal(c.block.Values(), c.values) {
				t.Fatalf("a block held changed to %d from %d", c.block.Values(), c.values)
			}
			o.ring.Release(c.block)
			c.stage = released
		},
		"Close": func(t *rapid.T) {
			if rapid.IntRange(0, 9).Draw(t, "mood") == 0 {
				o.ring.Close()
				o.closed = true
			}
		},
	}
}

func (o *blocksOracle) claim(t *rapid.T, b *ringbuf.Block[int]) {
	if free := o.free(); free != (b != nil) {
		t.Fatalf("claimed %t, free %t", b != nil, free)
	}
	if b != nil {
		o.claims = append(o.claims, claim{block: b})
	}
	o.counted(t)
}

func (o *blocksOracle) take(t *rapid.T, b *ringbuf.Block[int]) {
	switch c := o.oldest(); {
	case c == nil && b != nil:
		t.Fatalf("took %d, want nothing", b.Values())
	case c != nil && (c.block != b || !slices.Equal(c.values, b.Values())):
		t.Fatalf("took %v, want %d", b, c.values)
	case c != nil:
		c.stage = held
		o.taken++
	}
	o.counted(t)
}

func (o *blocksOracle) counted(t *rapid.T) {
	s := o.ring.Stats()
	if s.Pushed != uint64(len(o.claims)) || s.Popped != uint64(o.taken) || o.ring.Len() != len(o.claims)-o.taken {
		t.Fatalf("%+v, Len %d after %d claims of which %d were taken", s, o.ring.Len(), len(o.claims), o.taken)
	}
}

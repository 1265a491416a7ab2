package discord

import (
	"context"
	"sync"
	"time"
)

// identifyEvery is the least time between two IDENTIFYs of one bucket.
const identifyEvery = 5 * time.Second

const (
	identifiesADay = 1000        // where Discord tells no limit
	resetMargin    = time.Minute // behind the time at which Discord counts anew: one IDENTIFY too early costs the token
)

// turns lets shards IDENTIFY one after the other: one per five seconds in each
// bucket (shard modulo max_concurrency), counted from when it was sent, and no
// more a day than Discord allows, beyond which it would reset the bot's token.
type turns struct {
	buckets []chan time.Time // each holds one token: when the next may be sent
	total   int
	hook    func(remaining int)

	mu    sync.Mutex
	left  int
	reset time.Time // when left is total again
}

func newTurns(info *gatewayInfo, now time.Time, hook func(int)) *turns {
	t := &turns{
		buckets: make([]chan time.Time, max(info.Limit.MaxConcurrency, 1)),
		total:   info.Limit.Total,
		left:    info.Limit.Remaining,
		reset:   now.Add(time.Duration(info.Limit.ResetAfter)*time.Millisecond + resetMargin),
		hook:    hook,
	}
	if t.total <= 0 {
		t.total, t.left = identifiesADay, identifiesADay
	}
	for i := range t.buckets {
		t.buckets[i] = make(chan time.Time, 1)
		t.buckets[i] <- now
	}
	return t
}

func (t *turns) bucket(shard uint16) chan time.Time { return t.buckets[int(shard)%len(t.buckets)] }

// acquire waits for the shard's turn, which is its own until sent or release.
func (t *turns) acquire(ctx context.Context, shard uint16) error {
	bucket := t.bucket(shard)
	select {
	case free := <-bucket:
		if err := t.wait(ctx, free); err != nil {
			bucket <- free
			return err
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wait waits for a moment, and then until one of the day's IDENTIFYs is ours.
func (t *turns) wait(ctx context.Context, free time.Time) error {
	if err := sleep(ctx, time.Until(free)); err != nil {
		return err
	}
	for {
		pause := t.book(time.Now())
		if pause <= 0 {
			return nil
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// book takes one from the day's budget, or tells how long until there is one.
func (t *turns) book(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	for !now.Before(t.reset) {
		t.left, t.reset = t.total, t.reset.Add(24*time.Hour)
	}
	if t.left <= 0 {
		return t.reset.Sub(now)
	}
	t.left--
	return 0
}

// sent says that the shard has used its turn now.
func (t *turns) sent(shard uint16) {
	t.hook(t.remaining())
	t.bucket(shard) <- time.Now().Add(identifyEvery)
}

// release gives an unused turn back.
func (t *turns) release(shard uint16) {
	t.mu.Lock()
	t.left++
	t.mu.Unlock()
	t.bucket(shard) <- time.Now()
}

func (t *turns) remaining() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.left
}

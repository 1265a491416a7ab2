package simulate

import "iter"

// Acts yields what happens in all servers, in the order of time, for ever:
// the caller stops. Each range starts anew from Config.Start and yields the
// same. An act takes O(log(what is under way)) time, and a range holds
// O(people) memory.
func (w *World) Acts() iter.Seq[Act] {
	return func(yield func(Act) bool) {
		var servers queue[*telling]
		for _, st := range w.stages {
			servers.push(newTelling(st))
		}
		for {
			t := *servers.top()
			if !yield(t.act) {
				return
			}
			t.act = t.life.take()
			servers.down()
		}
	}
}

// ActsOf yields what happens in one server, as Acts does among the others'.
// It panics if there is no server of that index.
func (w *World) ActsOf(server int) iter.Seq[Act] {
	st := w.stages[server]
	return func(yield func(Act) bool) {
		for l := newLife(st); yield(l.take()); {
		}
	}
}

// telling is a server's life with its next act, for the merge.
type telling struct {
	life *life
	act  Act
}

func newTelling(st *stage) *telling {
	l := newLife(st)
	return &telling{life: l, act: l.take()}
}

func (t *telling) before(u *telling) bool {
	return t.act.At < u.act.At || t.act.At == u.act.At && t.act.Server < u.act.Server
}

package rank

import "reflect"

// pageLen is how many elements a page of an arena holds.
const pageLen = 1024

// arena is an array that grows at its end without moving as a whole: growing
// costs the copy of one page at most, whatever the length, and leaves at most
// a quarter of a page unused. The elements hold no pointers, so that the
// garbage collector looks at the list of pages only.
type arena[T any] struct {
	pages [][]T
	n     int
}

// at returns element i < n. The pointer is good until the next push.
func (a *arena[T]) at(i int) *T { return &a.pages[uint(i)/pageLen][uint(i)%pageLen] }

// push appends an element.
func (a *arena[T]) push(v T) {
	last := a.n / pageLen
	if last == len(a.pages) {
		a.pages = append(a.pages, nil)
	}
	if len(a.pages[last]) == cap(a.pages[last]) {
		a.grow(last)
	}
	a.pages[last] = append(a.pages[last], v)
	a.n++
}

// grow makes room in a full page. The first page grows by a quarter of
// itself, for the sake of small boards, the others by a quarter of a page.
func (a *arena[T]) grow(page int) {
	old := a.pages[page]
	room := cap(old) + pageLen/4
	if page == 0 {
		room = cap(old)*5/4 + 1
	}
	a.pages[page] = append(make([]T, 0, min(room, pageLen)), old...)
}

// reserve makes room for n elements in an empty arena.
func (a *arena[T]) reserve(n int) {
	for ; n > 0; n -= pageLen {
		a.pages = append(a.pages, make([]T, 0, min(n, pageLen)))
	}
}

// bytes returns how much memory the pages hold.
func (a *arena[T]) bytes() int {
	n := 0
	for _, page := range a.pages {
		n += cap(page)
	}
	return n * int(reflect.TypeFor[T]().Size())
}

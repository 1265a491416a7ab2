package guild

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProposals is how many names an error proposes.
const maxProposals = 3

// unknownZone is the error of a name that does not exist, with what may be meant.
func unknownZone(name string) error {
	near := NearZones(name, maxProposals)
	if len(near) == 0 {
		return fmt.Errorf("%w %q: write a name like Europe/Vienna", ErrZone, name)
	}
	return fmt.Errorf("%w %q: did you mean %s?", ErrZone, name, strings.Join(near, " or "))
}

// NearZones returns at most n names of time zones that are like what somebody
// typed, the likeliest first: a name or a city but for case and blanks, the begin
// of one, a part of one, then what a few slips of the finger away. It compares
// with every name, some 100 µs.
func NearZones(typed string, n int) []string {
	want := plainName(typed)
	if want == "" || len(want) > 64 {
		return nil
	}
	type candidate struct {
		name string
		rank int
	}
	var near []candidate
	for _, name := range ZoneNames() {
		if r, ok := likeness(want, plainName(name)); ok {
			near = append(near, candidate{name, r})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	names := make([]string, 0, n)
	for _, c := range near[:min(n, len(near))] {
		names = append(names, c.name)
	}
	return names
}

// plainName drops what people write differently.
func plainName(s string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "", ".", "").Replace(strings.ToLower(s))
}

// likeness ranks how near a typed name is to a zone's, 0 the nearest.
func likeness(want, name string) (rank int, ok bool) {
	city := name[strings.LastIndexByte(name, '/')+1:]
	switch {
	case want == name:
		return 0, true
	case want == city:
		return 1, true
	case strings.HasPrefix(city, want), strings.HasPrefix(name, want):
		return 2, true
	case len(want) >= 3 && strings.Contains(name, want):
		return 3, true
	}
	typedCity := want[strings.LastIndexByte(want, '/')+1:]
	d := min(tolerable(want, name), tolerable(typedCity, city))
	return 3 + d, d < far
}

const far = 1 << 10

// tolerable returns how many slips are between two names, far if they are too
// many for their length.
func tolerable(typed, name string) int {
	if d := slips(typed, name); d <= 1+len(typed)/8 {
		return d
	}
	return far
}

// slips is the Levenshtein distance in bytes: how many must be put in, taken out
// or changed. O(len(a)·len(b)).
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

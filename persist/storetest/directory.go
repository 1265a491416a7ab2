package storetest

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"guildpulse/persist"
)

func (h *handle) names(guild uint64) *persist.Directory {
	h.t.Helper()
	d, err := h.LoadDirectory(h.t.Context(), guild)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *handle) save(d persist.Directory) {
	h.t.Helper()
	if err := h.SaveDirectory(h.t.Context(), &d); err != nil {
		h.t.Fatal(err)
	}
}

func (h *handle) hasNames(what string, guild uint64, want persist.Directory) {
	h.t.Helper()
	if diff := cmp.Diff(&want, h.names(guild), cmpopts.EquateEmpty()); diff != "" {
		h.t.Errorf("%s: names of %d (-want +got):\n%s", what, guild, diff)
	}
}

func testDirectory(t *testing.T, db Database) {
	h := take(t, db)
	one := persist.Directory{
		Guilds: []persist.GuildName{{ID: 1, Name: "One", Icon: "a_1", Owner: math.MaxUint64, Left: 5}},
		Channels: []persist.ChannelName{
			{Guild: 1, ID: 10, Parent: 9, Name: "general", Type: -1, Position: 3, Deleted: true},
			{Guild: 1, ID: math.MaxUint64, Name: "last"},
		},
		Members: []persist.MemberName{
			{Guild: 1, ID: 0, Name: "nobody"},
			{Guild: 1, ID: 3, Name: "somebody", Avatar: "b_2", Bot: true, Left: true, Joined: 77},
		},
	}
	two := persist.Directory{
		Guilds:   []persist.GuildName{{ID: math.MaxUint64, Name: "Two"}},
		Channels: []persist.ChannelName{{Guild: math.MaxUint64, ID: 10, Name: "the same id elsewhere"}},
		Members:  []persist.MemberName{{Guild: math.MaxUint64, ID: 3, Name: "the same person elsewhere"}},
	}
	h.save(persist.Directory{})
	h.save(one)
	h.save(two)
	h.hasNames("as saved", 1, one)
	h.hasNames("as saved", math.MaxUint64, two)
	h.hasNames("of nobody", 5, persist.Directory{})
	h.hasNames("of all", 0, persist.Directory{
		Guilds: append(one.Guilds[:1:1], two.Guilds...), Channels: append(one.Channels[:2:2], two.Channels...),
	})

	one.Guilds[0].Left, one.Channels[0].Deleted = 0, false
	one.Members[1] = persist.MemberName{Guild: 1, ID: 3, Name: "renamed"}
	h.save(persist.Directory{ // the newest holds, also within one call
		Guilds:   append([]persist.GuildName{{ID: 1, Name: "older"}}, one.Guilds...),
		Channels: append([]persist.ChannelName{{Guild: 1, ID: 10, Name: "older"}}, one.Channels[0]),
		Members:  append([]persist.MemberName{{Guild: 1, ID: 3, Name: "older"}}, one.Members[1]),
	})
	h.hasNames("after changes", 1, one)
	h.hasNames("after changes elsewhere", math.MaxUint64, two)
}

// testHostileNames writes what people call themselves to break things.
func testHostileNames(t *testing.T, db Database) {
	tests := []struct{ name, given, want string }{
		{"plain", "Ada", "Ada"},
		{"NUL", "a\x00b\x00", "ab"},
		{"only NUL", "\x00\x00", ""},
		{"four bytes a letter", "𝕬𝖉𝖆 👩🏽‍🚀", "𝕬𝖉𝖆 👩🏽‍🚀"},
		{"not UTF-8", "a\xff\xfeb\xc3", "a\uFFFDb\uFFFD"},
		{"half a surrogate pair", "a\xed\xa0\x80b", "a\uFFFDb"},
		{"too long a code", "a\xc0\xafb", "a\uFFFDb"},
		{"other controls", "\x01\x1b[31m\r\n\t\x7f", "\x01\x1b[31m\r\n\t\x7f"},
		{"right to left", "\u202Egnp.exe\u2066", "\u202Egnp.exe\u2066"},
		{"SQL", "'; DROP TABLE members; --", "'; DROP TABLE members; --"},
		{"an array's syntax", `{"a",NULL,\`, `{"a",NULL,\`},
		{"the word NULL", "NULL", "NULL"},
		{"long", strings.Repeat("é", 100_000), strings.Repeat("é", 100_000)},
	}
	h := take(t, db)
	for i, tt := range tests {
		guild := uint64(i) + 1
		d := func(name string) persist.Directory {
			return persist.Directory{
				Guilds:   []persist.GuildName{{ID: guild, Name: name, Icon: name}},
				Channels: []persist.ChannelName{{Guild: guild, ID: 1, Name: name}},
				Members:  []persist.MemberName{{Guild: guild, ID: 1, Name: name, Avatar: name}},
			}
		}
		h.save(d(tt.given))
		h.hasNames(tt.name, guild, d(tt.want))
		h.apply(persist.Batch{Emoji: []persist.Emoji{{Guild: guild, Name: tt.given}}})
		same(t, tt.name, h.content(guild).Emoji, []persist.Emoji{{Guild: guild, Name: tt.want}})
	}
}

func testGuilds(t *testing.T, db Database) {
	h := take(t, db)
	same(t, "of a new store", h.content().Guilds, nil)
	h.save(persist.Directory{Guilds: []persist.GuildName{{ID: 4, Name: "no rows"}, {ID: 6, Name: "both"}}})
	var b persist.Batch
	for _, guild := range []uint64{0, 2, 6, math.MaxInt64, math.MaxUint64} {
		for _, quarter := range []int32{0, 100_000} {
			b.Rows = append(b.Rows, persist.Row{Guild: guild, Quarter: quarter, Member: 1, Kind: 32, Count: 1})
		}
	}
	h.apply(b)
	same(t, "servers", h.content().Guilds, []uint64{0, 2, 4, 6, math.MaxInt64, math.MaxUint64})
}

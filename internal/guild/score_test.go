package guild_test

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

func mustRules(t testing.TB, s guild.Settings) *guild.Rules {
	t.Helper()
	r, err := guild.NewRules(s, mustZone(t, s.Zone))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// noon is the first quarter after noon UTC of a day on which nothing odd happens.
const noon = int32((20_777*24 + 12) * 4)

func msg(q int32, channel uint64, count int64, mask uint16) guild.Row {
	return guild.Row{Quarter: q, Channel: channel, Kind: events.KindMessage, Count: count, Mask: mask}
}

func of(k events.Kind, q int32, channel uint64, count, amount int64, mask uint16) guild.Row {
	return guild.Row{Quarter: q, Channel: channel, Kind: k, Count: count, Amount: amount, Mask: mask}
}

func TestPoints(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.ChannelWeights = map[uint64]float64{10: 2, 11: 0.5, 12: 0}
	s.ExcludedChannels = []uint64{13}
	s.Weights.Reaction, s.Weights.Invite, s.Weights.Command = 0.25, 3, 0.125
	rules := mustRules(t, s)

	const q = noon
	for _, tc := range []struct {
		name string
		rows []guild.Row
		want float64 // in quarter q
	}{
		{"nothing", nil, 0},
		{"a minute", []guild.Row{msg(q, 1, 1, 1)}, 1},
		{"many in a minute", []guild.Row{msg(q, 1, 50, 1)}, 1},
		{"all minutes", []guild.Row{msg(q, 1, 50, 0x7fff)}, 15},
		{"a bit beyond the minutes", []guild.Row{msg(q, 1, 50, 0x8001)}, 1},
		{"deleted", []guild.Row{msg(q, 1, 0, 0b111)}, 0},
		{"deleted beyond", []guild.Row{msg(q, 1, -4, 0b111)}, 0},
		{"two of three left", []guild.Row{msg(q, 1, 2, 0b1011)}, 2},
		{"channels share a minute", []guild.Row{msg(q, 1, 1, 0b1), msg(q, 2, 1, 0b1)}, 1},
		{"channels in other minutes", []guild.Row{msg(q, 1, 1, 0b1), msg(q, 2, 1, 0b10)}, 2},
		{"the heavier channel", []guild.Row{msg(q, 1, 2, 0b11), msg(q, 10, 1, 0b1)}, 3},
		{"lighter and heavier", []guild.Row{msg(q, 11, 3, 0b111), msg(q, 10, 2, 0b011), msg(q, 1, 1, 0b1000)}, 5.5},
		{"the earliest of the heavier", []guild.Row{msg(q, 10, 1, 0b10001), msg(q, 1, 1, 0b00001)}, 2},
		{"a channel that does not score", []guild.Row{msg(q, 12, 9, 0x7fff)}, 0},
		{"a channel that is excluded", []guild.Row{msg(q, 13, 9, 0x7fff)}, 0},
		{"one row in two parts", []guild.Row{msg(q, 1, 3, 0b11), msg(q, 1, -2, 0)}, 1},

		{"voice", []guild.Row{of(events.KindVoice, q, 1, 1, 900_000, 0x7fff)}, 3},
		{"voice, few stretches", []guild.Row{of(events.KindVoice, q, 1, 1, 0, 0b11111)}, 1},
		{"muted too", []guild.Row{of(events.KindVoice, q, 1, 1, 0, 0b111), of(events.KindVoiceMuted, q, 1, 1, 0, 0b11100)}, 1},
		{"not deafened", []guild.Row{of(events.KindVoiceDeafened, q, 1, 1, 900_000, 0x7fff)}, 0},
		{"not alone", []guild.Row{of(events.KindVoiceAlone, q, 1, 1, 900_000, 0x7fff)}, 0},
		{"voice in two channels", []guild.Row{of(events.KindVoice, q, 1, 1, 0, 0b11111), of(events.KindVoice, q, 10, 1, 0, 0b1)}, 1.2},

		{"received by amount", []guild.Row{of(events.KindReceived, q, 1, 9, 4, 0)}, 2},
		{"received, taken back", []guild.Row{of(events.KindReceived, q, 1, 9, -4, 0)}, 0},
		{"received by channel", []guild.Row{of(events.KindReceived, q, 1, 0, -4, 0), of(events.KindReceived, q, 10, 0, 3, 0)}, 3},
		{"given and taken back", []guild.Row{of(events.KindReaction, q, 1, 5, 0, 0), of(events.KindReactionRemove, q, 1, 3, 0, 0)}, 0.5},
		{"threads", []guild.Row{of(events.KindThread, q, 1, 2, 0, 0)}, 4},
		{"votes", []guild.Row{of(events.KindPollVote, q, 1, 3, 0, 0), of(events.KindPollUnvote, q, 1, 1, 0, 0)}, 1},
		{"interest", []guild.Row{of(events.KindInterest, q, 0, 2, 0, 0), of(events.KindUninterest, q, 0, 5, 0, 0)}, 0},
		{"invites", []guild.Row{of(events.KindInvite, q, 1, 2, 0, 0)}, 6},
		{"commands", []guild.Row{of(events.KindCommand, q, 1, 8, 0, 0)}, 1},
		{"joining is nothing", []guild.Row{of(events.KindJoin, q, 0, 1, 0, 1)}, 0},
		{"all together", []guild.Row{msg(q, 1, 1, 1), of(events.KindVoice, q, 2, 1, 0, 1), of(events.KindThread, q, 1, 1, 0, 0)}, 3.2},

		{"capped at once", []guild.Row{of(events.KindReceived, q, 1, 0, 100, 0)}, 30},
		{"capped by what came before", []guild.Row{of(events.KindReceived, q-1, 1, 0, 50, 0), of(events.KindReceived, q, 1, 0, 100, 0)}, 5},
		{"not capped by yesterday", []guild.Row{of(events.KindReceived, q-96, 1, 0, 100, 0), of(events.KindReceived, q, 1, 0, 100, 0)}, 30},
	} {
		got := 0.0
		for _, e := range rules.Points(nil, tc.rows) {
			if e.Quarter == q {
				got += e.Points
			}
		}
		if math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("%s: %v points, want %v", tc.name, got, tc.want)
		}
	}
}

func TestPointsAreInOrderOfTimeOnce(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	got := rules.Points([]guild.Earning{{Quarter: 7, Points: 7}}, []guild.Row{
		of(events.KindThread, noon, 1, 1, 0, 0), msg(noon, 1, 1, 1), msg(noon, 2, 1, 2),
		msg(noon+1, 1, 0, 1), of(events.KindVoice, noon+2, 1, 1, 0, 0x7fff), msg(noon+200, 1, 1, 1),
	})
	want := []guild.Earning{{7, 7}, {noon, 4}, {noon + 2, 3}, {noon + 200, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestPointsOfUnsortedRowsEnd(t *testing.T) {
	rules := mustRules(t, guild.DefaultSettings(1))
	rows := []guild.Row{msg(math.MaxInt32, 1, 1, 1), msg(math.MinInt32, 1, 1, 1), msg(noon, 1, 1, 1), msg(noon-500, 1, 1, 1)}
	if got := rules.Points(nil, rows); len(got) != 4 {
		t.Errorf("%v", got)
	}
}

func TestPointsOfHugeCounts(t *testing.T) {
	s := guild.DefaultSettings(1)
	rules := mustRules(t, s)
	rows := []guild.Row{
		of(events.KindReceived, noon, 1, 0, math.MaxInt64, 0), of(events.KindReceived, noon, 1, 0, math.MaxInt64, 0),
		of(events.KindPollVote, noon, 1, math.MaxInt64, 0, 0), of(events.KindPollUnvote, noon, 1, math.MinInt64, 0, 0),
		msg(noon, 1, math.MinInt64, 0x7fff),
	}
	got := rules.Points(nil, rows)
	if len(got) != 1 || got[0].Points != s.Caps.Received+s.Caps.PollVote {
		t.Errorf("%v", got)
	}
}

// slowPoints is the definition of Rules.Points, minute by minute.
func slowPoints(s *guild.Settings, loc *time.Location, rows []guild.Row) map[int32]float64 {
	type place struct {
		quarter int32
		channel uint64
	}
	net := make(map[guild.Category]map[place]int64)
	mask := make(map[guild.Category]map[place]uint16)
	var quarters []int32
	for _, r := range rows {
		c, ok := guild.CategoryOf(r.Kind)
		if !ok {
			continue
		}
		if net[c] == nil {
			net[c], mask[c] = make(map[place]int64), make(map[place]uint16)
		}
		n := r.Count
		switch r.Kind {
		case events.KindReceived:
			n = r.Amount
		case events.KindReactionRemove, events.KindPollUnvote, events.KindUninterest:
			n = -n
		}
		p := place{r.Quarter, r.Channel}
		net[c][p] += n
		mask[c][p] |= r.Mask
		quarters = append(quarters, r.Quarter)
	}
	slices.Sort(quarters)
	quarters = slices.Compact(quarters)

	weigh := func(channel uint64) float64 {
		if slices.Contains(s.ExcludedChannels, channel) {
			return 0
		}
		if w, ok := s.ChannelWeights[channel]; ok {
			return w
		}
		return 1
	}
	weights := []float64{
		s.Weights.Message, s.Weights.VoiceMinute, s.Weights.Received, s.Weights.Reaction, s.Weights.Thread,
		s.Weights.PollVote, s.Weights.Interest, s.Weights.Invite, s.Weights.Command,
	}
	caps := []float64{
		s.Caps.Message, s.Caps.Voice, s.Caps.Received, s.Caps.Reaction, s.Caps.Thread,
		s.Caps.PollVote, s.Caps.Interest, s.Caps.Invite, s.Caps.Command,
	}
	points := make(map[int32]float64)
	for c, places := range net {
		used := make(map[guild.Day]float64)
		for _, q := range quarters {
			gross := 0.0
			best := [15]float64{}
			for p, n := range places {
				if p.quarter != q {
					continue
				}
				if c != guild.CategoryMessage && c != guild.CategoryVoice {
					gross += weigh(p.channel) * float64(max(n, 0))
					continue
				}
				for m := range 15 {
					if mask[c][p]&(1<<m) == 0 {
						continue
					}
					if c == guild.CategoryMessage {
						if n <= 0 {
							break
						}
						n--
					}
					best[m] = max(best[m], weigh(p.channel))
				}
			}
			for _, w := range best {
				gross += w
			}
			day := slowDay(loc, events.QuarterStart(q))
			paid := min(gross*weights[c], caps[c]-used[day])
			used[day] += paid
			points[q] += paid
		}
	}
	return points
}

var scoringKinds = []events.Kind{
	events.KindMessage, events.KindMessage, events.KindMessage, events.KindVoice, events.KindVoiceMuted,
	events.KindVoiceAlone, events.KindReceived, events.KindReaction, events.KindReactionRemove,
	events.KindThread, events.KindPollVote, events.KindPollUnvote, events.KindInterest,
	events.KindUninterest, events.KindInvite, events.KindCommand, events.KindJoin, events.KindMessageDelete,
}

func drawRow(t *rapid.T, lo, hi int32) guild.Row {
	return guild.Row{
		Quarter: rapid.Int32Range(lo, hi).Draw(t, "quarter"),
		Channel: rapid.Uint64Range(0, 5).Draw(t, "channel"),
		Kind:    rapid.SampledFrom(scoringKinds).Draw(t, "kind"),
		Count:   rapid.Int64Range(-2, 6).Draw(t, "count"),
		Amount:  rapid.Int64Range(-2, 6).Draw(t, "amount"),
		Mask:    rapid.Uint16().Draw(t, "mask"),
	}
}

// drawTightSettings have caps that bind.
func drawTightSettings(t *rapid.T) guild.Settings {
	weight := rapid.OneOf(rapid.Just(1.0), rapid.SampledFrom([]float64{0, 0.1, 0.5, 3}), rapid.Float64Range(0, 10))
	s := guild.DefaultSettings(1)
	s.Zone = rapid.SampledFrom([]string{"UTC", "Europe/Vienna", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"}).Draw(t, "zone")
	s.Weights = guild.Weights{
		Message: weight.Draw(t, "message"), VoiceMinute: weight.Draw(t, "voice"), Received: weight.Draw(t, "received"),
		Reaction: weight.Draw(t, "reaction"), Thread: 2, PollVote: 0.5, Interest: 0.25, Invite: 1, Command: 0.3,
	}
	tight := rapid.Float64Range(0, 60)
	s.Caps = guild.Caps{
		Message: tight.Draw(t, "message cap"), Voice: tight.Draw(t, "voice cap"), Received: tight.Draw(t, "received cap"),
		Reaction: 5, Thread: 6, PollVote: 2, Interest: 1000, Invite: 3, Command: 0,
	}
	s.ChannelWeights = map[uint64]float64{2: weight.Draw(t, "second channel"), 3: weight.Draw(t, "third channel")}
	s.ExcludedChannels = []uint64{5}
	return s
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(a), math.Abs(b)) }

func compareEarnings(t *rapid.T, what string, got []guild.Earning, want map[int32]float64) {
	t.Helper()
	seen := make(map[int32]float64)
	for i, e := range got {
		if i > 0 && got[i-1].Quarter >= e.Quarter {
			t.Fatalf("%s: quarter %d after %d", what, e.Quarter, got[i-1].Quarter)
		}
		seen[e.Quarter] = e.Points
	}
	for q := range want {
		if !near(seen[q], want[q]) {
			t.Fatalf("%s: quarter %d gives %v, want %v", what, q, seen[q], want[q])
		}
		delete(seen, q)
	}
	for q, points := range seen {
		if !near(points, 0) {
			t.Fatalf("%s: quarter %d gives %v, want nothing", what, q, points)
		}
	}
}

// oddDays are quarters around the days on which the zones above are odd.
var oddDays = []int32{
	events.Quarter(ms("2010-11-07T00:00:00Z")), events.Quarter(ms("2011-12-30T00:00:00Z")),
	events.Quarter(ms("2026-03-29T00:00:00Z")), events.Quarter(ms("2026-11-21T00:00:00Z")),
}

func TestPointsOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawTightSettings(t)
		zone, err := guild.LoadZone(s.Zone)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := guild.NewRules(s, zone)
		if err != nil {
			t.Fatal(err)
		}
		base := rapid.SampledFrom(oddDays).Draw(t, "base")
		span := rapid.SampledFrom([]int32{4, 100, 300}).Draw(t, "span")
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) guild.Row { return drawRow(t, base-span, base+span) }), 0, 80).Draw(t, "rows")
		slices.SortStableFunc(rows, func(a, b guild.Row) int { return cmp.Compare(a.Quarter, b.Quarter) })
		got := rules.Points(nil, rows)
		compareEarnings(t, "points", got, slowPoints(&s, zone.Location(), rows))

		// The order within a quarter does not change a bit.
		rand.New(rand.NewPCG(1, uint64(len(rows)))).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		slices.SortStableFunc(rows, func(a, b guild.Row) int { return cmp.Compare(a.Quarter, b.Quarter) })
		if again := rules.Points(nil, rows); !slices.Equal(got, again) {
			t.Fatalf("another order gives %v, not %v", again, got)
		}
		checkExplanation(t, rules, rows, got)
	})
}

func checkExplanation(t *rapid.T, rules *guild.Rules, rows []guild.Row, earned []guild.Earning) {
	now := events.QuarterStart(noon)
	x := rules.Explain(rows, now)
	if want := guild.Score(earned, now, rules.HalfLife()); !near(x.Score, want) {
		t.Fatalf("explained %v, scored %v", x.Score, want)
	}
	points, want := 0.0, 0.0
	for _, p := range x.Parts {
		points += p.Points
		if p.Units < 0 || p.Points < 0 || p.Capped < 0 || p.Score < 0 || p.Units == 0 && p.Points > 0 {
			t.Fatalf("part %+v", p)
		}
	}
	for _, e := range earned {
		want += e.Points
	}
	if !near(points, want) {
		t.Fatalf("parts of %v points, earned %v", points, want)
	}
}

func TestExplain(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.ChannelWeights = map[uint64]float64{2: 3}
	rules := mustRules(t, s)
	start := events.QuarterStart(noon)
	x := rules.Explain([]guild.Row{
		msg(noon, 1, 9, 0b111), msg(noon, 2, 1, 0b100),
		of(events.KindReceived, noon, 1, 0, 100, 0), of(events.KindVoice, noon, 1, 1, 0, 0x7fff),
	}, start+s.HalfLife.Milliseconds())
	for c, want := range map[guild.Category]guild.Part{
		guild.CategoryMessage:  {Units: 3, Points: 5, Score: 2.5},
		guild.CategoryReceived: {Units: 100, Points: 30, Capped: 20, Score: 15},
		guild.CategoryVoice:    {Units: 15, Points: 3, Score: 1.5},
		guild.CategoryThread:   {},
	} {
		if got := x.Parts[c]; got != want {
			t.Errorf("%s: %+v, want %+v", c, got, want)
		}
	}
	if x.Score != 19 {
		t.Errorf("score %v", x.Score)
	}
}

func TestScoreDecays(t *testing.T) {
	h := 7 * 24 * time.Hour
	earned := []guild.Earning{{noon, 8}, {noon + 4*24*7, 3}}
	start := events.QuarterStart(noon)
	for _, tc := range []struct {
		halfLives float64
		want      float64
	}{{1, 4 + 3}, {2, 2 + 1.5}, {0, 8 + 6}, {1.5, 8*math.Exp2(-1.5) + 3*math.Exp2(-0.5)}, {10_000, 0}} {
		now := start + int64(tc.halfLives*float64(h.Milliseconds()))
		if got := guild.Score(earned, now, h); !near(got, tc.want) {
			t.Errorf("after %v half-lives: %v, want %v", tc.halfLives, got, tc.want)
		}
	}
}

func TestNewRules(t *testing.T) {
	s := sampleSettings()
	r := mustRules(t, s)
	if r.Guild() != s.Guild || r.Version() != 7 || r.HalfLife() != s.HalfLife || r.Zone().Name() != s.Zone {
		t.Errorf("%+v", r)
	}
	s.ChannelWeights[9] = 100 // the rules keep their own
	for channel, want := range map[uint64]float64{9: 2.5, 10: 0.1, 11: 1, 3: 0, 381870553235193857: 0} {
		if got := r.ChannelWeight(channel); got != want {
			t.Errorf("channel %d weighs %v, want %v", channel, got, want)
		}
	}
	if !r.Excludes(3) || !r.Excludes(41771983423143937) || r.Excludes(9) || r.Excludes(381870553235193857) {
		t.Error("wrong channels are excluded")
	}
	if _, err := guild.NewRules(s, guild.UTC()); !errors.Is(err, guild.ErrSettings) {
		t.Errorf("another zone: %v", err)
	}
	if _, err := guild.NewRules(s, nil); !errors.Is(err, guild.ErrSettings) {
		t.Errorf("no zone: %v", err)
	}
	if _, err := guild.NewRules(guild.Settings{}, guild.UTC()); !errors.Is(err, guild.ErrSettings) {
		t.Errorf("no settings: %v", err)
	}
}

func TestCategories(t *testing.T) {
	names := make(map[string]bool)
	for c := range guild.Category(guild.NumCategories) {
		names[c.String()] = true
	}
	if len(names) != guild.NumCategories || guild.Category(guild.NumCategories).String() != "category(?)" {
		t.Errorf("%v", names)
	}
	for k := range events.Kind(255) {
		if c, ok := guild.CategoryOf(k); ok && (!k.Valid() || c >= guild.NumCategories) {
			t.Errorf("%s scores as %s", k, c)
		}
	}
}

func TestPointsAllocateNothing(t *testing.T) {
	s := guild.DefaultSettings(1)
	s.ChannelWeights = map[uint64]float64{2: 2}
	rules := mustRules(t, s)
	rows := busyDay()
	dst := rules.Points(nil, rows)
	if n := testing.AllocsPerRun(100, func() { dst = rules.Points(dst[:0], rows) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(100, func() { rules.Explain(rows, 0) }); n != 0 {
		t.Errorf("Explain: %v allocations", n)
	}
}

// busyDay is 60 rows of a day.
func busyDay() []guild.Row {
	var rows []guild.Row
	for i := range int32(20) {
		rows = append(rows,
			msg(noon+i, 1, 4, 0x1111), msg(noon+i, 2, 4, 0x2221),
			of(events.KindReceived, noon+i, 1, 1, 1, 0))
	}
	return rows
}

func BenchmarkPointsBusyDay(b *testing.B) {
	rules := mustRules(b, guild.DefaultSettings(1))
	rows := busyDay()
	var dst []guild.Earning
	b.ReportAllocs()
	for b.Loop() {
		dst = rules.Points(dst[:0], rows)
	}
}

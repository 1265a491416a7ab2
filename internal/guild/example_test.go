package guild_test

import (
	"fmt"
	"time"

	"guildpulse/events"
	"guildpulse/internal/guild"
)

func ExampleSettings() {
	s := guild.DefaultSettings(41771983423143937).Next()
	s.Zone = "Europe/Viena"
	fmt.Println(s.Validate())

	s.Zone = "Europe/Vienna"
	s.ChannelWeights = map[uint64]float64{155101607195836416: 2}
	body, err := guild.EncodeSettings(s)
	if err != nil {
		fmt.Println(err)
		return
	}
	read, err := guild.DecodeSettings(body)
	fmt.Println(read.Version, read.Zone, read.ChannelWeights, err)
	// Output:
	// settings: unknown time zone "Europe/Viena": did you mean Europe/Vienna?
	// 2 Europe/Vienna map[155101607195836416:2] <nil>
}

func ExampleWeights() {
	w := guild.DefaultWeights()
	fmt.Println(w.Message, w.VoiceMinute, w.Received)
	// Output: 1 0.2 0.5
}

func ExampleCaps() {
	c := guild.DefaultCaps()
	fmt.Println(c.Message, c.Voice, c.Received)
	// Output: 120 60 30
}

func ExampleCategory() {
	c, scores := guild.CategoryOf(events.KindVoiceMuted)
	fmt.Println(c, scores)
	_, scores = guild.CategoryOf(events.KindVoiceDeafened)
	fmt.Println(scores)
	// Output:
	// voice true
	// false
}

func ExampleZone() {
	z, err := guild.LoadZone("Asia/Kathmandu")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, time.November, 21, 18, 20, 0, 0, time.UTC).UnixMilli()
	fmt.Println(z.Day(at), z.DayOfQuarter(events.Quarter(at)), events.Time(z.DayStart(z.Day(at))))
	fmt.Println(z.Clock(at))
	// Output:
	// 2026-11-22 2026-11-22 2026-11-21 18:15:00 +0000 UTC
	// Sunday 0
}

func ExampleZones() {
	var zones guild.Zones
	a, _ := zones.Load("America/New_York")
	b, _ := zones.Load("America/New_York")
	_, err := zones.Load("New York City")
	fmt.Println(a == b, err)
	// Output: true unknown time zone "New York City": write a name like Europe/Vienna
}

func ExampleDay() {
	d, err := guild.ParseDay("2026-11-21")
	fmt.Println(d+10, d.Weekday(), d.AddMonths(-9), err)
	// Output: 2026-12-01 Saturday 2026-02-21 <nil>
}

func ExampleWeek() {
	w := guild.DayOf(2027, time.January, 1).Week()
	fmt.Println(w, w.First(), w.Last())
	// Output: 2026-W53 2026-12-28 2027-01-03
}

func ExampleMonth() {
	m := guild.MonthOf(2028, time.February)
	fmt.Println(m, m.First(), m.Last())
	// Output: 2028-02 2028-02-01 2028-02-29
}

func ExamplePeriod() {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC).UnixMilli()
	p, err := guild.ParsePeriod("7d")
	if err != nil {
		fmt.Println(err)
		return
	}
	from, to := guild.Span(p, now, guild.UTC())
	before, until, ok := guild.Previous(p, now, guild.UTC())
	fmt.Println(from, to, before, until, ok)
	// Output: 2026-11-15 2026-11-21 2026-11-08 2026-11-14 true
}

// Two messages in one minute score once; a minute of voice beside them too.
func ExampleRules() {
	rules, err := guild.NewRules(guild.DefaultSettings(1), guild.UTC())
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := []guild.Row{
		{Quarter: 1_994_648, Channel: 5, Kind: events.KindMessage, Count: 3, Mask: 0b101},
		{Quarter: 1_994_648, Channel: 6, Kind: events.KindVoice, Count: 1, Amount: 60_000, Mask: 0b1},
	}
	earned := rules.Points(nil, rows)
	aWeekLater := events.QuarterStart(1_994_648 + 7*96)
	fmt.Println(earned, guild.Score(earned, aWeekLater, rules.HalfLife()))
	// Output: [{1994648 2.2}] 1.1
}

func ExampleExplanation() {
	rules, err := guild.NewRules(guild.DefaultSettings(1), guild.UTC())
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := []guild.Row{{Quarter: 1_994_648, Channel: 5, Kind: events.KindReceived, Count: 90, Amount: 80}}
	x := rules.Explain(rows, events.QuarterStart(1_994_648))
	part := x.Parts[guild.CategoryReceived]
	fmt.Println(x.Score, part.Units, part.Points, part.Capped)
	// Output: 30 80 30 10
}

func ExampleLedger() {
	rules, err := guild.NewRules(guild.DefaultSettings(1), guild.UTC())
	if err != nil {
		fmt.Println(err)
		return
	}
	var l guild.Ledger // of a member who has no rows yet
	message := guild.Row{Quarter: 1_994_648, Channel: 5, Kind: events.KindMessage, Count: 1, Mask: 0b100}
	fmt.Println(l.Add(rules, message, nil))
	fmt.Println(l.Add(rules, message, nil)) // in the same minute
	deleted := guild.Row{Quarter: 1_994_648, Channel: 5, Kind: events.KindMessage, Count: -2}
	fmt.Println(l.Add(rules, deleted, nil))
	fmt.Println(l.Add(rules, guild.Row{Quarter: 1_990_000, Kind: events.KindMessage}, nil))
	// Output:
	// [{1994648 1}] <nil>
	// [] <nil>
	// [{1994648 -1}] <nil>
	// [] row is older than the ledger
}

func ExampleDirectory() {
	d := guild.NewDirectory(guild.DirectoryConfig{})
	d.PutGuild(guild.Guild{
		ID: 1, Name: "Lighthouse",
		Roles: []guild.Role{{ID: 1, Name: "@everyone", Permissions: guild.ViewChannel}},
	}, []guild.Channel{
		{ID: 10, Name: "lounge"},
		{ID: 11, Name: "staff", Overwrites: []guild.Overwrite{{ID: 1, Deny: guild.ViewChannel}}},
	})
	d.ObserveMember(guild.Member{Guild: 1, ID: 20, Name: "Ada"})
	d.DeleteChannel(1, 10)
	fmt.Println(d.GuildName(1), d.ChannelName(1, 10), d.MemberName(1, 20), d.MemberName(1, 21))
	fmt.Println("hidden:", d.Hidden(1))
	// Output:
	// Lighthouse lounge Ada member 21
	// hidden: [11]
}

func ExampleChanges() {
	d := guild.NewDirectory(guild.DirectoryConfig{})
	d.ObserveMember(guild.Member{Guild: 1, ID: 20, Name: "Ada"})
	stored := d.Dirty()
	after := d.Dirty()
	fmt.Println(stored.Members[0].Name, after.Empty())

	restarted := guild.NewDirectory(guild.DirectoryConfig{})
	restarted.Restore(stored)
	fmt.Println(restarted.MemberName(1, 20))
	// Output:
	// Ada true
	// Ada
}

func ExamplePermissions() {
	const everyone, moderators = 1, 2
	roles := []guild.Role{
		{ID: everyone, Permissions: guild.ViewChannel | guild.SendMessages},
		{ID: moderators, Permissions: guild.ManageThreads},
	}
	staffOnly := []guild.Overwrite{
		{ID: everyone, Type: guild.OverwriteRole, Deny: guild.ViewChannel},
		{ID: moderators, Type: guild.OverwriteRole, Allow: guild.ViewChannel},
	}
	has := []uint64{moderators}
	base := guild.Base(1, 99, 20, roles, has)
	fmt.Println(guild.InChannel(base, 1, 20, has, staffOnly).Has(guild.ViewChannel))
	fmt.Println(guild.EveryoneMayView(1, roles, staffOnly))
	// Output:
	// true
	// false
}

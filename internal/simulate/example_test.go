package simulate_test

import (
	"fmt"
	"log"
	"time"

	"guildpulse/internal/simulate"
)

// exampleWorld is a month of one small server.
func exampleWorld() (*simulate.World, time.Time) {
	end := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	w, err := simulate.New(simulate.Config{
		Seed: 1, Start: end.AddDate(0, -1, 0), End: end,
		Servers: []simulate.Setting{{Zone: "Europe/Berlin", Members: 100, MessagesADay: 200, Theme: simulate.Workshop}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return w, end
}

func ExampleNew() {
	w, _ := exampleWorld()
	there := 0
	for _, p := range w.Servers()[0].People {
		if p.Left.IsZero() {
			there++
		}
	}
	fmt.Println(there, "members")
	// Output: 100 members
}

func ExampleWorld_Acts() {
	w, end := exampleWorld()
	counts := map[simulate.ActKind]int{}
	for act := range w.Acts() {
		if act.At >= end.UnixMilli() {
			break // a demo waits here for the clock, and goes on
		}
		counts[act.Kind]++
	}
	fmt.Println("messages:", counts[simulate.Say] > 4000, "reactions:", counts[simulate.React] > 500)
	// Output: messages: true reactions: true
}

func ExampleServer() {
	w, _ := exampleWorld()
	server := w.Servers()[0]
	fmt.Println(server.Name)
	for _, c := range server.Channels {
		if c.Kind == simulate.Voice {
			fmt.Println("-", c.Name)
		}
	}
	// Output:
	// Kiln & Compass
	// - The long table
	// - Kiln watch
	// - Thursday make-along
	// - Gone for tea
}

func ExamplePerson() {
	w, _ := exampleWorld()
	for _, p := range w.Servers()[0].People {
		if p.Bot {
			fmt.Println(p.Name)
		}
	}
	// Output:
	// dockhand-bot
	// greeter-bot
	// jukebox-bot
}

func ExampleDefault() {
	for _, s := range simulate.Default() {
		fmt.Println(s.Name, s.Zone, s.Members)
	}
	// Output:
	// Lantern Harbor Europe/Berlin 1200
	// Kiln & Compass America/New_York 280
	// चिया र किताब Asia/Kathmandu 64
}

func ExampleAct() {
	a := simulate.Act{Kind: simulate.EnterVoice, Flags: simulate.Muted | simulate.Deafened}
	fmt.Println(a.Kind, a.Flags&simulate.Muted != 0, a.Flags&simulate.Reply != 0)
	// Output: enter-voice true false
}

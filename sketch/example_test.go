package sketch_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"guildpulse/sketch"
)

// exampleKey stands for the key that a program makes once and keeps.
var exampleKey = sketch.Key{1, 2, 3}

func ExampleKey() {
	var key sketch.Key
	if _, err := rand.Read(key[:]); err != nil {
		panic(err)
	}
	// Items that are hashed under another key tell nothing about these.
	other := key
	other[0]++
	fmt.Println(key.Hash(42) == key.Hash(42), key.Hash(42) == other.Hash(42)) //nolint:staticcheck // the same twice is the point
	// Output: true false
}

func ExampleUltraLogLog() {
	monday, tuesday := sketch.NewUltraLogLog(14, exampleKey), sketch.NewUltraLogLog(14, exampleKey)
	for member := range uint64(60_000) {
		monday.Add(member)
		tuesday.Add(member + 40_000) // 20,000 came on both days
	}
	both := sketch.NewUltraLogLog(14, exampleKey)
	if err := both.Merge(monday, tuesday); err != nil {
		panic(err)
	}
	within := both.Estimate()/100_000 - 1
	fmt.Printf("%.2f %% of standard error\n", 100*both.RelativeError())
	fmt.Println("100,000 within two of them:", -0.0119 < within && within < 0.0119)
	// Output:
	// 0.59 % of standard error
	// 100,000 within two of them: true
}

// Few items are counted exactly, and stored in few bytes. Who has many at hand adds
// them at once.
func ExampleUltraLogLog_AddAll() {
	s := sketch.NewUltraLogLog(14, exampleKey)
	s.AddAll([]uint64{80351110224678912, 80351110224678913, 80351110224678912})
	data, _ := s.MarshalBinary()
	fmt.Println(s.Estimate(), "in", len(data), "bytes")
	// Output: 2 in 32 bytes
}

// A stream that one goroutine sees whole is counted more exactly; its days can still
// be merged.
func ExampleMartingale() {
	monday, tuesday := sketch.NewMartingale(12, exampleKey), sketch.NewMartingale(12, exampleKey)
	for member := range uint64(50_000) {
		monday.Add(member)
		tuesday.Add(member)
	}
	fmt.Printf("Monday %.2f %%, ", 100*monday.RelativeError())
	both := monday.Sketch()
	if err := both.Merge(tuesday.Sketch()); err != nil {
		panic(err)
	}
	fmt.Printf("both days %.2f %% of standard error\n", 100*both.RelativeError())
	// Output: Monday 1.03 %, both days 1.19 % of standard error
}

// The counts of several goroutines, each with a sketch of its own, are merged.
func ExampleHyperLogLog() {
	parts := make([]*sketch.HyperLogLog, 4)
	var counting sync.WaitGroup
	for i := range parts {
		parts[i] = sketch.NewHyperLogLog(14, exampleKey)
		counting.Go(func() {
			for member := range uint64(40_000) {
				parts[i].Add(member + uint64(i)*20_000)
			}
		})
	}
	counting.Wait()
	all := sketch.NewHyperLogLog(14, exampleKey)
	if err := all.Merge(parts...); err != nil {
		panic(err)
	}
	within := all.Estimate()/100_000 - 1
	fmt.Printf("%.2f %% of standard error\n", 100*all.RelativeError())
	fmt.Println("100,000 within two of them:", -0.0163 < within && within < 0.0163)
	// Output:
	// 0.81 % of standard error
	// 100,000 within two of them: true
}

// A stored sketch loads under its own key only.
func ExampleHyperLogLog_UnmarshalBinary() {
	s := sketch.NewHyperLogLog(10, exampleKey)
	s.Add(42)
	data, _ := s.MarshalBinary()

	loaded := sketch.NewHyperLogLog(10, exampleKey)
	fmt.Println(loaded.UnmarshalBinary(data))
	fmt.Printf("%.0f\n", loaded.Estimate())

	stranger := sketch.NewHyperLogLog(10, sketch.Key{9})
	fmt.Println(errors.Is(stranger.UnmarshalBinary(data), sketch.ErrKey))
	// Output:
	// <nil>
	// 1
	// true
}

func ExampleCountMin() {
	const wave, heart = 128075, 10084
	emoji := sketch.NewCountMinWithError(0.001, 0.01, exampleKey)
	emoji.Add(wave, 3)
	emoji.Add(heart, 1)
	emoji.Add(heart, 1)
	excess, confidence := emoji.ErrorBound()
	fmt.Println(emoji.Estimate(wave), emoji.Estimate(heart), "of", emoji.Total())
	fmt.Printf("too high by at most %d, %.1f %% sure\n", excess, 100*confidence)
	// Output:
	// 3 2 of 5
	// too high by at most 1, 99.3 % sure
}

func ExampleCountMin_EstimateAll() {
	channels := sketch.NewCountMin(1024, 4, exampleKey)
	channels.AddAll([]uint64{7, 3, 7, 7, 3, 9})
	var counts [3]uint64
	channels.EstimateAll(counts[:], []uint64{3, 7, 9})
	fmt.Println(counts)
	// Output: [2 3 1]
}

func ExampleTopK() {
	members := sketch.NewTopK(8<<10, exampleKey, 1)
	for message := range uint64(100_000) {
		members.Add(message, 1) // many who write once
		if message%100 == 0 {
			members.Add(7, 1)
		}
		if message%200 == 0 {
			members.Add(3, 1)
		}
	}
	for _, item := range members.Top(2) {
		fmt.Println(item.ID, item.Count > 450)
	}
	// Output:
	// 7 true
	// 3 true
}

// An item comes with its count. Many at hand are added at once.
func ExampleItem() {
	emoji := sketch.NewTopK(4<<10, exampleKey, 1)
	emoji.AddAll([]uint64{7, 3, 7, 9, 7, 3})
	for _, item := range emoji.Top(2) {
		fmt.Println(item.ID, item.Count, "of", emoji.Total())
	}
	// Output:
	// 7 3 of 6
	// 3 2 of 6
}

// Several goroutines count apart, each in a sketch of the same key and seed.
func ExampleTopK_Merge() {
	parts := make([]*sketch.TopK, 3)
	var counting sync.WaitGroup
	for i := range parts {
		parts[i] = sketch.NewTopK(8<<10, exampleKey, 1)
		counting.Go(func() {
			for member := range uint64(1000) {
				parts[i].Add(member, 1+100*(member%500/499)) // two of them much
			}
		})
	}
	counting.Wait()
	for _, part := range parts[1:] {
		if err := parts[0].Merge(part); err != nil {
			fmt.Println(err)
		}
	}
	for _, item := range parts[0].Top(2) {
		fmt.Println(item.ID, 295 < item.Count && item.Count <= 303)
	}
	// Output:
	// 499 true
	// 999 true
}

// The counts of several goroutines add up.
func ExampleCountMin_Merge() {
	parts := make([]*sketch.CountMin, 2)
	var counting sync.WaitGroup
	for i := range parts {
		parts[i] = sketch.NewCountMin(1024, 4, exampleKey)
		counting.Go(func() {
			for range 500 {
				parts[i].Add(7, 1)
			}
		})
	}
	counting.Wait()
	if err := parts[0].Merge(parts[1]); err != nil {
		fmt.Println(err)
	}
	fmt.Println(parts[0].Estimate(7), "of", parts[0].Total())
	// Output: 1000 of 1000
}

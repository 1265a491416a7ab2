// Command bench measures Guildpulse beside its peers, each in the same run, and
// says which goals are reached.
//
//	go run . [-run REGEXP] [-short] [-md FILE]
//
// BENCH_CSV names a file that receives the figures as CSV.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"

	"guildpulse/bench/measure"
)

// subject is one table: a package of its own.
type subject struct {
	name string
	run  func(ctx context.Context, t *measure.Table) error
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	pattern := flag.String("run", "", "measure only subject/name that match this expression")
	short := flag.Bool("short", false, "short rounds: to see that everything runs, not how fast")
	page := flag.String("md", "", "write the page of results to this file")
	flag.Parse()
	match, err := regexp.Compile(*pattern)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	var o measure.Options
	if *short {
		o = measure.Options{Rounds: 1, Round: 5 * time.Millisecond}
	}
	began := time.Now()
	fmt.Println(measure.Machine())
	var tables []*measure.Table
	for _, s := range subjects {
		t := measure.NewTable(s.name, os.Stdout, o, match.MatchString)
		if err := s.run(ctx, t); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		tables = append(tables, t)
	}
	took := time.Since(began)
	fmt.Printf("\n%s\n", took.Round(time.Second))
	return write(tables, *page, took)
}

func write(tables []*measure.Table, page string, took time.Duration) error {
	if name := os.Getenv("BENCH_CSV"); name != "" {
		if err := to(name, func(f *os.File) error { return measure.WriteCSV(f, tables) }); err != nil {
			return err
		}
	}
	if page == "" {
		return nil
	}
	return to(page, func(f *os.File) error { return measure.WriteMarkdown(f, tables, took) })
}

func to(name string, write func(*os.File) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Command bench measures Guildpulse beside its peers, each in the same run, and
// says which goals are reached.
//
//	go run . [-run REGEXP] [-short] [-md FILE]
//
// With -md it writes the page of results, and beside it the record that the page is made
// of. What -run leaves out stays on the page as it was measured before. BENCH_CSV names
// a file that receives the figures of this run as CSV.
package main

import (
	"context"
	"errors"
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
	if *short && *page != "" {
		return errors.New("-md with -short: short rounds are not worth a page")
	}
	began := time.Now()
	fmt.Println(measure.Machine())
	var tables []*measure.Table
	for _, s := range subjects {
		t := measure.NewTable(s.name, os.Stdout, o, match.MatchString)
		t.Whole = match.MatchString(s.name + "/") // then it matches all that follows
		if err := timed(ctx, s, t); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		tables = append(tables, t)
	}
	fmt.Printf("\n%s\n", time.Since(began).Round(time.Second))
	return write(tables, *page)
}

// timed measures a subject, and how long that takes when all of it is asked for.
func timed(ctx context.Context, s subject, t *measure.Table) error {
	began := time.Now()
	if err := s.run(ctx, t); err != nil {
		return err
	}
	if t.Whole {
		t.Report(measure.Took, "s", time.Since(began).Seconds())
	}
	return nil
}

func write(tables []*measure.Table, page string) error {
	if name := os.Getenv("BENCH_CSV"); name != "" {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		if err := errors.Join(measure.WriteCSV(f, tables), f.Close()); err != nil {
			return err
		}
	}
	if page == "" {
		return nil
	}
	return measure.Publish(page, tables)
}

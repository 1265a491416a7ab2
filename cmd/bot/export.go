package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"guildpulse/events"
	"guildpulse/internal/guild"
	"guildpulse/persist"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "export", Short: "Write what is counted as CSV"}
	var ex exporter
	totals := &cobra.Command{
		Use:   "totals --guild ID --by channel|member|month|day",
		Short: "Messages by channel, member, month or day, of all time",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			ex.app = a
			return ex.run(cmd.Context())
		},
	}
	totals.Flags().Uint64Var(&ex.guild, "guild", 0, "id of the server")
	totals.Flags().StringVar(&ex.by, "by", "", "channel, member, month or day")
	totals.Flags().StringVar(&ex.zone, "zone", "", "time zone of days and months (default the server's)")
	_ = totals.MarkFlagRequired("guild")
	_ = totals.MarkFlagRequired("by")
	cmd.AddCommand(totals)
	return cmd
}

// exporter is one run of export totals.
type exporter struct {
	*app
	guild    uint64
	by, zone string
}

func (ex *exporter) run(ctx context.Context) (err error) {
	if !slices.Contains([]string{"channel", "member", "month", "day"}, ex.by) {
		return fmt.Errorf("--by %s: want channel, member, month or day", ex.by)
	}
	e, err := openEngine(ctx, ex.cfg, ex.log)
	if err != nil {
		return err
	}
	defer func() {
		within, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownWithin)
		defer stop()
		err = errors.Join(err, e.close(within))
	}()
	if err := e.pipe.Flush(ctx); err != nil { // what the last run left in the journal
		return err
	}
	return e.store.View(ctx, func(v persist.View) error { return ex.write(ctx, e, v) })
}

func (ex *exporter) write(ctx context.Context, e *engine, v persist.View) error {
	sums, err := ex.sums(ctx, e, v)
	if err != nil {
		return err
	}
	w := csv.NewWriter(ex.stdout)
	if err := w.Write([]string{ex.by, "count"}); err != nil {
		return err
	}
	for _, s := range sums {
		if s.count != 0 {
			if err := w.Write([]string{s.key, strconv.FormatInt(s.count, 10)}); err != nil {
				return err
			}
		}
	}
	w.Flush()
	return w.Error()
}

type total struct {
	key   string
	count int64
}

// sums asks for messages by member or channel from the months, or by day or month
// from the quarters: these can be cut in any zone.
func (ex *exporter) sums(ctx context.Context, e *engine, v persist.View) ([]total, error) {
	q := persist.SumQuery{
		Guild: ex.guild, From: math.MinInt32, To: math.MaxInt32, Kinds: []events.Kind{events.KindMessage},
		Grain: persist.GrainMonth, By: persist.ByMember,
	}
	switch ex.by {
	case "channel":
		q.By = persist.ByChannel
	case "day", "month":
		return ex.calendar(ctx, e, v, q)
	}
	stored, err := v.Sums(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]total, 0, len(stored))
	for _, s := range stored {
		out = append(out, total{strconv.FormatUint(s.Key, 10), s.Count})
	}
	return out, nil
}

func (ex *exporter) calendar(ctx context.Context, e *engine, v persist.View, q persist.SumQuery) ([]total, error) {
	zone, err := ex.cut(ctx, e, v)
	if err != nil {
		return nil, err
	}
	q.Grain, q.By = persist.GrainQuarter, persist.ByPeriod
	stored, err := v.Sums(ctx, q)
	if err != nil {
		return nil, err
	}
	byDay := make(map[guild.Day]int64)
	for _, s := range stored {
		day := zone.DayOfQuarter(int32(uint32(s.Key)))
		if ex.by == "month" {
			day = day.Month().First()
		}
		byDay[day] += s.Count
	}
	days := make([]guild.Day, 0, len(byDay))
	for d := range byDay {
		days = append(days, d)
	}
	slices.Sort(days)
	out := make([]total, 0, len(days))
	for _, d := range days {
		key := d.String()
		if ex.by == "month" {
			key = d.Month().String()
		}
		out = append(out, total{key, byDay[d]})
	}
	return out, nil
}

// cut returns the zone asked for, or the server's.
func (ex *exporter) cut(ctx context.Context, e *engine, v persist.View) (*guild.Zone, error) {
	if ex.zone != "" {
		return e.zones.Load(ex.zone)
	}
	states, err := v.States(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range states {
		if s.Guild == ex.guild && len(s.Settings) > 0 {
			set, err := guild.DecodeSettings(s.Settings)
			if err != nil {
				return nil, err
			}
			return e.zones.Load(set.Zone)
		}
	}
	return guild.UTC(), nil
}

package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"guildpulse/persist/journal"
)

func (a *app) journalCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "journal", Short: "Look after the write-ahead log"}
	cmd.AddCommand(&cobra.Command{
		Use:   "verify [folder]",
		Short: "Check every frame of the journal and say what it holds; changes nothing",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.configure(); err != nil {
				return err
			}
			dir := filepath.Join(a.cfg.Data.Dir, "journal")
			if len(args) == 1 {
				dir = args[0]
			}
			return a.verify(dir)
		},
	})
	return cmd
}

func (a *app) verify(dir string) error {
	report, err := journal.Verify(dir, journal.OS(), func(s journal.SegmentReport) {
		fmt.Fprintln(a.stdout, s)
	})
	if err != nil {
		return fmt.Errorf("verify %s: %w", dir, err)
	}
	_, err = fmt.Fprintf(a.stdout, "%d segments, records %d to %d, %d events, %d controls, %d bytes: whole\n",
		report.Segments, report.First, report.Next-1, report.Events, report.Controls, report.Bytes)
	return err
}

package main

import (
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// app is what all commands share.
type app struct {
	stdout, stderr io.Writer
	configFile     string
	set            map[string]string // --set key=value
	cfg            *Config
	log            *slog.Logger
	sample         bool // everything is made up: see demo
}

// newRoot builds the tree of commands.
func newRoot(stdout, stderr io.Writer) *cobra.Command {
	a := &app{stdout: stdout, stderr: stderr}
	root := &cobra.Command{
		Use:           "bot",
		Short:         "Guildpulse: engagement analytics for Discord, on your own machine",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.PersistentFlags().StringVarP(&a.configFile, "config", "c", "", "configuration file (default config.yaml, if there)")
	root.PersistentFlags().StringToStringVar(&a.set, "set", nil, "set a key, before environment and file: --set log.level=debug")
	root.AddCommand(a.serveCommand(), a.demoCommand(), a.benchCommand(), a.importCommand(), a.exportCommand(), a.journalCommand(),
		a.configCommand(), a.versionCommand())
	return root
}

// configure reads the configuration; commands that need it call it first.
func (a *app) configure() error {
	flags := make(map[string]any, len(a.set))
	known := defaults()
	for k, v := range a.set {
		if _, ok := known[k]; !ok {
			return fmt.Errorf("--set %s: there is no such key; see: bot config print", k)
		}
		flags[k] = v
	}
	cfg, err := load(a.configFile, flags)
	if err != nil {
		return err
	}
	a.cfg, a.log = cfg, newLogger(a.stderr, cfg.Log)
	return nil
}

func newLogger(w io.Writer, c LogConfig) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo // validated before
	}
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.stdout, version())
			return err
		},
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	parts := []string{info.Main.Version}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			parts = append(parts, s.Value[:min(12, len(s.Value))])
		}
	}
	return strings.Join(append(parts, info.GoVersion), " ")
}

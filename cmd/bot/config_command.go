package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Look at the configuration"}
	cmd.AddCommand(
		&cobra.Command{
			Use: "check", Short: "Read the configuration and say what is wrong with it", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				if err := a.configure(); err != nil {
					return err
				}
				_, err := fmt.Fprintln(a.stdout, "The configuration is right.")
				return err
			},
		},
		&cobra.Command{
			Use: "print", Short: "Print every key with its value in force; secrets are left out", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				if err := a.configure(); err != nil {
					return err
				}
				return a.printConfig()
			},
		},
	)
	return cmd
}

// printConfig shows the configuration as it was decoded, key by key.
func (a *app) printConfig() error {
	keys := make([]string, 0, len(defaults()))
	for k := range defaults() {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		value := a.cfg.values.GetString(k)
		if slices.Contains(secretKeys, k) {
			value = "(not set)"
			if a.cfg.secret(k) {
				value = "(set)"
			}
		}
		if _, err := fmt.Fprintf(a.stdout, "%-28s %s\n", k, value); err != nil {
			return err
		}
	}
	return nil
}

// secret reports whether a secret key is set.
func (c *Config) secret(key string) bool {
	switch key {
	case "database.url":
		return !c.Database.URL.Empty()
	case "discord.token":
		return !c.Discord.Token.Empty()
	}
	return !c.Discord.ClientSecret.Empty()
}

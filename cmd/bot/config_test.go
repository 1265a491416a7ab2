package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/viper"

	"guildpulse/discord"
)

// alone makes sure that the machine's own environment says nothing.
func alone(t *testing.T) {
	t.Helper()
	for key := range defaults() {
		t.Setenv(envName(key), "")
		os.Unsetenv(envName(key))
	}
	t.Setenv("DISCORD_TOKEN", "")
	os.Unsetenv("DISCORD_TOKEN")
	t.Chdir(t.TempDir())
}

func TestTheExampleIsTheDefaults(t *testing.T) {
	example, err := filepath.Abs(filepath.Join("..", "..", "config.example.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	alone(t)
	want, err := load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := load(example, nil)
	if err != nil {
		t.Fatal(err)
	}
	got.values, want.values = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the example decodes to\n%+v\nthe defaults are\n%+v", got, want)
	}
	v := viper.New()
	v.SetConfigFile(example)
	if err := v.ReadInConfig(); err != nil {
		t.Fatal(err)
	}
	keys := v.AllKeys()
	for key := range defaults() {
		if !slices.Contains(keys, key) {
			t.Errorf("the example does not show %s", key)
		}
	}
}

// other is a valid value that is not the default.
func other(key string, def any) string {
	switch key {
	case "discord.reader":
		return "discordgo"
	case "discord.compress":
		return "none"
	case "discord.base_url":
		return "http://127.0.0.1:1/api/v10"
	case "metrics.listen":
		return "127.0.0.1:9090"
	case "web.public_url":
		return "https://stats.example.org"
	case "log.level":
		return "debug"
	case "log.format":
		return "json"
	}
	switch def := def.(type) {
	case bool:
		if def {
			return "false"
		}
		return "true"
	case int:
		return "7"
	case int64:
		return "8388608"
	case string:
		if strings.HasSuffix(def, "s") || strings.HasSuffix(def, "m") {
			return "77s"
		}
	}
	return "other"
}

func TestEveryKeyCanBeSetByTheEnvironment(t *testing.T) {
	for key, def := range defaults() {
		if strings.HasSuffix(key, "_file") {
			continue // has a test of its own
		}
		t.Run(key, func(t *testing.T) {
			alone(t)
			base, err := load("", nil)
			if err != nil {
				t.Fatal(err)
			}
			if key == "journal.max_bytes" {
				t.Setenv(envName("journal.segment_bytes"), "1048576")
			}
			t.Setenv(envName(key), other(key, def))
			got, err := load("", nil)
			if err != nil {
				t.Fatal(err)
			}
			got.values, base.values = nil, nil
			if reflect.DeepEqual(got, base) {
				t.Errorf("%s=%s changes nothing", envName(key), other(key, def))
			}
		})
	}
}

func TestPrecedence(t *testing.T) {
	alone(t)
	file := "config.yaml"
	if err := os.WriteFile(file, []byte("log:\n  level: error\nflush:\n  events: 5\ndata:\n  dir: file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(envName("flush.events"), "6")
	t.Setenv(envName("data.dir"), "environment")
	c, err := load("", map[string]any{"data.dir": "flag"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Log.Level != "error" || c.Flush.Events != 6 || c.Data.Dir != "flag" || c.Discord.Reader != "native" {
		t.Errorf("file, environment, flag, default: %q %d %q %q", c.Log.Level, c.Flush.Events, c.Data.Dir, c.Discord.Reader)
	}
}

func TestWrongConfigurationIsToldByItsKey(t *testing.T) {
	for text, want := range map[string]string{
		"discord:\n  tokn: x\n":                          "tokn",
		"discord:\n  reader: telepathy\n":                "discord.reader",
		"flush:\n  events: many\n":                       "flush.events",
		"flush:\n  interval: 0s\n":                       "flush.interval",
		"journal:\n  max_bytes: 1\n":                     "journal.max_bytes",
		"metrics:\n  listen: 0.0.0.0:9090\n":             "metrics.listen",
		"web:\n  public_url: http://stats.example.org\n": "web.insecure",
		"log: [\n": "config.yaml",
	} {
		alone(t)
		if err := os.WriteFile("config.yaml", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := load("", nil)
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "Flush.Events", "flush.events"), want) {
			t.Errorf("%q: %v, want it to name %s", text, err, want)
		}
	}
	alone(t)
	if _, err := load("absent.yaml", nil); err == nil {
		t.Error("a configuration file that is named and not there was passed over")
	}
}

func TestSecretsFromFiles(t *testing.T) {
	alone(t)
	if err := os.WriteFile("token", []byte("hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GUILDPULSE_DISCORD_TOKEN_FILE", "token")
	c, err := load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Discord.Token.Reveal() != "hush" {
		t.Errorf("token %q", c.Discord.Token.Reveal())
	}
	t.Setenv("DISCORD_TOKEN", "another")
	if _, err := load("", nil); err == nil || !strings.Contains(err.Error(), "keep one") {
		t.Errorf("token and token file both set: %v", err)
	}
	os.Unsetenv("DISCORD_TOKEN")
	if err := os.Chmod("token", 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := load("", nil); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a token that everybody can read: %v", err)
	}
}

func TestTheAliasOfTheTokenGivesWay(t *testing.T) {
	alone(t)
	t.Setenv("DISCORD_TOKEN", "alias")
	c, err := load("", nil)
	if err != nil || c.Discord.Token.Reveal() != "alias" {
		t.Fatalf("%q %v", c.Discord.Token.Reveal(), err)
	}
	t.Setenv("GUILDPULSE_DISCORD_TOKEN", "own")
	if c, err = load("", nil); err != nil || c.Discord.Token.Reveal() != "own" {
		t.Errorf("%q %v, want the name of our own to win", c.Discord.Token.Reveal(), err)
	}
}

func TestPrintedConfigurationHoldsNoSecret(t *testing.T) {
	alone(t)
	t.Setenv("DISCORD_TOKEN", "canary")
	t.Setenv("GUILDPULSE_DATABASE_URL", "postgres://a:canary@b/c")
	var out, errs strings.Builder
	if code := run([]string{"config", "print"}, &out, &errs); code != 0 {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	if strings.Contains(out.String()+errs.String(), "canary") || !strings.Contains(out.String(), "flush.events") {
		t.Errorf("printed:\n%s", out.String())
	}
	if s := discord.NewSecret("canary").String(); strings.Contains(s, "canary") {
		t.Error(s)
	}
}

func TestCommandLineErrorsSayWhatToDo(t *testing.T) {
	alone(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve"}, "DISCORD_TOKEN"},
		{[]string{"--set", "no.such=1", "config", "check"}, "config print"},
		{[]string{"import", "x.csv"}, "guild"},
		{[]string{"export", "totals", "--guild", "1", "--by", "mood"}, "channel, member, month or day"},
		{[]string{"--set", "database.url=postgres://127.0.0.1:1/x", "export", "totals", "--guild", "1", "--by", "day"}, "start PostgreSQL"},
		{[]string{"journal", "verify", "absent"}, "absent"},
	} {
		var out, errs strings.Builder
		if code := run(c.args, &out, &errs); code == 0 || !strings.Contains(errs.String(), c.want) {
			t.Errorf("bot %s: code %d, says %q, want it to name %q", strings.Join(c.args, " "), code, errs.String(), c.want)
		}
	}
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"guildpulse/discord"
)

// Config is everything that an operator may set. config.example.yaml shows it with
// the defaults.
type Config struct {
	Database DatabaseConfig `mapstructure:"database"`
	Discord  DiscordConfig  `mapstructure:"discord"`
	Data     DataConfig     `mapstructure:"data"`
	Journal  JournalConfig  `mapstructure:"journal"`
	Flush    FlushConfig    `mapstructure:"flush"`
	Snapshot SnapshotConfig `mapstructure:"snapshot"`
	Web      WebConfig      `mapstructure:"web"`
	Metrics  MetricsConfig  `mapstructure:"metrics"`
	Log      LogConfig      `mapstructure:"log"`

	values *viper.Viper // what the above was decoded from
}

// DatabaseConfig says where the numbers are kept.
type DatabaseConfig struct {
	URL            discord.Secret `mapstructure:"url"`
	URLFile        string         `mapstructure:"url_file"`
	MaxConnections int            `mapstructure:"max_connections"`
}

// DiscordConfig says how Discord is reached, and as whom.
type DiscordConfig struct {
	Token         discord.Secret `mapstructure:"token"`
	TokenFile     string         `mapstructure:"token_file"`
	ClientID      string         `mapstructure:"client_id"`
	ClientSecret  discord.Secret `mapstructure:"client_secret"`
	SecretFile    string         `mapstructure:"client_secret_file"`
	Reader        string         `mapstructure:"reader"`
	BaseURL       string         `mapstructure:"base_url"`
	Shards        int            `mapstructure:"shards"`
	Compress      string         `mapstructure:"compress"`
	MembersIntent bool           `mapstructure:"members_intent"`
	InvitesIntent bool           `mapstructure:"invites_intent"`
}

// DataConfig names the data folder.
type DataConfig struct {
	Dir string `mapstructure:"dir"`
}

// JournalConfig sizes the write-ahead log.
type JournalConfig struct {
	SegmentBytes int64         `mapstructure:"segment_bytes"`
	MaxBytes     int64         `mapstructure:"max_bytes"`
	Linger       time.Duration `mapstructure:"linger"`
	Direct       bool          `mapstructure:"direct"`
}

// FlushConfig says when the database is written to.
type FlushConfig struct {
	Events   int           `mapstructure:"events"`
	Interval time.Duration `mapstructure:"interval"`
}

// SnapshotConfig says how often memory is written to disk.
type SnapshotConfig struct {
	Interval time.Duration `mapstructure:"interval"`
}

// WebConfig says where the dashboard is.
type WebConfig struct {
	Listen    string `mapstructure:"listen"`
	PublicURL string `mapstructure:"public_url"`
	Insecure  bool   `mapstructure:"insecure"`
}

// MetricsConfig says where Prometheus finds the counters.
type MetricsConfig struct {
	Listen string `mapstructure:"listen"`
}

// LogConfig says what is logged and how.
type LogConfig struct {
	Level  string `mapstructure:"level"`
	Format string `mapstructure:"format"`
}

// defaults holds every key: viper reads the environment only for keys it knows.
func defaults() map[string]any {
	return map[string]any{
		"database.url":               "",
		"database.url_file":          "",
		"database.max_connections":   8,
		"discord.token":              "",
		"discord.token_file":         "",
		"discord.client_id":          "",
		"discord.client_secret":      "",
		"discord.client_secret_file": "",
		"discord.reader":             "native",
		"discord.base_url":           "https://discord.com/api/v10",
		"discord.shards":             0,
		"discord.compress":           "zlib-stream",
		"discord.members_intent":     true,
		"discord.invites_intent":     false,
		"data.dir":                   "data",
		"journal.segment_bytes":      int64(64 << 20),
		"journal.max_bytes":          int64(4 << 30),
		"journal.linger":             "5ms",
		"journal.direct":             true,
		"flush.events":               10_000,
		"flush.interval":             "30s",
		"snapshot.interval":          "5m",
		"web.listen":                 "127.0.0.1:8080",
		"web.public_url":             "",
		"web.insecure":               false,
		"metrics.listen":             "",
		"log.level":                  "info",
		"log.format":                 "text",
	}
}

// secretKeys may also be given as files: under the same key with _file.
var secretKeys = []string{"database.url", "discord.token", "discord.client_secret"}

const envPrefix = "GUILDPULSE_"

func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// load reads the configuration: file (may be empty: config.yaml if it is there),
// environment, and what flags have set.
func load(file string, flags map[string]any) (*Config, error) {
	v := newValues()
	for key := range defaults() {
		if err := v.BindEnv(key, envName(key)); err != nil {
			return nil, fmt.Errorf("key %s: %w", key, err)
		}
	}
	if err := v.BindEnv("discord.token", envName("discord.token"), "DISCORD_TOKEN"); err != nil {
		return nil, fmt.Errorf("key discord.token: %w", err)
	}
	if err := readFile(v, file); err != nil {
		return nil, err
	}
	if err := secretFiles(v); err != nil {
		return nil, err
	}
	return decode(v, flags)
}

// decode makes a configuration of what v has, with some keys set.
func decode(v *viper.Viper, set map[string]any) (*Config, error) {
	for key, value := range set {
		v.Set(key, value)
	}
	c := Config{values: v}
	if err := v.UnmarshalExact(&c, viper.DecodeHook(mapstructure.ComposeDecodeHookFunc(
		mapstructure.StringToTimeDurationHookFunc(), toSecret))); err != nil {
		return nil, fmt.Errorf("configuration: %w", plain(err))
	}
	return &c, c.validate()
}

// newValues holds the defaults, and nothing of file or environment.
func newValues() *viper.Viper {
	v := viper.New()
	for key, value := range defaults() {
		v.SetDefault(key, value)
	}
	return v
}

func readFile(v *viper.Viper, file string) error {
	optional := file == ""
	if optional {
		file = "config.yaml"
	}
	v.SetConfigFile(file)
	v.SetConfigType("yaml")
	err := v.ReadInConfig()
	if optional && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("configuration %s: %w", file, err)
	}
	return nil
}

// secretFiles fills in the secrets that are named by file.
func secretFiles(v *viper.Viper) error {
	for _, key := range secretKeys {
		name := v.GetString(key + "_file")
		if name == "" {
			continue
		}
		if v.GetString(key) != "" {
			return fmt.Errorf("configuration: %s and %s_file are both set; keep one", key, key)
		}
		text, err := readSecret(name)
		if err != nil {
			return fmt.Errorf("configuration: %s_file: %w", key, err)
		}
		v.Set(key, text)
	}
	return nil
}

func readSecret(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o004 != 0 {
		return "", fmt.Errorf("%s can be read by everybody on this machine; run: chmod 600 %s", name, name)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(b)), nil
}

func toSecret(from, to reflect.Type, data any) (any, error) {
	if to != reflect.TypeFor[discord.Secret]() || from.Kind() != reflect.String {
		return data, nil
	}
	return discord.NewSecret(data.(string)), nil
}

// plain strips mapstructure's preamble, so that the message begins with the key.
func plain(err error) error {
	return errors.New(strings.ReplaceAll(strings.TrimPrefix(err.Error(), "decoding failed due to the following error(s):\n\n"), "'' ", ""))
}

// validate names every key that is wrong, with what is right.
func (c *Config) validate() error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: "+format, append([]any{key}, args...)...))
	}
	oneOf := func(key, value string, want ...string) {
		if slices.Contains(want, value) {
			return
		}
		bad(key, "%q, want one of %s", value, strings.Join(want, ", "))
	}
	oneOf("discord.reader", c.Discord.Reader, "native", "discordgo")
	oneOf("discord.compress", c.Discord.Compress, "none", "zlib-stream", "zstd-stream")
	oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf("log.format", c.Log.Format, "text", "json")
	if u, err := url.Parse(c.Discord.BaseURL); err != nil || u.Host == "" {
		bad("discord.base_url", "%q is not an address like https://discord.com/api/v10", c.Discord.BaseURL)
	}
	for key, n := range map[string]int64{
		"database.max_connections": int64(c.Database.MaxConnections), "flush.events": int64(c.Flush.Events),
		"flush.interval": int64(c.Flush.Interval), "snapshot.interval": int64(c.Snapshot.Interval),
	} {
		if n < 1 {
			bad(key, "must be more than 0")
		}
	}
	if c.Discord.Shards < 0 {
		bad("discord.shards", "%d; 0 asks Discord how many", c.Discord.Shards)
	}
	if c.Journal.SegmentBytes < 1<<20 {
		bad("journal.segment_bytes", "%d, want at least 1048576", c.Journal.SegmentBytes)
	}
	if c.Journal.MaxBytes < 2*c.Journal.SegmentBytes {
		bad("journal.max_bytes", "%d, want at least two segments: %d", c.Journal.MaxBytes, 2*c.Journal.SegmentBytes)
	}
	if c.Data.Dir == "" {
		bad("data.dir", "names no folder")
	}
	if err := c.validateWeb(); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return fmt.Errorf("configuration: %w", errors.Join(errs...))
	}
	return nil
}

func (c *Config) validateWeb() error {
	if c.Metrics.Listen != "" && !loopback(c.Metrics.Listen) {
		return fmt.Errorf("metrics.listen: %q is open to others, want an address like 127.0.0.1:9090", c.Metrics.Listen)
	}
	if c.Web.PublicURL == "" || c.Web.Insecure {
		return nil
	}
	u, err := url.Parse(c.Web.PublicURL)
	if err != nil || u.Host == "" {
		return fmt.Errorf("web.public_url: %q is not an address like https://stats.example.org", c.Web.PublicURL)
	}
	if u.Scheme != "https" && !loopback(u.Host) {
		return fmt.Errorf("web.public_url: %q is not https; put a proxy with TLS before it, or set web.insecure: true", c.Web.PublicURL)
	}
	return nil
}

// loopback reports whether an address, with or without a port, is this machine.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// DashboardURL is the address that people open.
func (c *Config) DashboardURL() string {
	if c.Web.PublicURL != "" {
		return strings.TrimSuffix(c.Web.PublicURL, "/")
	}
	return "http://" + c.Web.Listen
}

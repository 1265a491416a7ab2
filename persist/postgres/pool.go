package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const applicationName = "guildpulse"

// A client that vanished without a word would keep the cursor locked until TCP
// gives it up, after hours: the server looks sooner, and lets no writer dawdle.
const (
	keepaliveSeconds     = "30"
	writerIdleMillis     = "60000"
	keepaliveProbes      = "3"
	keepaliveRetrySecond = "10"
)

// connection parses a config's URL. What the URL itself says goes before ours.
func (c Config) connection() (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, err // it masks the password
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = c.ConnectTimeout
	}
	setDefault(config.ConnConfig, "application_name", applicationName)
	return config, nil
}

func setDefault(config *pgx.ConnConfig, name, value string) {
	if _, ok := config.RuntimeParams[name]; !ok {
		config.RuntimeParams[name] = value
	}
}

// session sets what both pools have in common.
func (c Config) session(t *tracer) (*pgxpool.Config, error) {
	config, err := c.connection()
	if err != nil {
		return nil, err
	}
	config.ConnConfig.Tracer = t
	setDefault(config.ConnConfig, "jit", "off") // compiling takes longer than the queries do
	setDefault(config.ConnConfig, "statement_timeout", strconv.FormatInt(c.StatementTimeout.Milliseconds(), 10))
	setDefault(config.ConnConfig, "tcp_keepalives_idle", keepaliveSeconds)
	setDefault(config.ConnConfig, "tcp_keepalives_interval", keepaliveRetrySecond)
	setDefault(config.ConnConfig, "tcp_keepalives_count", keepaliveProbes)
	return config, nil
}

// writerPool holds the one connection that Apply and Take use, with its staging
// table.
func writerPool(ctx context.Context, c Config, t *tracer) (*pgxpool.Pool, error) {
	config, err := c.session(t)
	if err != nil {
		return nil, err
	}
	config.MaxConns, config.MinConns = 1, 0
	setDefault(config.ConnConfig, "idle_in_transaction_session_timeout", writerIdleMillis)
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		for _, sql := range []string{sqlWriterDurability, sqlWriterStage} {
			if _, err := conn.Exec(ctx, sql); err != nil {
				return fmt.Errorf("prepare the writer: %w", err)
			}
		}
		return nil
	}
	return pgxpool.NewWithConfig(ctx, config)
}

// readerMemory holds the sums of some hundred thousand members, which PostgreSQL's own
// default would write to disk.
const readerMemory = "64MB"

// readerPool holds all other connections. Every query is planned for its own
// arguments, for a day's range and a year's want different plans.
func readerPool(ctx context.Context, c Config, t *tracer) (*pgxpool.Pool, error) {
	config, err := c.session(t)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(min(c.MaxConns-1, 1<<15)) // bounded, and checked to be positive
	setDefault(config.ConnConfig, "plan_cache_mode", "force_custom_plan")
	setDefault(config.ConnConfig, "work_mem", readerMemory)
	return pgxpool.NewWithConfig(ctx, config)
}

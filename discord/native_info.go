package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// gatewayInfo is Discord's answer to GET /gateway/bot.
type gatewayInfo struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Total          int   `json:"total"`
		Remaining      int   `json:"remaining"`
		ResetAfter     int64 `json:"reset_after"` // milliseconds
		MaxConcurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// laterError is the cause of a failure that may pass.
type laterError struct {
	after time.Duration // as Discord asks; 0 when it does not say
	err   error
}

func (e *laterError) Error() string { return e.err.Error() }
func (e *laterError) Unwrap() error { return e.err }

// gatewayInfo asks until it has an answer, ctx ends, or Discord refuses the token.
func (c *Config) gatewayInfo(ctx context.Context) (gatewayInfo, error) {
	for wait := c.BackoffMin; ; wait = min(2*wait, c.BackoffMax) {
		info, err := c.askGateway(ctx)
		var later *laterError
		if !errors.As(err, &later) || ctx.Err() != nil {
			return info, err
		}
		pause := max(later.after, time.Duration(float64(wait)*(0.5+c.Random()/2)))
		c.Log.Warn("cannot ask for the gateway", "error", err, "retry_ms", pause.Milliseconds())
		if err := sleep(ctx, pause); err != nil {
			return gatewayInfo{}, err
		}
	}
}

func (c *Config) askGateway(ctx context.Context) (info gatewayInfo, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.BaseURL+"/gateway/bot", nil)
	if err != nil {
		return info, fmt.Errorf("%w: base address: %w", ErrConfig, err)
	}
	req.Header.Set("Authorization", "Bot "+c.Token.Reveal())
	req.Header.Set("User-Agent", userAgent)
	resp, err := c.HTTP.Do(req)
	if err != nil {
		return info, &laterError{err: fmt.Errorf("ask for the gateway: %w", err)}
	}
	defer func() { _ = resp.Body.Close() }()
	if err := gatewayStatus(resp); err != nil {
		return info, err
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&info); err != nil {
		return info, &laterError{err: fmt.Errorf("read the gateway's address: %w", err)}
	}
	return info, nil
}

func gatewayStatus(resp *http.Response) error {
	switch resp.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusUnauthorized, http.StatusForbidden:
		e := refused(closeAuthentication)
		e.Code = resp.StatusCode
		return e
	}
	seconds, _ := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64)
	return &laterError{
		after: time.Duration(min(max(seconds, 0), 3600) * float64(time.Second)),
		err:   fmt.Errorf("ask for the gateway: %s", resp.Status),
	}
}

// sleep waits for d, or returns the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

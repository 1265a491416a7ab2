package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// call is one request under way.
type call struct {
	t    *Transport
	req  *http.Request
	at   *url.URL
	body []byte
	route
}

// carry attempts until there is an answer to give.
func (c *call) carry(ctx context.Context) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		if err := c.admitted(ctx); err != nil {
			return nil, err
		}
		resp, err := c.attempt(ctx)
		again := attempt < maxAttempts && ctx.Err() == nil
		if err == nil && resp.StatusCode == http.StatusTooManyRequests {
			// It was not done, so that it can be repeated whatever it is.
			again = again && inTime(ctx, c.t.limited(c.route, resp))
		} else {
			again = again && c.repeatable() && transient(resp, err) && c.rest(ctx, attempt)
		}
		if !again {
			return resp, err
		}
		c.t.count.retries.Add(1)
	}
}

// attempt sends the request. Error: nothing came back.
func (c *call) attempt(ctx context.Context) (*http.Response, error) {
	ctx, stop := context.WithTimeout(ctx, c.t.timeout)
	defer stop()
	req := c.req.Clone(ctx)
	req.URL, req.Host = c.at, ""
	if c.body != nil {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(c.body)), int64(len(c.body))
	}
	req.Header.Set("User-Agent", userAgent)
	c.t.count.requests.Add(1)
	resp, body, err := c.send(req)
	if err != nil {
		c.t.count.failures.Add(1)
		return nil, fmt.Errorf("ask Discord: %w", err)
	}
	c.t.buckets.learn(c.route, resp.Header, time.Now())
	c.t.judge(resp)
	if resp.StatusCode == http.StatusTooManyRequests {
		body = c.t.asJSON(resp, body)
	}
	return answered(resp, body), nil
}

// send sends and reads everything that comes back.
func (c *call) send(req *http.Request) (*http.Response, []byte, error) {
	resp, err := c.t.base.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse+1))
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, nil, err
	}
	if len(body) > maxResponse {
		return nil, nil, fmt.Errorf("the answer is longer than %d bytes", maxResponse)
	}
	return resp, body, nil
}

// admitted waits until every limit lets the request pass.
func (c *call) admitted(ctx context.Context) error {
	t, from := c.t, time.Now()
	defer func() { t.count.waited.Add(int64(time.Since(from))) }()
	if !t.invalid.allows(time.Now()) {
		t.count.refused.Add(1)
		return ErrInvalidRequests
	}
	for {
		wait := c.wait(time.Now())
		if wait <= 0 {
			break
		}
		if !inTime(ctx, wait) {
			return fmt.Errorf("wait for Discord's rate limit: %w", context.DeadlineExceeded)
		}
		if err := sleep(ctx, wait); err != nil {
			return fmt.Errorf("wait for Discord's rate limit: %w", err)
		}
	}
	if c.exempt {
		return nil
	}
	if err := t.global.Wait(ctx); err != nil {
		return fmt.Errorf("wait for Discord's global rate limit: %w", err)
	}
	return nil
}

// wait returns how long the request must wait, or takes its place.
func (c *call) wait(now time.Time) time.Duration {
	wait := c.t.barred.left(now)
	if !c.exempt {
		wait = max(wait, c.t.paused.left(now))
	}
	if wait > 0 {
		return wait
	}
	return c.t.buckets.take(c.route, now)
}

// inTime reports whether a wait ends before the deadline does.
func inTime(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait
}

// repeatable reports whether sending the request twice does what once does. A
// PATCH here always says what the whole of a field is to be.
func (c *call) repeatable() bool { return c.req.Method != http.MethodPost }

// rest pauses before another attempt: longer each time, by between half and all
// of it, so that many do not come back together.
func (c *call) rest(ctx context.Context, attempt int) bool {
	wait := min(retryFirst<<(attempt-1), retryLast)
	wait = time.Duration(float64(wait) * (0.5 + c.t.random()/2))
	return inTime(ctx, wait) && sleep(ctx, wait) == nil
}

// transient reports whether another attempt may do better.
func transient(resp *http.Response, err error) bool {
	if err != nil {
		return true
	}
	switch resp.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

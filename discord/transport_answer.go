package discord

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// limitBody is the body of a 429.
type limitBody struct {
	Message    string  `json:"message"`
	RetryAfter float64 `json:"retry_after"` // seconds
	Global     bool    `json:"global"`
}

// scopePage marks a 429 of the proxy. Discord's own scopes are user, global and
// shared.
const scopePage = "page"

// asJSON returns a 429's body in Discord's form. What is not in it came from the
// proxy in front of Discord, which bars the whole address.
func (t *Transport) asJSON(resp *http.Response, body []byte) []byte {
	var b limitBody
	if json.Unmarshal(body, &b) == nil && (b.RetryAfter > 0 || b.Message != "") {
		return body
	}
	t.count.pages.Add(1)
	resp.Header.Set("Content-Type", "application/json")
	resp.Header.Set("X-RateLimit-Scope", scopePage)
	b = limitBody{Message: "the proxy in front of Discord bars this address", Global: true}
	b.RetryAfter = headerSeconds(resp.Header, "Retry-After", banWait).Seconds()
	out, _ := json.Marshal(b) // three plain fields
	return out
}

// limited notes for whom a 429 is meant and how long, and returns that time.
func (t *Transport) limited(r route, resp *http.Response) time.Duration {
	wait := headerSeconds(resp.Header, "Retry-After", 0)
	body, err := io.ReadAll(resp.Body)
	var b limitBody
	if err == nil && json.Unmarshal(body, &b) == nil && b.RetryAfter > 0 {
		wait = seconds(b.RetryAfter)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if wait <= 0 {
		wait = time.Second
	}
	t.count.limited.Add(1)
	global := b.Global || strings.EqualFold(resp.Header.Get("X-RateLimit-Global"), "true")
	until := time.Now().Add(wait)
	switch {
	case resp.Header.Get("X-RateLimit-Scope") == scopePage:
		t.barred.until(until)
	case global:
		t.paused.until(until)
	default:
		t.buckets.bar(r, until)
	}
	if global {
		t.count.global.Add(1)
	}
	t.log.Warn("discord says to wait", "wait_ms", wait.Milliseconds(), "global", global, "route", r.pattern)
	return wait
}

// judge counts an answer that Discord holds against us.
func (t *Transport) judge(resp *http.Response) {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		if resp.Header.Get("X-RateLimit-Scope") == "shared" {
			return
		}
	case http.StatusUnauthorized, http.StatusForbidden:
	default:
		return
	}
	if t.invalid.add(time.Now()) {
		t.log.Error("too many requests were refused: nothing is sent to Discord until they are ten minutes past",
			"limit", t.invalid.limit)
	}
}

// headerSeconds reads a header of seconds.
func headerSeconds(h http.Header, name string, fallback time.Duration) time.Duration {
	s, err := strconv.ParseFloat(h.Get(name), 64)
	if err != nil {
		return fallback
	}
	return seconds(s)
}

// seconds is at most a day, and no less than nothing.
func seconds(s float64) time.Duration {
	if !(s > 0) {
		return 0
	}
	return time.Duration(min(s, 86400) * float64(time.Second))
}

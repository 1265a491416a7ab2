package fakediscord

import (
	"net/http"
	"time"
)

// channel returns the channel of the path and what the bot may do there; without
// VIEW_CHANNEL it is an error. The caller holds the lock.
func (c *call) channel() (*channel, uint64, error) {
	ch, err := c.srv.world.channel(c.id("channel"))
	if err != nil {
		return nil, 0, err
	}
	if ch.guild.out {
		return nil, 0, &apiError{status: http.StatusServiceUnavailable, message: "503: Service Unavailable"}
	}
	p := ch.guild.permissions(c.srv.cfg.Application, ch, c.srv.cfg.Now())
	if p&PermViewChannel == 0 {
		return nil, 0, errMissingAccess
	}
	return ch, p, nil
}

// getChannel answers GET /channels/{channel}.
func getChannel(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	ch, _, err := c.channel()
	if err != nil {
		return nil, err
	}
	return channelObject(ch, true), nil
}

// getArchivedPublic answers GET …/threads/archived/public.
func getArchivedPublic(c *call) (any, error) {
	return c.archived(PermReadMessageHistory, func(t *channel) bool { return t.Type != ChannelPrivateThread })
}

// getArchivedPrivate answers GET …/threads/archived/private.
func getArchivedPrivate(c *call) (any, error) {
	return c.archived(PermReadMessageHistory|PermManageThreads, func(t *channel) bool { return t.Type == ChannelPrivateThread })
}

// archived answers with a page of archived threads, the latest archived first.
func (c *call) archived(need uint64, fits func(*channel) bool) (any, error) {
	limit, err := c.limit(50, 2, 100)
	if err != nil {
		return nil, err
	}
	before := time.Unix(1<<40, 0)
	if s := c.r.URL.Query().Get("before"); s != "" {
		if before, err = time.Parse(time.RFC3339, s); err != nil {
			return nil, formError("before", "DATE_TIME_TYPE_PARSE", "Could not parse "+s+". Should be ISO8601.")
		}
	}
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	ch, p, err := c.channel()
	if err != nil {
		return nil, err
	}
	if p&need != need {
		return nil, errMissingAccess
	}
	threads := []object{}
	more := false
	for _, t := range sorted(ch.guild.channels, latestArchived) {
		if !t.thread() || t.Parent != ch.ID || !t.Archived || !fits(t) || t.archivedAt() >= before.UnixMilli() {
			continue
		}
		if more = len(threads) == limit; more {
			break
		}
		threads = append(threads, threadObject(t))
	}
	return object{"threads": threads, "members": []object{}, "has_more": more}, nil
}

// archivedAt returns archive_timestamp.
func (c *channel) archivedAt() int64 { return or(when(c.ArchivedAt), SnowflakeTime(c.ID)) }

func latestArchived(a, b *channel) bool {
	return a.archivedAt() > b.archivedAt() || a.archivedAt() == b.archivedAt() && a.ID > b.ID
}

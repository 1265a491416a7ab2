package discord

import (
	"context"
	"net"
	"net/http"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// create makes discordgo's session.
func (s *dgShard) create(ctx context.Context) *discordgo.Session {
	session, _ := discordgo.New("Bot " + s.r.cfg.Token.Reveal()) // never fails
	session.SyncEvents, session.StateEnabled, session.Compress = true, false, false
	session.ShouldReconnectOnError = false
	session.LogLevel = -1 // it would print to standard error, payloads too
	session.ShardID, session.ShardCount = int(s.id), s.count
	session.Identify.Intents = discordgo.Intent(s.r.Intents())
	session.Identify.LargeThreshold = 50
	session.Client = &http.Client{Transport: gatewayTold(s.r.gateway)}
	session.Dialer = &websocket.Dialer{HandshakeTimeout: dialTimeout, NetDialContext: s.dial(ctx)}
	session.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		if err := s.event(ctx, e); err != nil {
			offer(s.fail, err)
		}
	})
	session.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) {
		s.feed.ended()
		offer(s.lost, struct{}{})
	})
	return session
}

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

func (s *dgShard) dial(ctx context.Context) dialFunc {
	return func(_ context.Context, network, addr string) (net.Conn, error) {
		raw, err := s.r.cfg.Dial(ctx, network, addr)
		if err == nil {
			s.raw.Store(&raw)
		}
		return raw, err
	}
}

// offer puts v in a channel that has room for one, unless there is one already.
func offer[T any](to chan T, v T) {
	select {
	case to <- v:
	default:
	}
}

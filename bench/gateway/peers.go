package gateway

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"
	"github.com/coder/websocket"
	disgo "github.com/disgoorg/disgo/gateway"
)

// discordGo opens discordgo's session.
func discordGo(_ context.Context, f *flood, t *tally) (func() error, error) {
	s, err := discordgo.New("Bot none")
	if err != nil {
		return nil, err
	}
	s.SyncEvents, s.StateEnabled, s.Compress, s.ShouldReconnectOnError = true, false, false, false
	s.LogLevel = -1
	s.Client = &http.Client{Transport: told(f.websocket())}
	s.AddHandler(func(*discordgo.Session, *discordgo.MessageCreate) { t.message() })
	if err := s.Open(); err != nil {
		return nil, err
	}
	return s.Close, nil
}

// told answers every request with where the gateway is.
type told string

func (t told) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(`{"url":"` + string(t) + `/"}`)),
	}, nil
}

// disGo opens disgo's gateway.
func disGo(ctx context.Context, f *flood, t *tally) (func() error, error) {
	g := disgo.New("none", func(kind disgo.EventType, _, _ int, event disgo.EventData) {
		if _, ok := event.(disgo.EventMessageCreate); ok {
			t.message()
		}
	}, nil, disgo.WithURL(f.websocket()), disgo.WithCompress(false), disgo.WithAutoReconnect(false),
		disgo.WithLogger(slog.New(slog.DiscardHandler)))
	if err := g.Open(ctx); err != nil {
		return nil, err
	}
	return func() error {
		g.Close(context.Background())
		return nil
	}, nil
}

// slim is the smallest reader that encoding/json allows.
type slim struct {
	Op   int
	Seq  uint64 `json:"s"`
	Type string `json:"t"`
	Data struct {
		ID      string
		Guild   string `json:"guild_id"`
		Channel string `json:"channel_id"`
		Type    int
		Author  struct {
			ID  string
			Bot bool
		}
		Webhook string `json:"webhook_id"`
	} `json:"d"`
}

// plainReader reads frames into a slim struct of seven fields, without a session.
func plainReader(ctx context.Context, f *flood, t *tally) (func() error, error) {
	ws, _, err := websocket.Dial(ctx, f.websocket(), nil)
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(1 << 20)
	go func() {
		for {
			_, b, err := ws.Read(context.Background())
			if err != nil {
				return
			}
			var m slim
			if json.Unmarshal(b, &m) == nil && m.Type == "MESSAGE_CREATE" {
				t.message()
			}
		}
	}()
	return ws.CloseNow, nil
}

package discord_test

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
)

// BenchmarkGateway reads messages of about 1.5 KB over loopback, from a server
// that does as little as one can: it writes frames that were made beforehand.
// discordgo is the peer; with its own state off and our decoder behind it.
func BenchmarkGateway(b *testing.B) {
	for _, kind := range []string{discord.Native, discord.DiscordGo} {
		b.Run(kind, func(b *testing.B) { benchmarkReader(b, kind) })
	}
}

func benchmarkReader(b *testing.B, kind string) {
	flood := &flood{n: b.N, text: compactMessage(b)}
	srv := httptest.NewServer(flood)
	defer srv.Close()
	flood.url = srv.URL
	sink := &counter{want: b.N, all: make(chan struct{})}
	r, err := discord.New(kind, discord.Config{Token: discord.NewSecret(token), BaseURL: srv.URL}, sink,
		guild.NewDirectory(guild.DirectoryConfig{}))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	b.SetBytes(int64(len(flood.text)))
	b.ReportAllocs()
	b.ResetTimer()
	go func() { ended <- r.Run(ctx) }()
	<-sink.all
	b.StopTimer()
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}

func compactMessage(b *testing.B) string {
	var v any
	if err := json.Unmarshal([]byte(load("message", "MESSAGE_CREATE").data), &v); err != nil {
		b.Fatal(err)
	}
	return body(v)
}

// counter is a sink that only counts.
type counter struct {
	want int
	all  chan struct{}
}

func (c *counter) Push(_ context.Context, evs []events.Event) error {
	for i := range evs {
		if evs[i].Kind == events.KindMessage {
			if c.want--; c.want == 0 {
				close(c.all)
			}
		}
	}
	return nil
}

func (c *counter) Control(context.Context, events.Control, func(error)) error { return nil }

func (c *counter) Emoji(context.Context, uint64, uint64, string) (uint32, error) { return 1, nil }

func (c *counter) Position(uint16) (events.Session, uint64, bool) { return events.Session{}, 0, false }

// flood is a gateway that greets and then writes n messages.
type flood struct {
	n    int
	text string
	url  string
}

func (f *flood) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/gateway/bot" {
		fmt.Fprintf(w, `{"url":"ws%s/ws","shards":1}`, strings.TrimPrefix(f.url, "http"))
		return
	}
	line, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer line.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	frame(rw.Writer, `{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}`)
	frame(rw.Writer, `{"t":"READY","s":1,"op":0,"d":{"v":10,"user":{"id":"1"},"guilds":[],"session_id":"x","application":{"id":"1"}}}`)
	out := bufio.NewWriterSize(line, 64<<10)
	_ = rw.Flush()
	seq := make([]byte, 0, 20)
	for i := range f.n {
		seq = strconv.AppendInt(seq[:0], int64(i+2), 10)
		const head, mid = `{"t":"MESSAGE_CREATE","s":`, `,"op":0,"d":`
		header(out, len(head)+len(seq)+len(mid)+len(f.text)+1)
		_, _ = out.WriteString(head)
		_, _ = out.Write(seq)
		_, _ = out.WriteString(mid)
		_, _ = out.WriteString(f.text)
		_ = out.WriteByte('}')
	}
	_ = out.Flush()
	_, _ = io.Copy(io.Discard, rw) // until the client leaves
}

func frame(w *bufio.Writer, text string) {
	header(w, len(text))
	_, _ = w.WriteString(text)
}

// header writes the header of an unmasked text frame.
func header(w *bufio.Writer, n int) {
	_ = w.WriteByte(0x81)
	if n < 126 {
		_ = w.WriteByte(byte(n))
		return
	}
	_ = w.WriteByte(126)
	var size [2]byte
	binary.BigEndian.PutUint16(size[:], uint16(n))
	_, _ = w.Write(size[:])
}

// BenchmarkInflate undoes a stream of 256 messages.
func BenchmarkInflate(b *testing.B) {
	text := compactMessage(b)
	payloads := make([]string, 256)
	for i := range payloads {
		payloads[i] = fmt.Sprintf(`{"t":"MESSAGE_CREATE","s":%d,"op":0,"d":%s}`, i, text)
	}
	for _, kind := range []string{discord.CompressZlib, discord.CompressZstd} {
		b.Run(kind, func(b *testing.B) {
			messages := pack(b, kind, payloads...)
			b.SetBytes(int64(len(payloads) * len(payloads[0])))
			b.ReportAllocs()
			for b.Loop() {
				z := discord.NewInflater(kind, discord.MaxFrame)
				for _, m := range messages {
					if _, err := z.Message(m); err != nil {
						b.Fatal(err)
					}
				}
				z.Close()
			}
		})
	}
}

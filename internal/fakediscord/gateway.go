package fakediscord

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"
)

// Close codes of the gateway.
const (
	closeUnknown           = 4000
	closeUnknownOp         = 4001
	closeDecode            = 4002
	closeNotAuthenticated  = 4003
	closeAuthentication    = 4004
	closeAlready           = 4005
	closeInvalidSeq        = 4007
	closeRateLimited       = 4008
	closeTimedOut          = 4009
	closeInvalidShard      = 4010
	closeShardingRequired  = 4011
	closeInvalidVersion    = 4012
	closeInvalidIntents    = 4013
	closeDisallowedIntents = 4014
)

// maxSend is the largest payload a client may send.
const maxSend = 4096

// guildsPerShard is how many guilds a shard carries at most.
const guildsPerShard = 2500

// packet is a payload from the client.
type packet struct {
	Op int             `json:"op"`
	D  json.RawMessage `json:"d"`
}

// serveGateway carries one gateway connection from its dial to its end.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.record.dial(r)
	if s.strikeDial(w, r) {
		return
	}
	query := r.URL.Query()
	st, err := newStream(query.Get("compress"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := &conn{srv: s, path: r.URL.Path, stream: st, awake: make(chan struct{}, 1), over: make(chan struct{})}
	c.wire, _ = r.Context().Value(wireKey{}).(*wire)
	c.ws, err = websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // Discord takes any origin
	})
	if err != nil {
		return // Accept has answered
	}
	if !s.enter(c) {
		c.wire.cut()
		return
	}
	defer s.leave(c)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.serve(query.Get("v"), query.Get("encoding")) //nolint:contextcheck // writes end with the connection, not with a context
}

// serve greets the client, then reads until the connection ends.
func (c *conn) serve(version, encoding string) {
	wrote := make(chan struct{})
	go func() {
		defer close(wrote)
		c.write()
	}()
	c.beat = time.AfterFunc(c.srv.cfg.HeartbeatGrace, func() { c.close(closeTimedOut, "Session timed out.") })
	c.lastBeat = time.Now()
	c.greet(version, encoding)
	err := c.read()
	c.beat.Stop()
	c.gone(err)
	close(c.over)
	c.cancel()
	<-wrote
	_ = c.ws.CloseNow()
	if c.stream != nil {
		_ = c.stream.z.Close()
	}
}

// greet sends HELLO, or what a fault puts in its place.
func (c *conn) greet(version, encoding string) {
	if version != "9" && version != "10" {
		c.close(closeInvalidVersion, "Invalid API version.")
		return
	}
	if encoding != "json" && encoding != "" {
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	if c.strike(AtOpen) {
		return
	}
	ms := strconv.FormatInt(c.srv.cfg.HeartbeatInterval.Milliseconds(), 10)
	c.say([]byte(`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":` + ms +
		`,"_trace":["[\"gateway-fake-1\",{\"micros\":0.0}]"]}}`))
	c.strike(AtHello)
}

// read serves the client's frames until there are no more.
func (c *conn) read() error {
	c.ws.SetReadLimit(1 << 20)
	for {
		_, data, err := c.ws.Read(c.ctx)
		if err != nil {
			return err
		}
		if !c.muted.Load() && !c.closedByUs() {
			c.receive(data)
		}
	}
}

// receive serves one frame.
func (c *conn) receive(data []byte) {
	if c.flooded() {
		c.srv.record.violation("more than %d frames in %v", c.srv.cfg.SendLimit, c.srv.cfg.SendWindow)
		c.close(closeRateLimited, "Rate limited.")
		return
	}
	var p packet
	if len(data) > maxSend || json.Unmarshal(data, &p) != nil {
		c.srv.record.violation("a frame of %d bytes that cannot be decoded", len(data))
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	switch p.Op {
	case 1:
		c.heartbeat(p.D)
	case 2:
		c.identify(p.D)
	case 6:
		c.resume(p.D)
	case 3, 4, 8:
		c.request(p)
	default:
		c.srv.record.violation("unknown opcode %d", p.Op)
		c.close(closeUnknownOp, "Unknown opcode.")
	}
}

// request serves what only an identified client may send.
func (c *conn) request(p packet) {
	ses := c.ses.Load()
	if ses == nil {
		c.srv.record.violation("opcode %d before IDENTIFY", p.Op)
		c.close(closeNotAuthenticated, "Not authenticated.")
		return
	}
	if p.Op == 8 && c.srv.chunkMembers(ses, p.D) != nil {
		c.close(closeDecode, "Error while decoding payload.")
	}
}

// gone settles what the end of the connection means for the session: a client
// that closes with 1000 or 1001 has ended it, any other end leaves it to RESUME.
func (c *conn) gone(err error) {
	code := int(websocket.CloseStatus(err))
	if code < 0 {
		code = 1006
	}
	ours := c.closedByUs()
	if ses := c.ses.Load(); ses != nil {
		if !ours && (code == 1000 || code == 1001) {
			c.srv.end(ses)
		}
		c.srv.detach(c, ses)
	}
	if !ours {
		c.srv.record.closed(c, code, false)
	}
}

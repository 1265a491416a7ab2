package fakediscord_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"guildpulse/internal/fakediscord"
)

// rawConnect is connect, and the TCP connection under it.
func rawConnect(t testing.TB, srv *fakediscord.Server, intents fakediscord.Intents) (*client, net.Conn) {
	t.Helper()
	var raw net.Conn
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (c net.Conn, err error) {
		raw, err = new(net.Dialer).DialContext(ctx, network, addr)
		return raw, err
	}}
	c := &client{t: t, ctx: context.Background(), srv: srv, http: &http.Client{Transport: transport}}
	no(t, c.dial(srv.URL()+"/gateway/ws", ""))
	c.want(10)
	c.identify(intents)
	c.ready()
	return c, raw
}

// drain reads and forgets until the end.
func drain(r io.Reader) {
	b := make([]byte, 256<<10)
	for {
		if _, err := r.Read(b); err != nil {
			return
		}
	}
}

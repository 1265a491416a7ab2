//go:build unix

package pgtest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Message is one message of PostgreSQL's protocol on its way.
type Message struct {
	FromClient bool
	Type       byte // as the protocol names it: 'Q', 'Z', …; 0 for those that open a connection
	Length     int  // bytes that follow the type
}

// Proxy stands between clients and a server on a loopback port and looks at every
// message. It is for faults: it speaks without TLS, and cancel requests pass
// through it like any connection.
type Proxy struct {
	listener        net.Listener
	url             string
	network, target string

	mu      sync.Mutex // one message at a time is inspected
	inspect func(Message) (cut bool)
	open    map[net.Conn]struct{}
	closed  bool
	running sync.WaitGroup
}

// StartProxy starts a proxy before the server of a connection's URL. Every
// message is shown to inspect, one at a time over all connections, before it is
// passed on. When inspect returns true, the message is not: both sides of its
// connection are closed.
func StartProxy(connection string, inspect func(Message) (cut bool)) (*Proxy, error) {
	config, err := pgx.ParseConfig(connection)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not wait
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{listener: listener, inspect: inspect, open: make(map[net.Conn]struct{})}
	p.network, p.target = pgconn.NetworkAddress(config.Host, config.Port)
	if p.url, err = withAddress(connection, listener.Addr().String()); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	p.running.Go(p.accept)
	return p, nil
}

// withAddress returns a connection's URL that leads to address, without TLS.
func withAddress(connection, address string) (string, error) {
	u, err := url.Parse(connection)
	if err != nil {
		return "", errors.New("proxy: the connection is not a URL")
	}
	query := u.Query()
	query.Del("host")
	query.Del("port")
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = address, query.Encode()
	return u.String(), nil
}

// URL returns the connection through the proxy.
func (p *Proxy) URL() string { return p.url }

// Close breaks every connection and returns when nothing of the proxy runs.
func (p *Proxy) Close() error {
	err := p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for conn := range p.open {
		_ = conn.Close() // a broken connection is what was asked for
	}
	p.mu.Unlock()
	p.running.Wait()
	if err != nil {
		return fmt.Errorf("close the proxy: %w", err)
	}
	return nil
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		p.running.Go(func() { p.serve(client) })
	}
}

// serve joins a client to the server until either is gone.
func (p *Proxy) serve(client net.Conn) {
	server, err := net.Dial(p.network, p.target) //nolint:noctx // it fails or connects at once: both are here
	if err != nil {
		_ = client.Close() // to the client the server is not there
		return
	}
	if !p.register(client, server) {
		return
	}
	var pair sync.WaitGroup
	hangUp := func() { _, _ = client.Close(), server.Close() } // the second close of a pair fails, and may
	pair.Go(func() { defer hangUp(); _ = p.forward(server, client, true) })
	pair.Go(func() { defer hangUp(); _ = p.forward(client, server, false) })
	pair.Wait()
	p.forget(client, server)
}

func (p *Proxy) register(pair ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range pair {
		if p.closed {
			_ = conn.Close()
		}
		p.open[conn] = struct{}{}
	}
	return !p.closed
}

func (p *Proxy) forget(pair ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range pair {
		delete(p.open, conn)
	}
}

var errCut = errors.New("cut by the proxy")

// forward passes messages on until a side closes or inspect cuts. A client's
// first message has no type.
func (p *Proxy) forward(to io.Writer, from io.Reader, fromClient bool) error {
	in, out := bufio.NewReader(from), bufio.NewWriter(to)
	typed := !fromClient
	for {
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		header, length, err := readHeader(in, typed)
		if err != nil {
			return err
		}
		m := Message{FromClient: fromClient, Length: length}
		if typed {
			m.Type = header[0]
		}
		if p.cuts(m) {
			return errors.Join(errCut, out.Flush())
		}
		if _, err := out.Write(header); err != nil {
			return err
		}
		if _, err := io.CopyN(out, in, int64(length-4)); err != nil {
			return err
		}
		typed = true
	}
}

func (p *Proxy) cuts(m Message) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inspect(m)
}

// readHeader reads a message's type, where it has one, and length:
//
//	| type: 1 byte | length: 4 bytes, big endian, itself included | …
func readHeader(in io.Reader, typed bool) (header []byte, length int, err error) {
	header = make([]byte, 4, 5)
	if typed {
		header = header[:5]
	}
	if _, err := io.ReadFull(in, header); err != nil {
		return nil, 0, err
	}
	length = int(binary.BigEndian.Uint32(header[len(header)-4:]))
	if length < 4 {
		return nil, 0, fmt.Errorf("a message of %d bytes", length)
	}
	return header, length, nil
}

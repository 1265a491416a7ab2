package web_test

import (
	"bufio"
	"math/rand/v2"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// malformed returns a request that is wrong in some way, or random bytes.
func malformed(random *rand.Rand) string {
	shapes := []string{
		"GET / HTTP/9.9\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"GET /" + strings.Repeat("a", 20<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: y\r\n", 5000) + "\r\n",
		"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /g/\x00/ HTTP/1.1\r\nHost: x\r\n\r\n", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("guildpulse=", 300) + "\r\n\r\n", "CONNECT evil:443 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET http://evil/ HTTP/1.1\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
	}
	b := []byte(shapes[random.IntN(len(shapes))])
	for range random.IntN(4) {
		b[random.IntN(len(b))] = byte(random.IntN(256))
	}
	return string(b)
}

// 1,000 malformed requests: every one ends, nothing panics, nothing leaks.
func TestMalformedRequests(t *testing.T) {
	st := newStand(t)
	before := runtime.NumGoroutine()
	random := rand.New(rand.NewPCG(1, 1))
	for i := range 1000 {
		request := malformed(random)
		conn, err := net.Dial("tcp", st.http.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
		_, _ = conn.Write([]byte(request))
		_ = conn.(*net.TCPConn).CloseWrite()
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil {
			if res.StatusCode == http.StatusInternalServerError {
				t.Errorf("request %d, %q: %s", i, request, res.Status)
			}
			_ = res.Body.Close()
		} else if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
			t.Errorf("request %d, %q: no end", i, request)
		}
		_ = conn.Close()
	}
	st.http.Close()
	if after := runtime.NumGoroutine(); after > before+5 {
		t.Errorf("%d goroutines, %d before", after, before)
	}
	if strings.Contains(st.log.String(), "panic") {
		t.Error("the log tells of a panic")
	}
}

package httpserver_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"latchkey/infrastructure/httpserver"
)

// pipes is a listener without a network, so that the time is the test's.
type pipes struct {
	waiting chan net.Conn
	closed  context.Context
	close   func()
}

func newPipes() *pipes {
	ctx, cancel := context.WithCancel(context.Background())
	return &pipes{waiting: make(chan net.Conn), closed: ctx, close: cancel}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.waiting:
		return conn, nil
	case <-p.closed.Done():
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.waiting <- server
	return client
}

// inVirtualTime runs a test against a server that answers with handler.
func inVirtualTime(t *testing.T, handler http.HandlerFunc, test func(t *testing.T, conn net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		listener := newPipes()
		ended := make(chan error, 1)
		go func() {
			ended <- httpserver.Serve(ctx, time.Second, nil, httpserver.Endpoint{Listener: listener, Handler: handler})
		}()
		conn := listener.dial()
		test(t, conn)
		_ = conn.Close()
		stop()
		require.NoError(t, <-ended)
	})
}

// drip sends a piece each half second until the connection breaks.
func drip(conn net.Conn, piece string) {
	for {
		time.Sleep(500 * time.Millisecond)
		if _, err := io.WriteString(conn, piece); err != nil {
			return
		}
	}
}

func TestAClientTooSlowToSendItsRequestIsCutOff(t *testing.T) {
	tests := map[string]struct{ begin, piece string }{
		"headers":                 {"GET / HTTP/1.1\r\nHost: x\r\n", "x"},
		"headers, nothing at all": {"", ""},
		"body":                    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "x"},
		"body, nothing at all":    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", ""},
		"body, chunked":           {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var asked bool
			var failed error
			handler := func(_ http.ResponseWriter, r *http.Request) {
				asked = true
				_, failed = io.Copy(io.Discard, r.Body)
			}
			inVirtualTime(t, handler, func(t *testing.T, conn net.Conn) {
				begun := time.Now()
				_, err := io.WriteString(conn, tt.begin)
				require.NoError(t, err)
				var dripping sync.WaitGroup
				if tt.piece != "" {
					dripping.Go(func() { drip(conn, tt.piece) })
				}

				_, err = io.Copy(io.Discard, conn)

				require.NoError(t, err)
				assert.LessOrEqual(t, time.Since(begun), 10*time.Second)
				dripping.Wait()
			})
			if strings.HasPrefix(name, "body") {
				assert.ErrorIs(t, failed, os.ErrDeadlineExceeded, "the handler learns that the body is not whole")
			} else {
				assert.False(t, asked)
			}
		})
	}
}

func TestABodyThatKeepsComingHasMoreTime(t *testing.T) {
	const size, piece = 4 << 20, 64 << 10
	var arrived int64
	handler := func(_ http.ResponseWriter, r *http.Request) { arrived, _ = io.Copy(io.Discard, r.Body) }
	inVirtualTime(t, handler, func(t *testing.T, conn net.Conn) {
		_, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n")
		require.NoError(t, err)
		for range size / piece { // half a minute, at twice the least rate
			time.Sleep(500 * time.Millisecond)
			_, err = io.WriteString(conn, strings.Repeat("x", piece))
			require.NoError(t, err)
		}
		_, err = bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err)
	})
	assert.EqualValues(t, size, arrived)
}

func TestAStreamOutlivesTheTimeForRequests(t *testing.T) {
	for name, request := range map[string]string{
		"without body": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"with a body":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
	} {
		t.Run(name, func(t *testing.T) {
			var failed error
			handler := func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				time.Sleep(5 * time.Hour)
				failed = r.Context().Err()
				_, _ = io.WriteString(w, "still here\n")
			}
			inVirtualTime(t, handler, func(t *testing.T, conn net.Conn) {
				_, err := io.WriteString(conn, request)
				require.NoError(t, err)
				answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
				require.NoError(t, err)
				body, err := io.ReadAll(answer.Body)
				require.NoError(t, err)
				assert.Equal(t, "still here\n", string(body))
			})
			assert.NoError(t, failed, "the request's context lives as long as the stream")
		})
	}
}

func TestAClientThatTakesNoAnswerIsCutOff(t *testing.T) {
	var took time.Duration
	var failed error
	handler := func(w http.ResponseWriter, _ *http.Request) {
		begun := time.Now()
		for failed == nil {
			_, failed = io.WriteString(w, strings.Repeat("x", 1<<20))
		}
		took = time.Since(begun)
	}
	inVirtualTime(t, handler, func(t *testing.T, conn net.Conn) {
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		require.NoError(t, err)
		time.Sleep(5 * time.Minute)
	})
	assert.ErrorIs(t, failed, os.ErrDeadlineExceeded)
	assert.Equal(t, 30*time.Second, took)
}

func TestAClientThatTakesItsAnswerSlowlyGetsAllOfIt(t *testing.T) {
	const size = 1 << 20
	handler := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", size)) }
	inVirtualTime(t, handler, func(t *testing.T, conn net.Conn) {
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		total, buffer := 0, make([]byte, 32<<10)
		for err == nil {
			time.Sleep(10 * time.Second) // minutes for the whole, more than the time for one piece
			var n int
			n, err = conn.Read(buffer)
			total += n
		}
		require.ErrorIs(t, err, io.EOF)
		assert.Greater(t, total, size)
	})
}

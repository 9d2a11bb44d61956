package httpserver

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// timeBodies gives each request body its time to arrive. http.Server.ReadTimeout can't do
// it: it would also end the context of a request whose answer takes longer.
func timeBodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil && r.Body != http.NoBody {
			body := &timedBody{ReadCloser: r.Body, conn: http.NewResponseController(w), begun: time.Now()}
			body.extend()
			r.Body = body
		}
		next.ServeHTTP(w, r)
	})
}

// timedBody moves the connection's read deadline with what has arrived.
type timedBody struct {
	io.ReadCloser
	conn    *http.ResponseController
	begun   time.Time
	arrived int64 // bytes
}

func (b *timedBody) extend() {
	earned := time.Duration(b.arrived) * time.Second / bodyRate
	_ = b.conn.SetReadDeadline(b.begun.Add(bodyTime + earned)) // a writer that has none (a test's) has no slow client either
}

// Read fails with os.ErrDeadlineExceeded when the body has used up its time.
func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.arrived += int64(n)
	if errors.Is(err, io.EOF) {
		_ = b.conn.SetReadDeadline(time.Time{}) // from here on the server only watches for a hang-up
	} else {
		b.extend()
	}
	return n, err
}

// stallListener accepts connections that fail when their client takes nothing for stallTime.
type stallListener struct{ net.Listener }

func (l stallListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return stallConn{conn}, nil
}

type stallConn struct{ net.Conn }

// Write hands on in pieces, so that a slow client that does take its answer isn't cut off.
func (c stallConn) Write(p []byte) (int, error) {
	const piece = 64 << 10
	written := 0
	for {
		end := min(len(p), written+piece)
		if err := c.SetWriteDeadline(time.Now().Add(stallTime)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(p[written:end])
		written += n
		if err != nil || written == len(p) {
			return written, err
		}
	}
}

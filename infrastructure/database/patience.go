package database

import (
	"context"
	"net"
	"time"

	"github.com/lib/pq"
)

const (
	// patience is how long a connection waits for the server's next words before it is given
	// up. The driver waits for a server that has stopped, or that the network has lost, beyond
	// any context's deadline; a request must be answered within 5 s.
	patience = 3 * time.Second

	// idlePatience is how long an idle connection may be dead without being noticed.
	idlePatience = 6 * time.Second
)

// impatient dials connections that give up on a silent server.
type impatient struct{ dialer net.Dialer }

var _ pq.DialerContext = impatient{}

func newImpatient() impatient {
	const probes = 3
	return impatient{net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: idlePatience / 2, Interval: idlePatience / 2 / probes, Count: probes,
	}}}
}

// DialContext implements pq.DialerContext.
func (d impatient) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return impatientConn{conn}, nil
}

// Dial implements pq.Dialer.
func (d impatient) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout implements pq.Dialer.
func (d impatient) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

type impatientConn struct{ net.Conn }

func (c impatientConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c impatientConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

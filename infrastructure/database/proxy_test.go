package database_test

import (
	"io"
	"net"
	"testing"
)

// proxyTo listens on a TCP address and joins what connects with the socket file.
func proxyTo(t *testing.T, socket string) string {
	t.Helper()
	listener := listen(t)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go join(client, socket)
		}
	}()
	return listener.Addr().String()
}

func join(client net.Conn, socket string) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, client); _ = server.Close() }()
	_, _ = io.Copy(client, server)
}

package httpserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Listen opens the address host:port; port 0 takes any free one. The error is one sentence
// for people that names the address and the setting it came from.
func Listen(ctx context.Context, setting, addr string) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err == nil {
		return listener, nil
	}

	var unknown *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s: %s is taken by another program; stop that one, or choose another address", setting, addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s: listening on %s is not permitted to this user; ports from 1024 on are", setting, addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s: %s is no address of this machine", setting, addr)
	case errors.As(err, &unknown):
		return nil, fmt.Errorf("%s: the host of %s can't be found", setting, addr)
	default:
		return nil, fmt.Errorf("%s: can't listen on %s: %w", setting, addr, err)
	}
}

package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// proxies are the networks whose word about the client counts.
type proxies []netip.Prefix

// client returns the address that the request came from, and whether a trusted proxy brought
// it: then it is the last one in X-Forwarded-For that isn't a trusted proxy too. What stands
// before it anybody may have written.
func (p proxies) client(r *http.Request) (ip string, byProxy bool) {
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "", false
	}
	last := connection.Addr().Unmap()
	if !p.hold(last) {
		return last.String(), false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr, ok := parseHop(strings.TrimSpace(hop))
		if !ok {
			break
		}
		last = addr
		if !p.hold(addr) {
			break
		}
	}
	return last.String(), true
}

func (p proxies) hold(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(addr) })
}

// parseHop reads an address, or an address with a port as some proxies write it.
func parseHop(hop string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(strings.Trim(hop, "[]")); err == nil {
		return addr.Unmap().WithZone(""), true
	}
	if with, err := netip.ParseAddrPort(hop); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	return netip.Addr{}, false
}

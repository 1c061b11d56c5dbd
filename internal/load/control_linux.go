package load

import (
	"context"

	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// control prepares a socket before it connects: it refuses addresses that are
// not allowed, now that they are resolved, and with source addresses lets the
// kernel choose the port when it knows the whole connection
// (IP_BIND_ADDRESS_NO_PORT, ip(7)), so that ports are unique per connection and not per address.
func (d *dialler) control() func(context.Context, string, string, syscall.RawConn) error {
	if !d.local && len(d.sources) == 0 {
		return nil
	}
	return func(_ context.Context, _, address string, raw syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); d.local && (err != nil || !to.Addr().Unmap().IsLoopback()) {
			return &NotLoopbackError{address}
		}
		if len(d.sources) == 0 {
			return nil
		}
		return raw.Control(func(fd uintptr) {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
		})
	}
}

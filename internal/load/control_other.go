//go:build !linux

package load

import (
	"context"
	"net/netip"
	"syscall"
)

// control refuses addresses that are not allowed, now that they are resolved.
func (d *dialler) control() func(context.Context, string, string, syscall.RawConn) error {
	if !d.local {
		return nil
	}
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().Unmap().IsLoopback() {
			return &NotLoopbackError{address}
		}
		return nil
	}
}

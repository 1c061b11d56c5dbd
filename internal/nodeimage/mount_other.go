//go:build !linux

package nodeimage

// unmountBelow has nothing to do: node images are built on Linux only.
func unmountBelow(string) error { return nil }

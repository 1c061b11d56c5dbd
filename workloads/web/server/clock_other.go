//go:build !linux

package main

import "time"

// The server runs on Linux; elsewhere it only has to pass its tests.
var processStart = time.Now()

func monotonic() int64 { return int64(time.Since(processStart)) }

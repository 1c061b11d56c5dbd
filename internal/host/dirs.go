package host

import (
	"fmt"
	"os"
	"path/filepath"
)

// StateDir is where seatrial keeps what must outlive a run: the journal, the
// daemon's pid and log, the guardian's binary. It is $SEATRIAL_STATE, else
// $XDG_STATE_HOME/seatrial, else ~/.local/state/seatrial. It need not exist.
func StateDir() string {
	return dir("SEATRIAL_STATE", "XDG_STATE_HOME", ".local/state")
}

// CacheDir is where seatrial keeps what can be made again: build outputs and the
// build cache of node images. It is $SEATRIAL_CACHE, else
// $XDG_CACHE_HOME/seatrial, else ~/.cache/seatrial. It need not exist.
func CacheDir() string {
	return dir("SEATRIAL_CACHE", "XDG_CACHE_HOME", ".cache")
}

// dir resolves one of the folders above: our own variable names the folder
// itself, the XDG variable its parent. Relative XDG values are ignored, as the
// XDG base directory specification demands.
func dir(own, xdg, underHome string) string {
	if d := os.Getenv(own); d != "" {
		if abs, err := filepath.Abs(d); err == nil {
			return abs
		}
	}
	if d := os.Getenv(xdg); filepath.IsAbs(d) {
		return filepath.Join(d, "seatrial")
	}
	home, err := os.UserHomeDir()
	if err != nil { // no HOME, as under some CI runners
		home = filepath.Join(os.TempDir(), fmt.Sprintf("seatrial-%d", os.Getuid()))
	}
	return filepath.Join(home, underHome, "seatrial")
}

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// What a knob leaves for the next starts in its pod stands in a file of its name
// beside the log, on the volume that outlives the process.

// errNoPlace says that there is no such volume: the log has no file.
var errNoPlace = errors.New("there is no log folder to leave it in for the next start")

// bequeath writes down what the next starts find under the knob's name; "" takes it away.
func (a *app) bequeath(knob, text string) error {
	if a.config.events == "" {
		return errNoPlace
	}
	if text != "" {
		return os.WriteFile(a.leftFile(knob), []byte(text), 0o644)
	}
	if err := os.Remove(a.leftFile(knob)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// left is what an earlier start left under the knob's name, "" if none did.
func (a *app) left(knob string) string {
	if a.config.events == "" {
		return ""
	}
	text, err := os.ReadFile(a.leftFile(knob))
	if err != nil {
		return ""
	}
	return string(text)
}

func (a *app) leftFile(knob string) string {
	return filepath.Join(filepath.Dir(a.config.events), knob)
}

// bootTime is what the knob left for this start, or the configured one.
func (a *app) bootTime() time.Duration {
	d, err := time.ParseDuration(a.left(knobBootTime))
	if err != nil {
		return a.config.bootTime
	}
	return d
}

func (a *app) leaveBootTime(d time.Duration) error { return a.bequeath(knobBootTime, d.String()) }

// leaks is how many bytes per second this start is to lose: as the knob left it, or
// as configured.
func (a *app) leaks() int64 {
	if n, err := parseBytes(a.left(knobLeak)); err == nil {
		return n
	}
	return a.config.leak
}

// crashes reports whether this start is to end before it listens, and with which
// status: as the knob left it, or as configured.
func (a *app) crashes() (code int, so bool) {
	if code, err := strconv.Atoi(a.left(knobCrashAtStart)); err == nil {
		return code, true
	}
	return a.config.crashCode, a.config.crashAtStart
}

func (a *app) leaveCrash(code int) error {
	if code < 0 {
		return a.bequeath(knobCrashAtStart, "")
	}
	return a.bequeath(knobCrashAtStart, strconv.Itoa(code))
}

// leakOnward leaks now and, where that can be left, in the next starts too.
func (a *app) leakOnward(perSecond int64) error {
	a.leak(perSecond)
	err := a.bequeath(knobLeak, strconv.FormatInt(perSecond, 10))
	if errors.Is(err, errNoPlace) {
		return nil
	}
	return err
}

package model

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Window is a length of time that Kubernetes promises: not shorter than From,
// not longer than To, both ends included. Because says where it came from.
type Window struct {
	From, To time.Duration
	Because  []string
}

// Between makes a window; negative ends become zero.
func Between(from, to time.Duration, because ...string) Window {
	return Window{From: max(from, 0), To: max(to, 0), Because: because}
}

// Endless is the window of what nothing ends.
func Endless(because ...string) Window { return Between(Forever, Forever, because...) }

// Plus is the window of one thing after the other.
//
//	1s..2s + 3s..5s == 4s..7s
func (w Window) Plus(others ...Window) Window {
	for _, o := range others {
		w = Window{From: add(w.From, o.From), To: add(w.To, o.To), Because: union(w.Because, o.Because)}
	}
	return w
}

// OrSooner is the window of whichever of the two happens first.
//
//	4s..9s or 2s..6s, whichever is first == 2s..6s
func (w Window) OrSooner(o Window) Window {
	return Window{From: min(w.From, o.From), To: min(w.To, o.To), Because: union(w.Because, o.Because)}
}

// Hull is the smallest window that holds both.
//
//	1s..2s with 4s..5s == 1s..5s
func (w Window) Hull(o Window) Window {
	return Window{From: min(w.From, o.From), To: max(w.To, o.To), Because: union(w.Because, o.Because)}
}

// Early moves the lower end down by d, not below zero, and says why.
func (w Window) Early(d time.Duration, why string) Window {
	w.From, w.Because = max(w.From-d, 0), union(w.Because, []string{why})
	return w
}

// Late moves the upper end up by d and says why.
func (w Window) Late(d time.Duration, why string) Window {
	w.To, w.Because = add(w.To, d), union(w.Because, []string{why})
	return w
}

// Contains reports whether d lies in the window, its ends included.
func (w Window) Contains(d time.Duration) bool { return d >= w.From && d <= w.To }

// Range is the two ends, "2.0s..5.4s".
func (w Window) Range() string { return seconds(w.From) + ".." + seconds(w.To) }

// Reasons is where the window came from, in one line.
func (w Window) Reasons() string { return strings.Join(w.Because, "; ") }

// String is the window with its reasons: "2.0s..5.4s: failureThreshold 3 x periodSeconds 1".
func (w Window) String() string {
	if len(w.Because) == 0 {
		return w.Range()
	}
	return w.Range() + ": " + w.Reasons()
}

func seconds(d time.Duration) string {
	if d == Forever {
		return "never"
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// add is a sum in which Forever stays Forever.
func add(a, b time.Duration) time.Duration {
	if a == Forever || b == Forever {
		return Forever
	}
	return a + b
}

func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, why := range b {
		if !slices.Contains(all, why) {
			all = append(all, why)
		}
	}
	return all
}

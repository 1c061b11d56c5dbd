package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// cpuUse is what the kernel has counted of a container's processor time: how much it
// had, in how many scheduling periods it was watched, and in how many it was throttled.
type cpuUse struct {
	had                time.Duration
	periods, throttled int64
}

func (u cpuUse) since(before cpuUse) cpuUse {
	return cpuUse{u.had - before.had, u.periods - before.periods, u.throttled - before.throttled}
}

// cpuScript prints the counters of the cgroup of a container, of either cgroup version.
const cpuScript = `for d in $(find /sys/fs/cgroup/cpu*/kubelet* /sys/fs/cgroup/kubelet* -type d -name "*$1*" 2>/dev/null); do cat $d/cpuacct.usage $d/cpu.stat 2>/dev/null; done; true`

// cpuOf reads what the container had so far.
func (s *Site) cpuOf(ctx context.Context, c container) (cpuUse, error) {
	out, err := s.Nodes.Exec(ctx, c.node, "sh", "-c", cpuScript, "sh", c.id)
	if err != nil {
		return cpuUse{}, fmt.Errorf("count the processor time of %s: %w", c.pod, err)
	}
	u, err := parseCPU(out)
	if err != nil {
		return cpuUse{}, fmt.Errorf("count the processor time of %s: %w", c.pod, err)
	}
	return u, nil
}

// nodeScript prints the counters of the node's own cgroup, which is the root of what it
// sees, of either version.
const nodeScript = `cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || cat /sys/fs/cgroup/cpu.stat`

// cpuOfNode reads how much processor time the node had so far.
func (s *Site) cpuOfNode(ctx context.Context, node string) (time.Duration, error) {
	out, err := s.Nodes.Exec(ctx, node, "sh", "-c", nodeScript)
	if err != nil {
		return 0, fmt.Errorf("count the processor time of %s: %w", node, err)
	}
	u, err := parseCPU(out)
	if err != nil {
		return 0, fmt.Errorf("count the processor time of %s: %w", node, err)
	}
	return u.had, nil
}

// parseCPU reads the counters. Version 1 of cgroups says nanoseconds on a line of
// their own, version 2 "usage_usec".
//
//	"2000000000\nnr_periods 20\nnr_throttled 19\n" -> 2s, 20, 19
//	"usage_usec 2000000\nnr_periods 20\nnr_throttled 19\n" -> the same
func parseCPU(out string) (cpuUse, error) {
	u, known := cpuUse{}, false
	for line := range strings.Lines(out) {
		key, value, named := strings.Cut(strings.TrimSpace(line), " ")
		if !named {
			key, value = "usage_nsec", key
		}
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			continue // a counter of another kind
		}
		switch key {
		case "usage_nsec":
			u.had, known = time.Duration(n), true
		case "usage_usec":
			u.had, known = time.Duration(n)*time.Microsecond, true
		case "nr_periods":
			u.periods = n
		case "nr_throttled":
			u.throttled = n
		}
	}
	if !known {
		return cpuUse{}, fmt.Errorf("its cgroup said %q", out)
	}
	return u, nil
}

// A container burns that had so much processor time, looked at so often.
const (
	burnWindow = time.Second
	burnLeast  = 250 * time.Millisecond
)

// untilBurns waits until the kernel has counted that each of the containers takes
// processor time in earnest, and notes how much, and how often it was held back.
func (s *Site) untilBurns(ctx context.Context, all []container) error {
	since := s.Clock.Now()
	before, err := s.cpuOfEach(ctx, all)
	for err == nil {
		select {
		case <-time.After(burnWindow):
		case <-ctx.Done():
			return fmt.Errorf("wait for %s to take processor time: %w", podsOf(all), context.Cause(ctx))
		}
		var now []cpuUse
		if now, err = s.cpuOfEach(ctx, all); err != nil {
			break
		}
		had := make([]cpuUse, len(all))
		for n := range all {
			had[n] = now[n].since(before[n])
		}
		if !slices.ContainsFunc(had, func(u cpuUse) bool { return u.had < burnLeast }) {
			for n, c := range all {
				s.Note(had[n].interval(c.pod, since, s.Clock.Now()))
			}
			return nil
		}
	}
	return err
}

func (s *Site) cpuOfEach(ctx context.Context, all []container) ([]cpuUse, error) {
	uses := make([]cpuUse, len(all))
	for n, c := range all {
		var err error
		if uses[n], err = s.cpuOf(ctx, c); err != nil {
			return nil, err
		}
	}
	return uses, nil
}

func (u cpuUse) interval(pod string, from, to time.Duration) history.Interval {
	return history.Interval{Source: history.SourceCPU, Subject: pod, State: history.StateBurning, From: from, To: to,
		Attrs: history.Attrs{history.AttrMillis: strconv.FormatInt(u.had.Milliseconds(), 10),
			history.AttrPeriods: strconv.FormatInt(u.periods, 10), history.AttrThrottled: strconv.FormatInt(u.throttled, 10)}}
}

package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

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

// cpuOf reads what the container of a pod had so far.
func (s *Site) cpuOf(ctx context.Context, pod corev1.Pod) (cpuUse, error) {
	_, id, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
	out, err := s.Nodes.Exec(ctx, pod.Spec.NodeName, "sh", "-c", cpuScript, "sh", id)
	if err != nil {
		return cpuUse{}, fmt.Errorf("count the processor time of %s: %w", pod.Name, err)
	}
	u, err := parseCPU(out)
	if err != nil {
		return cpuUse{}, fmt.Errorf("count the processor time of %s: %w", pod.Name, err)
	}
	return u, nil
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

// untilBurns waits until the kernel has counted that each of the pods takes processor
// time in earnest, and notes how much, and how often it was held back.
func (s *Site) untilBurns(ctx context.Context, pods []corev1.Pod) error {
	since := s.Clock.Now()
	before, err := s.cpuOfEach(ctx, pods)
	for err == nil {
		select {
		case <-time.After(burnWindow):
		case <-ctx.Done():
			return fmt.Errorf("wait for %s to take processor time: %w", strings.Join(names(pods), " "), context.Cause(ctx))
		}
		var now []cpuUse
		if now, err = s.cpuOfEach(ctx, pods); err != nil {
			break
		}
		had := make([]cpuUse, len(pods))
		for n := range pods {
			had[n] = now[n].since(before[n])
		}
		if !slices.ContainsFunc(had, func(u cpuUse) bool { return u.had < burnLeast }) {
			for n, pod := range pods {
				s.Note(had[n].interval(pod.Name, since, s.Clock.Now()))
			}
			return nil
		}
	}
	return err
}

func (s *Site) cpuOfEach(ctx context.Context, pods []corev1.Pod) ([]cpuUse, error) {
	all := make([]cpuUse, len(pods))
	for n, pod := range pods {
		var err error
		if all[n], err = s.cpuOf(ctx, pod); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (u cpuUse) interval(pod string, from, to time.Duration) history.Interval {
	return history.Interval{Source: history.SourceCPU, Subject: pod, State: history.StateBurning, From: from, To: to,
		Attrs: history.Attrs{history.AttrMillis: strconv.FormatInt(u.had.Milliseconds(), 10),
			history.AttrPeriods: strconv.FormatInt(u.periods, 10), history.AttrThrottled: strconv.FormatInt(u.throttled, 10)}}
}

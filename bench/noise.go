package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/reports"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/selfcheck"
	"github.com/seatrial/seatrial/workloads/web"
)

// The noise floor is measured through a service of a cluster made for it, or of one
// that exists: its address, and the network namespace to send from.
var (
	noiseURL   = flag.String("noise-url", "", "URL of a service in a kind cluster that exists, for part noise")
	noiseNetNS = flag.String("noise-netns", "", "network namespace of that cluster's control-plane node, /proc/4711/ns/net")
	noiseFor   = flag.Duration("noise-for", 10*time.Minute, "how long part noise lasts")
)

// noise measures what fails through a service that nobody breaks: a trial that is
// held before a break that never comes.
func noise(ctx context.Context, s *scale) (*table, error) {
	if *noiseURL != "" {
		return s.noiseAt(ctx, *noiseURL, *noiseNetNS)
	}
	dir, err := os.MkdirTemp("", "seatrial-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	quiet := selfcheck.NullRun
	quiet.Load, quiet.Hold = suites.Steady(10), suites.Hold{}
	var t *table
	view := reports.NewTerminal(os.Stderr, reports.TerminalOptions{NoColor: true})
	defer view.Close()
	_, err = run.Run(ctx, run.Options{
		Scenarios: []suites.Scenario{quiet}, Out: filepath.Join(dir, "run"), CommandLine: []string{"bench", "-only", "noise"},
		Pause: func(h run.Held) error {
			url, netns, err := inside(ctx, h)
			if err == nil {
				t, err = s.noiseAt(ctx, url, netns)
			}
			return err
		},
	}, view)
	return t, err
}

// inside is the address of the app of a trial that is held, and the network
// namespace from which it is reached.
func inside(ctx context.Context, h run.Held) (url, netns string, err error) {
	c, err := cluster.Attach(h.Cluster)
	if err != nil {
		return "", "", err
	}
	client, err := c.Client()
	if err != nil {
		return "", "", err
	}
	service, err := client.CoreV1().Services(h.Namespace).Get(ctx, web.Name, metav1.GetOptions{})
	if err != nil {
		return "", "", fmt.Errorf("find the app: %w", err)
	}
	netns, err = c.NetNS(ctx, c.Names(cluster.RoleControlPlane)[0])
	return fmt.Sprintf("http://%s:%d/", service.Spec.ClusterIP, service.Spec.Ports[0].Port), netns, err
}

// noiseAt sends to the service: whatever fails is the floor below which nothing can
// be measured. Stock vegeta sends on the same path, afterwards: it leaves its connections
// in TIME_WAIT, and in two minutes so many of the tuples of the service's addresses are
// taken that one new connection of 600 finds none, whoever opens it.
func (s *scale) noiseAt(ctx context.Context, url, netns string) (*table, error) {
	plan := load.Plan{URL: url, NetNS: netns, Lanes: []load.Lane{{Name: history.LaneFresh, Rate: rate}}, MaxDuration: *noiseFor}
	p, err := load.Start(ctx, s.meter(), plan, func(history.Sample) {}, func(history.Interval) {})
	if err != nil {
		return nil, err
	}
	report, err := p.Wait()
	if err != nil {
		return nil, err
	}
	hits, err := s.vegetaFor(ctx, *noiseFor, url, netns)
	if err != nil {
		return nil, err
	}
	bad := 0
	for _, h := range hits {
		if !h.Good {
			bad++
		}
	}
	l := report.Lane(history.LaneFresh)
	t := &table{}
	t.claim(l.Failures() == 0 && l.OK > 0, fmt.Sprintf("0 errors in %s at %d fresh connections/s through a cluster's service", *noiseFor, rate),
		"%d of %d failed (%d slots not sent); stock vegeta: %d of %d", l.Failures(), l.Sent, l.Skips(), bad, len(hits))
	return t, nil
}

// vegetaFor has stock vegeta send from a network namespace for so long.
func (s *scale) vegetaFor(ctx context.Context, d time.Duration, url, netns string) ([]hit, error) {
	r, err := begin(append([]string{"nsenter", "--net=" + netns}, s.role("__vegeta")...), order{URL: url, Rate: rate, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-over.C:
	case <-ctx.Done():
	}
	return r.stop()
}

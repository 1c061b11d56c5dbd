package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
)

// The noise floor is measured through a service of a cluster that exists: its
// address, and the network namespace to send from.
var (
	noiseURL   = flag.String("noise-url", "", "URL of a service in a kind cluster, for part noise")
	noiseNetNS = flag.String("noise-netns", "", "network namespace of the cluster's control-plane node, /proc/4711/ns/net")
	noiseFor   = flag.Duration("noise-for", 10*time.Minute, "how long part noise lasts")
)

// errNoService says how part noise is run.
var errNoService = errors.New("-noise-url and -noise-netns say through which service")

// noise sends to a service that nobody breaks: whatever fails is the floor below
// which nothing can be measured. Stock vegeta sends on the same path at the same time.
func noise(ctx context.Context, s *scale) (*table, error) {
	if *noiseURL == "" || *noiseNetNS == "" {
		return nil, errNoService
	}
	r, err := begin(append([]string{"nsenter", "--net=" + *noiseNetNS}, s.role("__vegeta")...), order{URL: *noiseURL, Rate: rate, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	plan := load.Plan{URL: *noiseURL, NetNS: *noiseNetNS, Lanes: []load.Lane{{Name: history.LaneFresh, Rate: rate}}, MaxDuration: *noiseFor}
	p, err := load.Start(ctx, s.meter(), plan, func(history.Sample) {}, func(history.Interval) {})
	if err != nil {
		return nil, err
	}
	report, err := p.Wait()
	if err != nil {
		return nil, err
	}
	hits, err := r.stop()
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

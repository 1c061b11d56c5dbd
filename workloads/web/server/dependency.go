package main

import (
	"context"
	"io"
	"net/http"
	"time"
)

// The parts of the app that may ask the dependency.
const (
	partReady    = "ready"
	partLive     = "live"
	partBusiness = "business"
)

// dependencyPatience is how long an answer of the dependency may take: half of what
// a probe with the default time-out of 1 s allows for the whole.
const dependencyPatience = 500 * time.Millisecond

// A dependency is another app without which this one cannot do its work.
type dependency struct {
	url    string
	client http.Client
}

func newDependency(address string) *dependency {
	return &dependency{url: "http://" + address + "/", client: http.Client{
		Timeout:   dependencyPatience,
		Transport: &http.Transport{MaxIdleConnsPerHost: 16},
	}}
}

// newNamed is an app that is asked on a connection of its own each time, its name looked
// up anew: nobody in between remembers an address, as this resolver does not either.
func newNamed(address string) *dependency {
	return &dependency{url: "http://" + address + "/", client: http.Client{
		Timeout:   dependencyPatience,
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
}

// answers asks the dependency for its business.
func (d *dependency) answers(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url, nil)
	if err != nil {
		return false
	}
	resp, err := d.client.Do(req)
	if err != nil {
		return false
	}
	defer func() { _ = resp.Body.Close() }()
	_, err = io.Copy(io.Discard, resp.Body)
	return err == nil && resp.StatusCode == http.StatusOK
}

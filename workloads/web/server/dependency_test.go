package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Only what asks another app by its name needs it, and it asks anew each time.
func TestNamed(t *testing.T) {
	var asked atomic.Int64
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Close {
			asked.Add(1)
		}
	}))
	defer backend.Close()
	s := newSite(t, func(c *config) { c.named = strings.TrimPrefix(backend.URL, "http://") })
	s.want(pathNamed, 200)
	s.want(pathNamed, 200)
	if _, _, header := s.get(pathNamed, time.Second); header.Get("X-Pod") != "web-abc" || asked.Load() != 3 {
		t.Errorf("%v; asked %d times on a connection of its own, want 3", header, asked.Load())
	}
	backend.Close()
	for path, want := range map[string]int{pathNamed: 503, "/": 200, "/ready": 200, "/live": 200} {
		s.want(path, want)
	}
	newSite(t).want(pathNamed, 404)
}

func TestDependency(t *testing.T) {
	var down atomic.Bool
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer backend.Close()
	needs := func(parts string) func(*config) {
		return func(c *config) {
			c.dependency, c.dependencyIn = strings.TrimPrefix(backend.URL, "http://"), parts
		}
	}
	careful, careless := newSite(t, needs("ready,business")), newSite(t, needs("ready,business,live"))
	for _, s := range []*site{careful, careless} {
		for _, path := range []string{"/live", "/ready", "/startup", "/"} {
			s.want(path, 200)
		}
	}
	down.Store(true)
	for path, want := range map[string][2]int{"/": {503, 503}, "/ready": {503, 503}, "/live": {200, 503}, "/startup": {200, 200}} {
		careful.want(path, want[0])
		careless.want(path, want[1])
	}
	down.Store(false)
	careless.want("/live", 200)
	backend.Close()
	careful.want("/ready", 503)
}

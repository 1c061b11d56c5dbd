package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

// check asks as the kubelet's gRPC probe does: HTTP/2 without encryption, one call.
// It returns the message of the answer and the gRPC status; "" if there was none.
func check(t *testing.T, url, path string, timeout time.Duration) (message []byte, status string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+path, bytes.NewReader([]byte{0, 0, 0, 0, 0}))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("User-Agent", "kube-probe/1.36 grpc-go/1.72.2")
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, ""
	}
	defer func() { _ = resp.Body.Close() }()
	message, err = io.ReadAll(resp.Body)
	if err != nil {
		return nil, ""
	}
	if resp.StatusCode != http.StatusOK || resp.ProtoMajor != 2 || resp.Header.Get("Content-Type") != "application/grpc" {
		t.Errorf("answered %s %s %v", resp.Proto, resp.Status, resp.Header)
	}
	return message, resp.Trailer.Get(statusHeader)
}

func TestGRPCHealth(t *testing.T) {
	s := newSite(t)
	server := httptest.NewUnstartedServer(nil)
	server.Config = s.app.healthServer()
	server.Start()
	defer server.Close()
	says := func(number byte, name string) {
		t.Helper()
		message, status := check(t, server.URL, healthCheck, 5*time.Second)
		if !bytes.Equal(message, []byte{0, 0, 0, 0, 2, 8, number}) || status != "0" {
			t.Errorf("%s: got %v, status %q", name, message, status)
		}
		s.await(name, func(e workloads.Event) bool {
			return e.State == stateProbe && e.Attrs[attrPath] == healthCheck && e.Attrs[attrCode] == name && e.Attrs[attrKind] == kindKubelet
		})
	}
	says(1, serving)
	s.turn(workloads.KnobServing, "false")
	says(2, notServing)
	s.turn(workloads.KnobServing, "true")
	if message, status := check(t, server.URL, "/other.Service/Call", 5*time.Second); status != unimplemented || len(message) > 0 {
		t.Errorf("another call: got %v, status %q", message, status)
	}
	s.turn(workloads.KnobHang, "1h")
	if message, status := check(t, server.URL, healthCheck, 100*time.Millisecond); status != "" {
		t.Errorf("it hangs, and answered %v, status %q", message, status)
	}
	s.await("a check that was given up", func(e workloads.Event) bool {
		return e.State == stateProbe && e.Attrs[attrPath] == healthCheck && e.Attrs[attrCode] == "0"
	})
	s.awaitIdle()
}

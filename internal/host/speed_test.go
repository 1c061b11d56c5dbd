package host

import (
	"context"
	"testing"
)

func TestStartTime(t *testing.T) {
	if d := StartTime(t.Context()); d <= 0 {
		t.Errorf("a process is started in %s", d)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if d := StartTime(ended); d != 0 {
		t.Errorf("nothing could be started, and it took %s", d)
	}
}

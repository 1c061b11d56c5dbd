package cluster

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"

	kinderrors "sigs.k8s.io/kind/pkg/errors"
	kindexec "sigs.k8s.io/kind/pkg/exec"
)

func TestKindErrorsShowTheCommandOnce(t *testing.T) {
	inner := exec.ErrWaitDelay
	err := kindError(t.Context(), kinderrors.Wrap(&kindexec.RunError{Command: []string{"docker", "run", "x"}, Output: []byte("port is already allocated\n"), Inner: inner}, "failed to init"))
	if !errors.Is(err, inner) || strings.Count(err.Error(), "docker run x") != 1 || !strings.Contains(err.Error(), "port is already allocated") {
		t.Errorf("error %v", err)
	}
	plainErr := errors.New("no nodes")
	if got := kindError(t.Context(), plainErr); !errors.Is(got, plainErr) {
		t.Errorf("got %v", got)
	}
	if kindError(context.Background(), nil) != nil {
		t.Error("no error became one")
	}
}

func TestLoggerNoticesThatKindHasReadTheNetwork(t *testing.T) {
	var said []string
	l := &kindLogger{say: func(s string) { said = append(said, s) }, read: make(chan struct{})}
	l.Warn("cgroup v1 is deprecated")
	select {
	case <-l.read:
		t.Fatal("another warning was taken for it")
	default:
	}
	l.Warnf("WARNING: Overriding docker network due to %s", networkVariable)
	<-l.read
	l.seen() // twice is harmless
	l.V(0).Infof(" • %s  ...\n", "Preparing nodes 📦")
	l.V(0).Infof(" ✓ %s\n", "Preparing nodes 📦")
	l.V(3).Info(" • details")
	if len(said) != 1 || said[0] != "preparing nodes" {
		t.Errorf("said %q", said)
	}
}

func TestTail(t *testing.T) {
	long := strings.Repeat("line\n", 100)
	if got := len(lines(tail(long))); got != 30 {
		t.Errorf("%d lines", got)
	}
}

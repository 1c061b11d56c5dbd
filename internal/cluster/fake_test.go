package cluster

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/seatrial/seatrial/internal/host"
)

// fakeHost answers commands by their beginning and remembers them.
type fakeHost struct {
	mu      sync.Mutex
	calls   []string
	inputs  []string
	answers map[string]answer // by the longest prefix of the command line
	once    map[string]answer // likewise, for the first such command only
}

type answer struct {
	out  string
	says string // standard error of a command that fails
}

var errExit1 = errors.New("exit status 1")

func (f *fakeHost) run(ctx context.Context, c host.Cmd) (string, error) {
	if ctx.Err() != nil {
		return "", &host.CommandError{Args: c.Args, Err: context.Cause(ctx)}
	}
	line := strings.Join(c.Args, " ")
	var input []byte
	if c.Stdin != nil {
		input, _ = io.ReadAll(c.Stdin)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, line)
	f.inputs = append(f.inputs, string(input))
	for prefix, a := range f.once {
		if strings.HasPrefix(line, prefix) {
			delete(f.once, prefix)
			return a.give(c)
		}
	}
	best := ""
	for prefix := range f.answers {
		if strings.HasPrefix(line, prefix) && len(prefix) >= len(best) {
			best = prefix
		}
	}
	return f.answers[best].give(c)
}

func (a answer) give(c host.Cmd) (string, error) {
	if a.says != "" {
		return "", &host.CommandError{Args: c.Args, Output: a.says, Err: errExit1}
	}
	return a.out, nil
}

// did reports whether a command with that beginning was run.
func (f *fakeHost) did(prefix string) bool { return f.index(prefix) >= 0 }

func (f *fakeHost) index(prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.calls {
		if strings.HasPrefix(c, prefix) {
			return i
		}
	}
	return -1
}

// inOrder checks that commands with these beginnings were run one after the other.
func (f *fakeHost) inOrder(t *testing.T, prefixes ...string) {
	t.Helper()
	last := -1
	for _, p := range prefixes {
		i := f.index(p)
		if i < 0 {
			t.Fatalf("never ran %q; ran\n%s", p, strings.Join(f.calls, "\n"))
		}
		if i < last {
			t.Errorf("%q came too early; ran\n%s", p, strings.Join(f.calls, "\n"))
		}
		last = i
	}
}

// fake is a shell as root on a host that answers so, with a state folder of its own.
func fake(t *testing.T, answers map[string]answer) (shell, *fakeHost) {
	t.Helper()
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	f := &fakeHost{answers: answers}
	return shell{run: f.run, root: func() bool { return true }}, f
}

// devRecord is a cluster of one control plane and two workers.
func devRecord() record {
	return record{
		Name: "dev", ID: "id-1", Place: "fast", Image: "node:1", Subnet: "172.18.0.0/16",
		PodSubnet: podSubnet, ServiceSubnet: serviceSubnet, Ready: true,
		Nodes: []node{
			{Name: "dev-control-plane", Role: RoleControlPlane, IP: "172.18.0.3", PodCIDR: "10.244.0.0/24"},
			{Name: "dev-worker", Role: RoleWorker, IP: "172.18.0.2", PodCIDR: "10.244.1.0/24"},
			{Name: "dev-worker2", Role: RoleWorker, IP: "172.18.0.4", PodCIDR: "10.244.2.0/24"},
		},
		Ports: map[string]string{"30080": "41000"},
	}
}

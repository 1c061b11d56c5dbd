package cluster

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/host"
)

// A node that a cluster has no more is gone as its container is.
func TestNoSuchNode(t *testing.T) {
	if _, err := (record{Name: "dev"}).find("dev-worker9"); !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, ErrGone) {
		t.Errorf("it says %v", err)
	}
}

func TestDockerErrorsSayWhatTheyMean(t *testing.T) {
	for says, want := range map[string]error{
		"Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?": ErrNoDocker,
		"failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct":  ErrNoDocker,
		"permission denied while trying to connect to the docker API at unix:///var/run/docker.sock":        ErrNoDocker,
		"error during connect: Get \"http://x\": EOF":                                                       ErrNoDocker,
		"Error response from daemon: No such container: dev-worker":                                         ErrGone,
		"Error: No such network: seatrial-dev":                                                              ErrGone,
		"Error response from daemon: network seatrial-dev not found":                                        ErrGone,
		"Error response from daemon: No such object: dev":                                                   ErrGone,
		"Error response from daemon: conflict":                                                              nil,
	} {
		s, _ := fake(t, map[string]answer{"docker": {says: says}})
		_, err := s.docker(t.Context(), "inspect", "dev")
		for _, known := range []error{ErrNoDocker, ErrGone, fs.ErrNotExist} {
			if errors.Is(err, known) != errors.Is(want, known) {
				t.Errorf("%q is %v: %v", says, known, errors.Is(err, known))
			}
		}
		var failed *host.CommandError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), "$ docker inspect dev") {
			t.Errorf("error cannot be pasted: %v", err)
		}
	}
}

func TestPrivilegedGoesByAContainerWhereWeAreNotRoot(t *testing.T) {
	s, f := fake(t, nil)
	if _, err := s.privileged(t.Context(), "node:1", "iptables", "-S"); err != nil || f.calls[0] != "iptables -S" {
		t.Errorf("root ran %q, %v", f.calls, err)
	}
	s.root = func() bool { return false }
	if _, err := s.privileged(t.Context(), "node:1", "iptables", "-S"); err != nil {
		t.Fatal(err)
	}
	want := "docker run --rm --privileged --network=host --pid=host --entrypoint nsenter node:1 --target=1 --mount --net -- iptables -S"
	if f.calls[1] != want {
		t.Errorf("ran %q, want %q", f.calls[1], want)
	}
}

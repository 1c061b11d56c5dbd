package faults

import (
	"slices"
	"strings"
	"testing"
)

// The example of parseContainers, and an answer that is none.
func TestParseContainers(t *testing.T) {
	got, err := parseContainers("node", `{"containers": [{"id": "4f", "labels": {"io.kubernetes.pod.name": "batch-x"}}]}`)
	if err != nil || !slices.Equal(got, []container{{"node", "batch-x", "4f"}}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parseContainers("node", "FATA[0000] connection refused"); err == nil || !strings.Contains(err.Error(), "read the containers of node") {
		t.Errorf("it says %v", err)
	}
}

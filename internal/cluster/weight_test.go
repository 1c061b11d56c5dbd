package cluster

import (
	"strings"
	"testing"
)

// Every running node's pods get their share; that of a node that is off waits until it runs.
func TestPodsGetTheirShare(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker inspect": {out: `[
		{"Name":"/dev-control-plane","State":{"Running":true}},
		{"Name":"/dev-worker","State":{"Running":false}},
		{"Name":"/dev-worker2","State":{"Running":true}}]`}})
	c := &Cluster{shell: s, rec: devRecord()}
	if err := c.weighPods(t.Context(), c.Names("")...); err != nil {
		t.Fatal(err)
	}
	const set = " systemctl set-property kubelet.slice CPUWeight=300"
	for _, node := range []string{"dev-control-plane", "dev-worker2"} {
		if !f.did("docker exec -i " + node + set) {
			t.Errorf("not on %s: %q", node, f.calls)
		}
	}
	if f.did("docker exec -i dev-worker ") {
		t.Errorf("on a node that is off: %q", f.calls)
	}
	f.answers["docker exec -i dev-worker2"] = answer{says: "no systemd"}
	if err := c.weighPods(t.Context(), c.Names("")...); err == nil || !strings.Contains(err.Error(), "give the pods of dev-worker2 their share of its processors") {
		t.Errorf("%v", err)
	}
}

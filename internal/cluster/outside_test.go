package cluster

import (
	"strings"
	"testing"
)

func TestOutside(t *testing.T) {
	c, f := devCluster(t, map[string]answer{"docker info": {out: "2097152\n"}, "docker inspect": {out: `[
{"Name":"/dev-worker","State":{"Status":"paused","Running":true,"Paused":true},"HostConfig":{"CpuQuota":150000,"CpuPeriod":100000,"Memory":1048576,"MemorySwap":1048576,"PidsLimit":500}},
{"Name":"/dev-worker2","State":{"Status":"exited"},"HostConfig":{"PidsLimit":null}},
{"Name":"/dev-control-plane","State":{"Status":"running"},"HostConfig":{"CpuQuota":-1,"CpuPeriod":500000,"Memory":2097152,"MemorySwap":2097152,"PidsLimit":-1}}]`}})
	all, err := c.Outside(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"dev-worker container": "paused", "dev-worker bound/cpu": "quota 150000 period 100000 nano 0",
		"dev-worker bound/memory": "1048576 with swap 1048576", "dev-worker bound/pids": "500",
		"dev-worker2 container": "exited", "dev-worker2 bound/pids": "0", "dev-control-plane bound/pids": "0",
		"dev-worker2 bound/cpu": "none", "dev-worker2 bound/memory": "none", "dev-control-plane bound/cpu": "none", "dev-control-plane bound/memory": "none",
	} {
		node, name, _ := strings.Cut(key, " ")
		if got := all[node][name]; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if len(f.calls) != 2 {
		t.Errorf("ran %q", f.calls)
	}
	f.answers["docker inspect"] = answer{says: "No such container: dev-worker"}
	if _, err := c.Outside(t.Context()); err == nil {
		t.Error("a container that is gone was looked at")
	}
}

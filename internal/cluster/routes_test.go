package cluster

import (
	"os/exec"
	"strings"
	"testing"
)

func TestRoutesOfOneNode(t *testing.T) {
	r := devRecord()
	r.Nodes = append(r.Nodes, node{Name: "dev-worker3", IP: "172.18.0.5"}) // no pod range yet
	want := `route replace unreachable 10.244.0.0/16
route replace 10.244.0.0/24 via 172.18.0.3
route replace 10.244.2.0/24 via 172.18.0.4
`
	if got := routes(r, "dev-worker"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestServiceGuardIsOneTransactionOnBothHooks(t *testing.T) {
	guard := serviceGuard(devRecord())
	for _, want := range []string{"hook output priority -1", "hook forward priority -1", "delete table ip seatrial\n"} {
		if !strings.Contains(guard, want) {
			t.Errorf("guard lacks %q:\n%s", want, guard)
		}
	}
	if n := strings.Count(guard, "ip daddr 10.96.0.0/16 counter reject with icmp type host-unreachable"); n != 2 {
		t.Errorf("%d rules, want 2", n)
	}
}

func TestRouteScriptIsValidShell(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	for name, script := range map[string]string{
		"routes": routeScript(devRecord(), "dev-worker"),
		"answer": answerScript("10.96.0.1", "10.96.0.10"),
		"boot":   bootScript,
	} {
		cmd := exec.Command(bash, "-n")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestResolverIsImpatientOnlyWithoutEgress(t *testing.T) {
	r := devRecord()
	if got := resolver(r); !strings.Contains(got, "timeout:1") {
		t.Errorf("closed: %q", got)
	}
	r.AllowEgress = true
	if got := resolver(r); strings.Contains(got, "timeout:1") {
		t.Errorf("open: %q", got)
	}
}

func TestOnlyRunningNodesGetRoutes(t *testing.T) {
	s, f := fake(t, map[string]answer{"docker inspect": {out: `[
		{"Name":"/dev-control-plane","State":{"Running":true}},
		{"Name":"/dev-worker","State":{"Running":false}},
		{"Name":"/dev-worker2","State":{"Running":true,"Paused":true}}]`}})
	c := &Cluster{shell: s, rec: devRecord()}
	if err := c.SyncRoutes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !f.did("docker exec -i dev-control-plane") || f.did("docker exec -i dev-worker") {
		t.Errorf("ran %q", f.calls)
	}
}

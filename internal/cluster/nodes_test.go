package cluster

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	runningNode = `[{"Name":"/dev-worker","State":{"Running":true,"Pid":77}}]`
	frozenNode  = `[{"Name":"/dev-worker","State":{"Running":true,"Paused":true,"Pid":77}}]`
	deadNode    = `[{"Name":"/dev-worker","State":{}}]`
)

func devCluster(t *testing.T, answers map[string]answer) (*Cluster, *fakeHost) {
	t.Helper()
	s, f := fake(t, answers)
	return saved(t, s, devRecord()), f
}

func TestStartKeepsTheAddress(t *testing.T) {
	c, f := devCluster(t, map[string]answer{
		"docker inspect":            {out: deadNode},
		"docker network disconnect": {says: "container is not connected to network"}, // we died here before
	})
	if err := c.Start(t.Context(), "dev-worker"); err != nil {
		t.Fatal(err)
	}
	f.inOrder(t, "docker network disconnect --force seatrial-dev dev-worker",
		"docker network connect --ip 172.18.0.2 seatrial-dev dev-worker", "docker start dev-worker", "docker exec -i dev-worker timeout")
}

func TestStartOfARunningNodeRestoresLinkAndThaws(t *testing.T) {
	c, f := devCluster(t, map[string]answer{
		"docker inspect": {out: frozenNode},
		"nsenter":        {out: "7: eth0@if8: <BROADCAST> mtu 1500"},
	})
	if err := c.Start(t.Context(), "dev-worker"); err != nil {
		t.Fatal(err)
	}
	f.inOrder(t, "docker unpause dev-worker", "nsenter --target=77 --net ip -o link show dev eth0", "sh -c for d in")
	if f.did("docker start") || f.did("docker network") {
		t.Errorf("ran %q", f.calls)
	}
}

// A pod's network is found through its node's /proc, by the node's own numbers.
func TestPodNetNS(t *testing.T) {
	c, f := devCluster(t, map[string]answer{"docker inspect": {out: runningNode}, "docker exec -i dev-worker crictl inspect": {out: "4711\n"}})
	if got, err := c.PodNetNS(t.Context(), "dev-worker", "c-1"); err != nil || got != filepath.Join("/proc/77/root", "proc/4711/ns/net") {
		t.Errorf("%q, %v", got, err)
	}
	f.answers["docker exec -i dev-worker crictl inspect"] = answer{out: "<no value>\n"}
	if got, err := c.PodNetNS(t.Context(), "dev-worker", "c-1"); err == nil || !strings.Contains(err.Error(), "container c-1 on dev-worker") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLinkDown(t *testing.T) {
	c, f := devCluster(t, map[string]answer{"docker inspect": {out: runningNode}, "nsenter": {out: "7: eth0@if8: <BROADCAST> mtu 1500"}})
	if err := c.LinkDown(t.Context(), "dev-worker"); err != nil {
		t.Fatal(err)
	}
	last := f.calls[len(f.calls)-1]
	if !strings.Contains(last, "= 8 ]") || !strings.Contains(last, "ip link set dev \"${d##*/}\" down") {
		t.Errorf("ran %q", last)
	}
	f.answers["docker inspect"] = answer{out: deadNode}
	if err := c.LinkDown(t.Context(), "dev-worker"); err == nil || !strings.Contains(err.Error(), "not running") {
		t.Errorf("a dead node's link went down: %v", err)
	}
	if err := c.LinkUp(t.Context(), "dev-worker"); err != nil {
		t.Errorf("a dead node's link up: %v", err)
	}
}

func TestParsePeer(t *testing.T) {
	if n, err := parsePeer("33: eth0@if34: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500"); n != 34 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, out := range []string{"", "1: lo: <LOOPBACK>", "33: eth0@ifx: <>", "33: eth0@if34"} {
		if n, err := parsePeer(out); err == nil {
			t.Errorf("%q is %d", out, n)
		}
	}
}

func TestNamesAndUnknownNodes(t *testing.T) {
	c, f := devCluster(t, nil)
	if got := c.Names(RoleWorker); !slices.Equal(got, []string{"dev-worker", "dev-worker2"}) {
		t.Errorf("workers %v", got)
	}
	if got := c.Names(""); len(got) != 3 || got[0] != "dev-control-plane" {
		t.Errorf("all %v", got)
	}
	if _, err := c.Exec(t.Context(), "somebody-elses", "rm", "-rf", "/"); err == nil || len(f.calls) > 0 {
		t.Errorf("ran %q, %v", f.calls, err)
	}
	if p, err := c.HostPort(30080); p != 41000 || err != nil {
		t.Errorf("host port %d, %v", p, err)
	}
	if _, err := c.HostPort(8080); err == nil || !strings.Contains(err.Error(), "30080 to 30111 are") {
		t.Errorf("error %v", err)
	}
}

func TestBounds(t *testing.T) {
	c, f := devCluster(t, map[string]answer{"docker info": {out: "24000000000\n"}})
	if err := c.Bound(t.Context(), "dev-worker", Bounds{}); err != nil || len(f.calls) > 0 {
		t.Errorf("no bounds: %v, ran %q", err, f.calls)
	}
	if err := c.Bound(t.Context(), "dev-worker", Bounds{CPUs: 0.5, Memory: 1 << 30, PIDs: 500}); err != nil {
		t.Fatal(err)
	}
	if err := c.Unbound(t.Context(), "dev-worker"); err != nil {
		t.Fatal(err)
	}
	f.inOrder(t,
		"docker update --cpu-period 500000 --cpu-quota 250000 --memory 1073741824 --memory-swap 1073741824 --pids-limit 500 dev-worker",
		"docker update --cpu-quota -1 --memory 24000000000 --memory-swap 24000000000 --pids-limit -1 dev-worker")
}

func TestSortNodes(t *testing.T) {
	nodes := []node{{Name: "d-worker10", Role: RoleWorker}, {Name: "d-worker", Role: RoleWorker}, {Name: "d-worker2", Role: RoleWorker}, {Name: "d-control-plane", Role: RoleControlPlane}}
	sortNodes(nodes)
	var got []string
	for _, n := range nodes {
		got = append(got, n.Name)
	}
	if want := []string{"d-control-plane", "d-worker", "d-worker2", "d-worker10"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRenameTakesOverAllButNameAndAddress(t *testing.T) {
	const conf = `nodeRegistration:
  kubeletExtraArgs:
  - name: node-ip
    value: 172.18.0.2
  - name: provider-id
    value: kind://docker/dev/dev-worker
apiServerEndpoint: dev-control-plane:6443
podSubnet: 10.244.0.0/16
other: 172.18.0.20`
	want := strings.NewReplacer("172.18.0.2\n", "172.18.0.5\n", "dev/dev-worker", "dev/dev-worker3").Replace(conf)
	got := rename(conf, node{Name: "dev-worker", IP: "172.18.0.2"}, node{Name: "dev-worker3", IP: "172.18.0.5"})
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNextWorkerFillsGaps(t *testing.T) {
	r := devRecord()
	if got := nextWorker(r); got != "dev-worker3" {
		t.Errorf("next is %s", got)
	}
	r.Nodes = r.Nodes[:1]
	if got := nextWorker(r); got != "dev-worker" {
		t.Errorf("next is %s", got)
	}
}

func TestNoNodeIsAddedWhereWorkersHaveDisks(t *testing.T) {
	s, f := fake(t, nil)
	r := devRecord()
	r.Place = "small-disk"
	c := saved(t, s, r)
	if _, err := c.AddNode(t.Context(), func(string) {}); err == nil || !strings.Contains(err.Error(), "small-disk") || len(f.calls) > 0 {
		t.Errorf("%v, ran %q", err, f.calls)
	}
}

func TestNewNodeIsClosed(t *testing.T) {
	const conf = "kind: JoinConfiguration\nnodeRegistration:\n  criSocket: x\n"
	const want = "kind: JoinConfiguration\nnodeRegistration:\n  taints: [{key: seatrial.dev/joining, effect: NoSchedule}]\n  criSocket: x\n"
	if got := closeNode(conf); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// An undo step removes a node by a handle of its own: the run's handle knows it then.
func TestWhatAnotherHandleWroteIsKnown(t *testing.T) {
	s, _ := fake(t, nil)
	c := saved(t, s, devRecord())
	other, err := s.attach("dev")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.update(func(r *record) { r.Nodes = r.Nodes[:2] }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Names(RoleWorker), " "); got != "dev-worker" {
		t.Errorf("workers %s", got)
	}
	if got := c.NextWorker(); got != "dev-worker2" {
		t.Errorf("next is %s", got)
	}
	if err := other.update(func(r *record) { r.ID, r.Nodes = "id-2", nil }); err != nil {
		t.Fatal(err)
	}
	if got := c.Names(""); len(got) != 2 {
		t.Errorf("another cluster of that name: nodes %s", got)
	}
}

// What Docker says of the nodes goes into the record, volumes included: they have no labels.
func TestRecordNotesTheNodes(t *testing.T) {
	var found []inspection
	err := json.Unmarshal([]byte(`[
		{"Name":"/dev-worker","Config":{"Labels":{"io.x-k8s.kind.role":"worker"}},"NetworkSettings":{"Networks":{"seatrial-dev":{"IPAddress":"172.18.0.2"}}},
		 "Mounts":[{"Type":"volume","Name":"0a1b"},{"Type":"bind","Name":""}]},
		{"Name":"/dev-control-plane","Config":{"Labels":{"io.x-k8s.kind.role":"control-plane"}},"NetworkSettings":{"Ports":{"30080/tcp":[{"HostPort":"41000"}]}},
		 "Mounts":[{"Type":"volume","Name":"2c3d"}]}]`), &found)
	if err != nil {
		t.Fatal(err)
	}
	r := record{Name: "dev", Volumes: []string{"old"}}
	r.note(found, map[string]string{"dev-worker": "10.244.1.0/24"})
	if !slices.Equal(r.Volumes, []string{"0a1b", "2c3d"}) || r.Ports["30080"] != "41000" || len(r.Nodes) != 2 ||
		r.Nodes[0].Role != RoleControlPlane || r.Nodes[1] != (node{"dev-worker", RoleWorker, "172.18.0.2", "10.244.1.0/24"}) {
		t.Errorf("%+v", r)
	}
}

package kube

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// said is what the script says in a node, with those lines in its parts.
func said(parts map[string]string) string {
	var b strings.Builder
	for _, part := range []string{"units", "nft", "iptables", "qdiscs", "filters", "files", "sums", "mounts", "loops"} {
		code := "0"
		if text, failed := strings.CutPrefix(parts[part], "!"); failed {
			code, parts[part], _ = strings.Cut(text, " ")
		}
		b.WriteString("#" + part + "\n" + parts[part] + "\n=" + code + "\n")
	}
	return b.String() + "#end\n"
}

const (
	units = "containerd.service loaded active running containerd container runtime\nkubelet.service loaded active running kubelet\n" +
		"seatrial-routes.service loaded active exited routes"
	sums = "0123456789abcdef0123  /var/lib/kubelet/config.yaml\nfedcba9876543210fedc  /var/lib/kubelet/kubeadm-flags.env"
)

func undisturbed() map[string]string {
	return map[string]string{
		"units": units, "nft": "table ip kube-proxy\ntable inet kindnet-network-policies", "sums": sums,
		"iptables": "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j KUBE-FIREWALL\n-A KUBE-FIREWALL -d 127.0.0.0/8 -j DROP\nCOMMIT",
		"qdiscs":   "qdisc noqueue 0: dev lo root refcnt 2 \nqdisc noqueue 0: dev veth1a root refcnt 2 \nqdisc clsact ffff: dev veth1a parent ffff:fff1",
	}
}

// inside are the items of an undisturbed node.
var inside = map[string]string{
	"unit/containerd.service": "active", "unit/kubelet.service": "active", "unit/seatrial-routes.service": "active",
	"file/var/lib/kubelet/config.yaml": "sha256 0123456789ab", "file/var/lib/kubelet/kubeadm-flags.env": "sha256 fedcba987654",
}

func TestInsideOfAnUndisturbedNode(t *testing.T) {
	got, err := parseInside(said(undisturbed()))
	if err != nil || !maps.Equal(got, inside) {
		t.Errorf("got %v, %v", got, err)
	}
}

// plantedInside are leftovers of each kind, by the part of the script that tells of them.
var plantedInside = []struct{ part, line, item, state string }{
	{"units", "seatrial-undo-memory.timer loaded active waiting /usr/bin/rm -f", "unit/seatrial-undo-memory.timer", "active"},
	{"units", "● seatrial-ballast-st-1.service loaded failed failed fallocate", "unit/seatrial-ballast-st-1.service", "failed"},
	{"nft", "table inet seatrial-partition", "nft/seatrial-partition", "exists"},
	{"iptables", "-A INPUT -s 10.0.0.1/32 -j DROP", "iptables/INPUT -s 10.0.0.1/32 -j DROP", "exists"},
	{"filters", "filter parent ffff: protocol ip pref 49152 u32 chain 0 ", "filter/eth0/parent ffff: protocol ip pref 49152 u32 chain 0", "exists"},
	{"qdiscs", "qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay 100ms", "qdisc/eth0/netem", "exists"},
	{"qdiscs", "qdisc tbf 8002: dev eth0 root rate 1Mbit", "qdisc/eth0/tbf", "exists"},
	{"files", "/var/lib/kubelet/seatrial-ballast", "file/var/lib/kubelet/seatrial-ballast", "exists"},
	{"files", "/run/seatrial-memory", "file/run/seatrial-memory", "exists"},
	{"files", "/etc/kubernetes/seatrial-held/etcd.yaml", "file/etc/kubernetes/seatrial-held/etcd.yaml", "exists"},
	{"sums", "aaaaaaaaaaaaaaaa  /etc/kubernetes/manifests/etcd.yaml", "file/etc/kubernetes/manifests/etcd.yaml", "sha256 aaaaaaaaaaaa"},
	{"mounts", "612 504 7:3 / /var/lib/kubelet/seatrial-disk rw,relatime - ext4 /dev/loop3 rw", "mount/var/lib/kubelet/seatrial-disk", "exists"},
	{"mounts", "53 193 7:2 / /var/lib/containerd rw,relatime shared:3 - ext4 /dev/loop2 rw", "mount/var/lib/containerd", "/dev/loop2"},
	{"loops", "/var/lib/kubelet/seatrial-disk.img", "loop/var/lib/kubelet/seatrial-disk.img", "exists"},
}

func TestInsideNamesWhatIsLeft(t *testing.T) {
	for _, tt := range plantedInside {
		parts := undisturbed()
		parts[tt.part] += "\n" + tt.line
		got, err := parseInside(said(parts))
		if err != nil || got[tt.item] != tt.state || len(got) != len(inside)+1 {
			t.Errorf("%s: got %v, %v; want %s: %s", tt.line, got, err, tt.item, tt.state)
		}
	}
}

func TestInsideOfAStoppedNode(t *testing.T) {
	parts := undisturbed()
	parts["units"] = "containerd.service loaded active running c\nkubelet.service loaded activating auto-restart k"
	got, err := parseInside(said(parts))
	if err != nil || got["unit/kubelet.service"] != "activating" {
		t.Errorf("got %v, %v", got, err)
	}
	parts["units"] = ""
	got, err = parseInside(said(parts))
	if err != nil || got["unit/kubelet.service"] != "inactive" || got["unit/containerd.service"] != "inactive" {
		t.Errorf("got %v, %v", got, err)
	}
}

// What is somebody else's is passed over.
func TestInsidePassesOver(t *testing.T) {
	parts := undisturbed()
	parts["nft"] += "\ntable inet other seatrial-x"
	parts["mounts"] = "1 2 7:3 / /var/lib/x rw - ext4 /seatrial-x rw\n2 3 7:4 / /seatrial-x/disks/worker rw - ext4 d rw"
	parts["loops"] = "/home/somebody/seatrial/clusters/dev/disks/worker.img"
	parts["qdiscs"] = "!127 sh: tc: not found"
	if got, err := parseInside(said(parts)); err != nil || !maps.Equal(got, inside) {
		t.Errorf("got %v, %v", got, err)
	}
}

// Half a look is none.
func TestInsideCutShort(t *testing.T) {
	whole := said(undisturbed())
	parts := undisturbed()
	parts["nft"] = "!1 netlink: Operation not permitted"
	for name, out := range map[string]string{
		"nothing": "", "no end": strings.TrimSuffix(whole, "#end\n"), "a part less": strings.Replace(whole, "#files\n\n=0\n", "", 1), "a part that failed": said(parts),
	} {
		if got, err := parseInside(out); err == nil {
			t.Errorf("%s: took it for %v", name, got)
		}
	}
}

// The script has a reader for each of its parts, and a part for each reader.
func TestScriptAndReadersAgree(t *testing.T) {
	var parts []string
	for line := range strings.Lines(insideScript) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "part" {
			parts = append(parts, words[1])
		}
	}
	slices.Sort(parts)
	if known := slices.Sorted(maps.Keys(readers)); !slices.Equal(parts, known) {
		t.Errorf("the script has %v, readers are of %v", parts, known)
	}
}

func FuzzParseInside(f *testing.F) {
	f.Add(said(undisturbed()))
	f.Add("#nft\ntable inet seatrial-x\n=0\n#end\n")
	f.Add("#units\n● \n=127\n=0\n#\n#end")
	f.Fuzz(func(t *testing.T, out string) {
		items, err := parseInside(out)
		if err != nil && items != nil {
			t.Fatal("items in spite of an error")
		}
		for item, state := range items {
			if !strings.Contains(item, "/") || state == "" || strings.Contains(item+state, "\n") {
				t.Fatalf("%q: %q", item, state)
			}
		}
	})
}

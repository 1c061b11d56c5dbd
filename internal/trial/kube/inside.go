package kube

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// insideScript lists in one go what is inside a node: a few processes, the rest is the
// shell's own. Each part is what one command says, and its exit code.
const insideScript = `part() { echo "#$1"; shift; "$@" 2>&1; printf '\n=%s\n' "$?"; }
files() { for f in /var/seatrial-* /var/lib/kubelet/seatrial-* /var/lib/containerd/seatrial-* /run/seatrial-* /etc/kubernetes/seatrial-held/*; do
	if [ -e "$f" ]; then echo "$f"; fi
done; }
sums() { set --; for f in /etc/kubernetes/manifests/* /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env; do
	if [ -f "$f" ]; then set -- "$@" "$f"; fi
done; [ $# = 0 ] || sha256sum "$@"; }
mounts() { grep -e /seatrial- -e ' /var/lib/containerd ' -e ' /var/lib/kubelet ' /proc/self/mountinfo || [ $? = 1 ]; }
loops() { for f in /sys/block/loop*/loop/backing_file; do
	if [ -e "$f" ]; then cat "$f"; fi
done; }
kept() { all=$(ctr --namespace=k8s.io images list --quiet 2>/dev/null) || return; echo "$all" | grep -e '-st-' -e '^seatrial.invalid/' || [ $? = 1 ]; }
filters() { for at in root ingress egress; do tc filter show dev eth0 "$at" || return; done; }
part units systemctl list-units --plain --no-legend --no-pager 'seatrial-*' containerd.service kubelet.service
part nft nft list tables
part iptables iptables-save
part qdiscs tc qdisc show
part filters filters
part files files
part sums sums
part mounts mounts
part loops loops
part kept kept
echo "#end"`

// ours is what the names of all that faults leave in nodes begin with.
const ours = "seatrial-"

// A reader makes items of what one part of the script said.
type reader func(lines []string, items map[string]string)

// readers are the parts of the script. What is left out, because it changes by itself:
// the folder of held manifests, which stays behind, empty; what is in the namespaces
// of pods, for it goes with them; images, of which the runtime collects those that
// nobody uses, but for names under which a fault keeps content; loop devices of others, which all nodes of a machine see.
var readers = map[string]reader{
	"units": readUnits, "nft": readTables, "iptables": readRules, "qdiscs": readQdiscs, "filters": readFilters, "files": readFiles,
	"sums": readSums, "mounts": readMounts, "loops": readLoops, "kept": readKept,
}

// noProgram is a shell's exit code for a program that is not there. No fault can have
// used it then.
const noProgram = "127"

// parseInside reads what insideScript said. An error says what is missing: then
// nothing of it is evidence.
//
//	"#nft\ntable inet seatrial-x\n\n=0\n ... #end\n" -> "nft/seatrial-x": "exists", ...
func parseInside(out string) (map[string]string, error) {
	items, part, said, done := map[string]string{}, "", []string(nil), map[string]bool{}
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\r\n")
		code, ended := strings.CutPrefix(line, "=")
		name, began := strings.CutPrefix(line, "#")
		switch {
		case began && (readers[name] != nil || name == "end"): // iptables-save has comments too
			part, said = name, nil
		case ended && readers[part] != nil:
			if code != "0" && code != noProgram {
				return nil, fmt.Errorf("%s: exit code %s: %s", part, code, strings.Join(said, " "))
			}
			if code == "0" {
				readers[part](said, items)
			}
			done[part] = true
		case strings.TrimSpace(line) != "":
			said = append(said, line)
		}
	}
	if part != "end" || len(done) != len(readers) {
		return nil, fmt.Errorf("%d of %d parts of it came: it is cut short", len(done), len(readers))
	}
	return items, nil
}

// readUnits takes "seatrial-undo-x.timer loaded active waiting ...". A unit that is not
// listed is not active.
func readUnits(lines []string, items map[string]string) {
	items["unit/containerd.service"], items["unit/kubelet.service"] = "inactive", "inactive"
	for _, line := range lines {
		words := strings.Fields(strings.TrimLeft(line, "●*× "))
		if len(words) < 3 {
			continue
		}
		if _, always := items["unit/"+words[0]]; always || strings.HasPrefix(words[0], ours) {
			items["unit/"+words[0]] = words[2]
		}
	}
}

// readTables takes "table inet seatrial-x".
func readTables(lines []string, items map[string]string) {
	for _, line := range lines {
		if words := strings.Fields(line); len(words) >= 3 && words[0] == "table" && strings.HasPrefix(words[2], ours) {
			items["nft/"+words[2]] = "exists"
		}
	}
}

// changing are the chains of kubelets, of network plugins and of Docker's own name server,
// whose rules come and go with them.
var changing = []string{"KUBE-", "CNI-", "DOCKER_"}

// readRules takes "-A INPUT -s 10.0.0.1/32 -j DROP".
func readRules(lines []string, items map[string]string) {
	for _, line := range lines {
		rule, ok := strings.CutPrefix(line, "-A ")
		if ok && !slices.ContainsFunc(changing, func(chain string) bool { return strings.Contains(rule, chain) }) {
			items["iptables/"+rule] = "exists"
		}
	}
}

// readFilters takes "filter parent ffff: protocol ip pref 49152 u32 chain 0": what is done
// to packets of the node's own link.
func readFilters(lines []string, items map[string]string) {
	for _, line := range lines {
		if rule, ok := strings.CutPrefix(line, "filter "); ok {
			items["filter/eth0/"+strings.Join(strings.Fields(rule), " ")] = "exists"
		}
	}
}

// usual are the qdiscs that devices have by themselves, and those to which network
// plugins tie their programs, on devices that come and go with pods.
var usual = []string{"noqueue", "pfifo_fast", "fq_codel", "fq", "mq", "clsact", "ingress"}

// readQdiscs takes "qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay 100ms".
func readQdiscs(lines []string, items map[string]string) {
	for _, line := range lines {
		words := strings.Fields(line)
		dev := slices.Index(words, "dev") + 1
		if len(words) < 3 || words[0] != "qdisc" || dev == 0 || dev >= len(words) || slices.Contains(usual, words[1]) {
			continue
		}
		items["qdisc/"+words[dev]+"/"+words[1]] = "exists"
	}
}

// readFiles takes a path.
func readFiles(lines []string, items map[string]string) {
	for _, line := range lines {
		if strings.HasPrefix(line, "/") {
			items["file"+line] = "exists"
		}
	}
}

// readKept takes names of images under which faults keep or bring content: with the name of
// a trial's namespace, "seatrial.local/web:v1-st-7f3a-same-tag", or of no registry.
func readKept(lines []string, items map[string]string) {
	for _, line := range lines {
		items["image/"+line] = "exists"
	}
}

// readSums takes "0123abcd...  /etc/kubernetes/manifests/etcd.yaml".
func readSums(lines []string, items map[string]string) {
	const enough = 12 // digits, for people
	for _, line := range lines {
		sum, name, ok := strings.Cut(line, " ")
		if name = strings.TrimLeft(name, " *"); ok && strings.HasPrefix(name, "/") {
			items["file"+name] = "sha256 " + sum[:min(len(sum), enough)]
		}
	}
}

// readMounts takes a line of mountinfo, whose fifth word is where it is mounted; what is
// mounted there comes two words after a dash. Of what is mounted over one another on the
// folders of runtime and kubelet the last is on top.
func readMounts(lines []string, items map[string]string) {
	for _, line := range lines {
		words := strings.Fields(line)
		dash := slices.Index(words, "-")
		switch {
		case len(words) < 5 || dash < 0 || dash+2 >= len(words):
		case strings.HasPrefix(path.Base(words[4]), ours):
			items["mount"+words[4]] = "exists"
		case words[4] == "/var/lib/containerd" || words[4] == "/var/lib/kubelet":
			items["mount"+words[4]] = words[dash+2]
		}
	}
}

// readLoops takes the file behind a loop device. Only those count that lie where faults
// leave files: the disks of places are loop devices too. That of pressure/bigger-disk does
// not: its name is the same in all clusters, and every node sees the devices of all.
func readLoops(lines []string, items map[string]string) {
	for _, line := range lines {
		if strings.HasPrefix(line, "/var/lib/kubelet/"+ours) || strings.HasPrefix(line, "/run/"+ours) {
			items["loop"+line] = "exists"
		}
	}
}

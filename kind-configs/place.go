package kindconfigs

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/seatrial/seatrial/internal/suggest"
)

//go:embed *.yaml
var files embed.FS

// A Place is a cluster shape: a kind configuration and what it can host.
type Place struct {
	Name   string // also its file, NAME.yaml
	About  string // one sentence
	Traits []Trait
	Disks  []Disk   // real disks of their own for folders of nodes
	Bounds []Bound  // what nodes may take of the machine, where that is bounded
	AddOns []string // images that its nodes have beside the node image's own (internal/nodeimage knows the names)
	config []byte
}

// A Disk is a small real disk (ext4 on a loop file) mounted over a folder of one
// node, so that it can be filled for real.
type Disk struct {
	Node  string // the node's name after the cluster's: "worker", "worker2"
	Path  string // absolute, in the node
	Bytes int64
	Seed  bool // the image's content of Path is copied onto the disk first
}

// gib is 2^30 bytes.
const gib = 1 << 30

// The disks of the place "small-disk". The kubelet's is small enough to be filled
// at once. The runtime's must take the node image's own content (0.3 GiB of one that was
// built, under 1 GiB) and a few images more without crossing imagefs.available<15%, and
// be filled with images, each written twice, in less time than a trial has.
var smallDisks = []Disk{
	{Node: "worker", Path: "/var/lib/kubelet", Bytes: 2 * gib},
	{Node: "worker", Path: "/var/lib/containerd", Bytes: 2 * gib, Seed: true},
}

// Places lists all places, in the order in which they are shown.
func Places() []Place {
	return []Place{
		place("default", "One control plane, three workers, Kubernetes' own timers.",
			nil, Workers(3), Machines, NodePower),
		place("fast", "One control plane, three workers, shortened lease, grace period and tolerations.",
			nil, Workers(3), Machines, NodePower, FastTimers),
		place("small-disk", "One worker with small real disks for kubelet and runtime, eviction on, transition 20 s.",
			smallDisks, Workers(1), Machines, NodePower, SmallDisk),
		place("zones", "Four workers in two zones, shortened timers.",
			nil, Workers(4), Machines, NodePower, FastTimers, Zones),
		place("default-zones", "Four workers in two zones, Kubernetes' own timers.",
			nil, Workers(4), Machines, NodePower, Zones),
		place("short-backoff", "One worker, the crash-loop back-off capped at 10 s.",
			nil, Workers(1), Machines, NodePower, ShortBackoff),
		bounded(place("capped", "Two workers bounded in CPU, memory and PIDs, memory eviction on, transition 20 s.",
			nil, Workers(2), Machines, NodePower, Capped), capped),
	}
}

func place(name, about string, disks []Disk, traits ...Trait) Place {
	config, err := files.ReadFile(name + ".yaml")
	if err != nil {
		panic("kindconfigs: " + err.Error()) // embedded; a test reads every place
	}
	return Place{Name: name, About: about, Traits: traits, Disks: disks, config: config}
}

// Nodes is how many nodes the place has: a control plane, and its workers.
func (p Place) Nodes() int {
	for _, t := range p.Traits {
		if t.Name == Workers(0).Name {
			return 1 + t.Count
		}
	}
	return 1
}

// Config is the place's kind configuration, YAML of kind.x-k8s.io/v1alpha4.
func (p Place) Config() []byte { return slices.Clone(p.config) }

// Missing lists the needs that the place does not meet.
//
//	fast has 3 workers: fast.Missing(Workers(2), SmallDisk) == [small-disk]
func (p Place) Missing(needs []Trait) []Trait {
	var missing []Trait
	for _, need := range needs {
		meets := func(has Trait) bool { return has.Name == need.Name && has.Count >= need.Count }
		if !slices.ContainsFunc(p.Traits, meets) {
			missing = append(missing, need)
		}
	}
	return missing
}

// Find returns the place of that name. The error of an unknown name says what
// comes closest and lists what there is.
func Find(name string) (Place, error) {
	var names []string
	for _, p := range Places() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	if near := suggest.Nearest(name, names); near != "" {
		return Place{}, fmt.Errorf("no place %q: did you mean %q? (there are %s)", name, near, strings.Join(names, ", "))
	}
	return Place{}, fmt.Errorf("no place %q: there are %s", name, strings.Join(names, ", "))
}

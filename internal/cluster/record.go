package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/host"
)

// A record is what we keep about a cluster on disk, so that another process can
// go on with it.
type record struct {
	Name          string            `json:"name"`
	ID            string            `json:"id"` // random: a later cluster of the same name is another one
	Place         string            `json:"place"`
	Image         string            `json:"image"`   // of the nodes
	Version       string            `json:"version"` // the API server's, once it has answered
	Subnet        string            `json:"subnet"`  // of the Docker network
	PodSubnet     string            `json:"podSubnet"`
	ServiceSubnet string            `json:"serviceSubnet"`
	AllowEgress   bool              `json:"allowEgress,omitempty"`
	Daemon        string            `json:"daemon,omitempty"`  // which Docker has it: what "docker info" calls its ID
	Volumes       []string          `json:"volumes,omitempty"` // of its nodes when it was made; Docker gives them no labels
	Created       time.Time         `json:"created"`
	Expires       time.Time         `json:"expires"`
	Ready         bool              `json:"ready"` // creation came to its end
	Nodes         []node            `json:"nodes"`
	Ports         map[string]string `json:"ports,omitempty"`  // node port -> port on 127.0.0.1
	Images        []string          `json:"images,omitempty"` // archives in the folder that were loaded, in order
}

// A node of the record.
type node struct {
	Name    string `json:"name"`
	Role    string `json:"role"` // RoleControlPlane or RoleWorker
	IP      string `json:"ip"`   // in the cluster's Docker network; kept over restarts
	PodCIDR string `json:"podCIDR"`
}

// The roles of nodes, as in kind's label.
const (
	RoleControlPlane = "control-plane"
	RoleWorker       = "worker"
)

// validName is what a name must look like: it becomes part of host names (at most
// 63 letters, "-control-plane" is 14 of them), of labels and of file names.
var validName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// clustersDir holds a folder per cluster.
func clustersDir() string { return filepath.Join(host.StateDir(), "clusters") }

func networkName(cluster string) string { return "seatrial-" + cluster }

// bridgeName is the network's interface on the Docker host: at most 15 letters
// (IFNAMSIZ), so a hash of the name.
func bridgeName(cluster string) string {
	h := fnv.New32a()
	h.Write([]byte(cluster))
	return fmt.Sprintf("st-%08x", h.Sum32())
}

// ruleComment marks the iptables rules of a cluster.
func ruleComment(cluster string) string { return ruleCommentPrefix + cluster }

const ruleCommentPrefix = "seatrial:"

const recordFile = "cluster.json"

func loadRecord(dir string) (record, error) {
	var r record
	b, err := os.ReadFile(filepath.Join(dir, recordFile))
	if errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("no cluster %q: %w", filepath.Base(dir), err)
	}
	if err != nil {
		return r, fmt.Errorf("read the record of cluster %s: %w", filepath.Base(dir), err)
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("read the record of cluster %s: %s: %w", filepath.Base(dir), recordFile, err)
	}
	return r, nil
}

// save replaces the record on disk in one step.
func (r record) save(dir string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	fresh := filepath.Join(dir, recordFile+".new")
	if err := os.WriteFile(fresh, b, 0o600); err != nil {
		return fmt.Errorf("save the record of cluster %s: %w", r.Name, err)
	}
	return os.Rename(fresh, filepath.Join(dir, recordFile))
}

func (r record) find(name string) (node, error) {
	i := slices.IndexFunc(r.Nodes, func(n node) bool { return n.Name == name })
	if i < 0 {
		return node{}, fmt.Errorf("cluster %s has no node %q: %w", r.Name, name, ErrGone)
	}
	return r.Nodes[i], nil
}

// names lists the record's nodes of a role, or all if the role is empty.
func (r record) names(role string) []string {
	var names []string
	for _, n := range r.Nodes {
		if role == "" || n.Role == role {
			names = append(names, n.Name)
		}
	}
	return names
}

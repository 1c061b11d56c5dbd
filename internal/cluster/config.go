package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	"sigs.k8s.io/yaml"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// The node ports that are reachable on 127.0.0.1. Docker fixes mappings when a
// container is made, so a range is mapped, 32 to give every trial one of its own.
const (
	FirstNodePort = 30080
	NodePorts     = 32
)

// The ranges of kind's and kubeadm's defaults (kind: v1alpha4/default.go).
const (
	podSubnet     = "10.244.0.0/16"
	serviceSubnet = "10.96.0.0/16"
)

// facts are what the Docker host lacks and Kubernetes must be told.
type facts struct {
	CgroupV1      bool // the kubelet refuses cgroup v1 since 1.35 unless told otherwise
	NoSysResource bool // containers do not get CAP_SYS_RESOURCE, not even privileged ones

	CPUs   int   // of the whole machine
	Memory int64 // of the whole machine, bytes
}

// capSysResource is CAP_SYS_RESOURCE's bit, linux/capability.h.
const capSysResource = 24

// detect asks Docker and a privileged container what there is.
func (s shell) detect(ctx context.Context, image string) (facts, error) {
	info, err := s.docker(ctx, "info", "--format", "{{.CgroupVersion}} {{.NCPU}} {{.MemTotal}}")
	if err != nil {
		return facts{}, fmt.Errorf("ask Docker for its cgroup version: %w", err)
	}
	var f facts
	var version string
	if _, err := fmt.Sscan(info, &version, &f.CPUs, &f.Memory); err != nil {
		return facts{}, fmt.Errorf("docker info said %q: %w", info, err)
	}
	status, err := s.docker(ctx, "run", "--rm", "--privileged", "--network=none", "--entrypoint", "cat", image, "/proc/self/status")
	if err != nil {
		return facts{}, fmt.Errorf("try a privileged container: %w", err)
	}
	bounding, err := parseBounding(status)
	f.CgroupV1, f.NoSysResource = version == "1", bounding>>capSysResource&1 == 0
	return f, err
}

// parseBounding reads the capability bounding set from /proc/PID/status.
//
//	"Name:\tcat\nCapBnd:\t000001fffeffffff\n" -> 0x1fffeffffff
func parseBounding(status string) (uint64, error) {
	for _, line := range lines(status) {
		if hex, ok := strings.CutPrefix(line, "CapBnd:"); ok {
			return strconv.ParseUint(strings.TrimSpace(hex), 16, 64)
		}
	}
	return 0, fmt.Errorf("no CapBnd line in /proc/self/status: %q", status)
}

// cniTemplate is what containerd makes the node's CNI configuration from once the
// kubelet knows the node's pod range: a veth pair per pod, routed, no bridge and
// no masquerade, so that pods see each other's addresses. It is what kind's own
// CNI does, whose image only a registry has.
const cniTemplate = `{
  "cniVersion": "0.4.0",
  "name": "seatrial",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {
        "type": "host-local",
        "dataDir": "/run/cni-ipam-state",
        "routes": [{"dst": "0.0.0.0/0"}],
        "ranges": [[{"subnet": "{{.PodCIDR}}"}]]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`

const (
	cniTemplateFile = "cni.conf.template"                  // in the cluster's folder
	cniTemplatePath = "/etc/containerd/" + cniTemplateFile // in its nodes
)

// Patches of containerd's and the kubelet's configuration.
const (
	patchCNI = `version = 2
[plugins."io.containerd.grpc.v1.cri".cni]
  conf_template = "` + cniTemplatePath + `"
`
	// From 2.3 on containerd asks every shim for its container's processor time each
	// second (internal/cri/server/stats_collector.go), for figures that the kubelet
	// takes only under its gate PodAndContainerStatsFromCRI. Of an idle cluster on two
	// cores that was a quarter of what it took.
	patchStats = `version = 2
[plugins."io.containerd.cri.v1.runtime"]
  stats_collect_period = "1m"
`
	// Without CAP_SYS_RESOURCE nobody may lower an oom_score_adj, and every pod sandbox would fail.
	patchOOMScore = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
`
	patchCgroupV1 = `kind: KubeletConfiguration
failCgroupV1: false
`
	// The gate makes the kubelet tolerate what it may not set (KEP-2033).
	patchUserNamespace = `kind: KubeletConfiguration
featureGates:
  KubeletInUserNamespace: true
`
)

// kindConfig is the place's configuration with what depends on this host and this
// cluster: port mappings (the block from firstPort on), the CNI template, disks, the host's facts.
func kindConfig(p kindconfigs.Place, r record, f facts, dir string, disks []disk, firstPort int) (*v1alpha4.Cluster, error) {
	var cfg v1alpha4.Cluster
	if err := yaml.UnmarshalStrict(p.Config(), &cfg); err != nil {
		return nil, fmt.Errorf("read the configuration of place %s: %w", p.Name, err)
	}
	cfg.Name = r.Name
	cfg.Networking.APIServerAddress, cfg.Networking.APIServerPort = "127.0.0.1", int32(firstPort+NodePorts)
	cfg.Networking.PodSubnet, cfg.Networking.ServiceSubnet = r.PodSubnet, r.ServiceSubnet
	cfg.ContainerdConfigPatches = append(cfg.ContainerdConfigPatches, patchCNI, patchStats)
	if f.NoSysResource {
		cfg.ContainerdConfigPatches = append(cfg.ContainerdConfigPatches, patchOOMScore)
		cfg.KubeadmConfigPatches = append(cfg.KubeadmConfigPatches, patchUserNamespace)
	}
	if f.CgroupV1 {
		cfg.KubeadmConfigPatches = append(cfg.KubeadmConfigPatches, patchCgroupV1)
	}
	workers := 0
	for i := range cfg.Nodes {
		n := &cfg.Nodes[i]
		n.Image = r.Image
		n.ExtraMounts = append(n.ExtraMounts, v1alpha4.Mount{
			HostPath: filepath.Join(dir, cniTemplateFile), ContainerPath: cniTemplatePath, Readonly: true})
		if n.Role != v1alpha4.WorkerRole {
			n.ExtraPortMappings = append(n.ExtraPortMappings, portMappings(firstPort)...)
			continue
		}
		workers++
		name := workerName(r.Name, workers)
		n.ExtraMounts = append(n.ExtraMounts, diskMounts(disks, name)...)
		n.KubeadmConfigPatches = append(n.KubeadmConfigPatches, boundPatches(p.Bounds, r.Name, name, f)...)
	}
	return &cfg, nil
}

// workerName is kind's name of the n-th worker, counted from 1: "dev-worker",
// "dev-worker2" (kind: providers/common/namer.go).
func workerName(cluster string, n int) string {
	if n == 1 {
		return cluster + "-" + RoleWorker
	}
	return fmt.Sprintf("%s-%s%d", cluster, RoleWorker, n)
}

// portMappings maps the node ports to the ports of 127.0.0.1 from the given one on.
func portMappings(firstPort int) []v1alpha4.PortMapping {
	var mappings []v1alpha4.PortMapping
	for i := range int32(NodePorts) {
		mappings = append(mappings, v1alpha4.PortMapping{ContainerPort: FirstNodePort + i, HostPort: int32(firstPort) + i, ListenAddress: "127.0.0.1"})
	}
	return mappings
}

func diskMounts(disks []disk, node string) []v1alpha4.Mount {
	var mounts []v1alpha4.Mount
	for _, d := range disks {
		if d.Node == node {
			mounts = append(mounts, v1alpha4.Mount{HostPath: d.Mount, ContainerPath: d.Path})
		}
	}
	return mounts
}

func writeTemplate(dir string) error {
	return os.WriteFile(filepath.Join(dir, cniTemplateFile), []byte(cniTemplate), 0o644)
}

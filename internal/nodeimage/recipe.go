package nodeimage

import (
	"embed"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// recipeFiles holds, for each component, the go.mod and go.sum of the module that
// builds it. They pin every dependency, so that a build needs no checksum
// database (some sites have none; it does not know every version either).
//
//go:embed recipes
var recipeFiles embed.FS

// revision is part of every image's digest. Raise it whenever the code of this
// package would assemble a different image from the same components.
const revision = 2

// A component is a set of programs built from one Go module, in a module of its
// own that requires it.
type component struct {
	Name     string            // also names its files: recipes/NAME-VERSION.mod and .sum
	Version  string            // the module's version, "v1.36.3"
	Packages []string          // main packages to build
	Tags     string            // build tags, separated by spaces
	Vars     []string          // linker -X assignments, "path.name=value"
	Main     string            // our own main package instead of Packages: a file under recipes
	Programs map[string]string // program name -> name that go build gives it, where they differ
}

// A recipe is what one node image is made of.
type recipe struct {
	Version    string // Kubernetes version, "v1.36.3"
	Published  string // kind's published image of that version
	Kubernetes component
	Etcd       component // the version that this kubeadm asks for (kubeadm config images list)
	CoreDNS    component // likewise
}

// recipes lists the versions that can be built, the default first.
var recipes = []recipe{
	newRecipe("v1.36.3", "v3.6.8", "v1.14.2"),
	newRecipe("v1.37.1", "v3.7.0", "v1.14.6"),
}

// DefaultVersion is the Kubernetes version used when none is asked for.
const DefaultVersion = "v1.36.3"

// Versions lists the Kubernetes versions that an image can be had for, the
// default first.
func Versions() []string {
	var vs []string
	for _, r := range recipes {
		vs = append(vs, r.Version)
	}
	return vs
}

// recipeFor finds the recipe of a version; "" means the default.
func recipeFor(version string) (recipe, error) {
	if version == "" {
		version = DefaultVersion
	}
	i := slices.IndexFunc(recipes, func(r recipe) bool { return r.Version == version })
	if i < 0 {
		return recipe{}, fmt.Errorf("no node image for Kubernetes %s: known versions are %s", version, strings.Join(Versions(), ", "))
	}
	return recipes[i], nil
}

func newRecipe(kubernetes, etcd, coredns string) recipe {
	return recipe{
		Version:    kubernetes,
		Published:  "docker.io/kindest/node:" + kubernetes,
		Kubernetes: kubernetesComponent(kubernetes),
		Etcd: component{
			Name: "etcd", Version: etcd,
			Packages: []string{"go.etcd.io/etcd/server/v3"},
			Programs: map[string]string{"etcd": "server"},
		},
		CoreDNS: component{Name: "coredns", Version: coredns, Main: "coredns.main.txt"},
	}
}

// kubernetesComponent builds the seven programs of a Kubernetes release. The
// version goes where Kubernetes' own build puts it (hack/lib/version.sh).
func kubernetesComponent(version string) component {
	c := component{Name: "kubernetes", Version: version}
	for _, p := range []string{"kubeadm", "kubelet", "kubectl", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"} {
		c.Packages = append(c.Packages, "k8s.io/kubernetes/cmd/"+p)
	}
	part := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		c.Vars = append(c.Vars, pkg+".gitVersion="+version, pkg+".gitMajor="+part[0], pkg+".gitMinor="+part[1], pkg+".gitTreeState=archive")
	}
	return c
}

// The components that every node image shares. Versions are those of kind
// v0.33.0's own base image (images/base/Dockerfile), which is also the version
// of kind that go.mod names.
var (
	containerdComponent = component{
		Name: "containerd", Version: "v2.3.4",
		Packages: []string{
			"github.com/containerd/containerd/v2/cmd/containerd",
			"github.com/containerd/containerd/v2/cmd/ctr",
			"github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
		},
		Tags: "no_aufs no_zfs no_btrfs no_devmapper",
		Vars: []string{"github.com/containerd/containerd/v2/version.Version=v2.3.4"},
	}
	cniComponent = component{
		Name: "cni", Version: "v1.9.1",
		Packages: []string{
			"github.com/containernetworking/plugins/plugins/ipam/host-local",
			"github.com/containernetworking/plugins/plugins/main/loopback",
			"github.com/containernetworking/plugins/plugins/main/ptp",
			"github.com/containernetworking/plugins/plugins/meta/portmap",
		},
		Vars: []string{"github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion=v1.9.1"},
	}
	crictlComponent = component{
		Name: "crictl", Version: "v1.36.0",
		Packages: []string{"sigs.k8s.io/cri-tools/cmd/crictl"},
		Vars:     []string{"sigs.k8s.io/cri-tools/pkg/version.Version=v1.36.0"},
	}
	localPathComponent = component{
		Name: "local-path", Version: "v0.0.30",
		Packages: []string{"github.com/rancher/local-path-provisioner"},
	}
	kindComponent = component{Name: "kind", Version: "v0.33.0", Packages: []string{"sigs.k8s.io/kind"}}
)

// goComponents lists all that has to be compiled for the image, the longest first.
func (r recipe) goComponents() []component {
	return []component{r.Kubernetes, containerdComponent, r.Etcd, r.CoreDNS, crictlComponent, localPathComponent, cniComponent, kindComponent}
}

// platform is what images are built for: the machine's own architecture, as
// Docker names it.
func platform() string { return "linux/" + runtime.GOARCH }

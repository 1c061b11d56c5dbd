package nodeimage

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/seatrial/seatrial/internal/host"
)

// lastArchive is where the images go that are not Kubernetes' own: kind's builder
// reads four archives and does not mind what else is in one.
const lastArchive = "kube-proxy.tar"

// clusterImages makes every image that a cluster runs before its user's own, as
// archives by the file names that kind's builder expects. claimed are names that
// it would pull otherwise and that are never run (kind's own pod network).
func clusterImages(ctx context.Context, r recipe, p *parts, root string) (archives map[string][]namedImage, claimed map[string][]string, err error) {
	kubeadm, err := host.Output(ctx, filepath.Join(p.programs["kubernetes"], "kubeadm"), "config", "images", "list", "--kubernetes-version", r.Version)
	if err != nil {
		return nil, nil, fmt.Errorf("ask kubeadm for its images: %w", err)
	}
	names, err := readImageNames(r, kubeadm, p.kind)
	if err != nil {
		return nil, nil, err
	}
	tools, err := proxyFiles(root)
	if err != nil {
		return nil, nil, fmt.Errorf("collect kube-proxy's tools: %w", err)
	}
	program := func(component, name string, more ...fileEntry) func() (v1.Image, error) {
		return func() (v1.Image, error) { return programImage(p.programs[component], name, more...) }
	}
	archives = map[string][]namedImage{}
	for _, im := range []struct {
		archive, ref string
		make         func() (v1.Image, error)
	}{
		{"kube-apiserver.tar", names.kube["kube-apiserver"], program("kubernetes", "kube-apiserver")},
		{"kube-controller-manager.tar", names.kube["kube-controller-manager"], program("kubernetes", "kube-controller-manager")},
		{"kube-scheduler.tar", names.kube["kube-scheduler"], program("kubernetes", "kube-scheduler")},
		{lastArchive, names.kube["kube-proxy"], program("kubernetes", "kube-proxy", tools...)},
		{lastArchive, names.etcd, program("etcd", "etcd")},
		{lastArchive, names.provisioner, program("local-path", "local-path-provisioner")},
		{lastArchive, names.coredns, func() (v1.Image, error) { return rootProgramImage(p.programs["coredns"], "coredns") }},
		{lastArchive, names.pause, func() (v1.Image, error) { return rootProgramImage(p.pause, "pause") }},
		{lastArchive, names.helper, func() (v1.Image, error) { return shellImage(filepath.Join(root, "bin/busybox")) }},
	} {
		img, err := im.make()
		if err != nil {
			return nil, nil, fmt.Errorf("make image %s: %w", im.ref, err)
		}
		archives[im.archive] = append(archives[im.archive], namedImage{Ref: im.ref, Image: img})
	}
	return archives, map[string][]string{lastArchive: {names.network}}, nil
}

// imageNames are the names under which a cluster looks for its images. None is
// ours to choose: kubeadm, kind's containerd configuration and kind's manifests
// say them.
type imageNames struct {
	kube          map[string]string // program -> name
	etcd, coredns string
	pause         string // kind's sandbox image, not kubeadm's
	provisioner   string
	helper        string
	network       string // kind's own pod network
}

// readImageNames finds the names in kubeadm's list and in kind's sources. It
// fails if kubeadm asks for another version than the recipe builds.
func readImageNames(r recipe, kubeadmList, kindDir string) (imageNames, error) {
	n, err := kubeadmNames(r, kubeadmList)
	if err != nil {
		return n, err
	}
	const storage, network = "pkg/build/nodeimage/const_storage.go", "pkg/build/nodeimage/const_cni.go"
	for _, f := range []struct {
		name    *string
		file    string
		pattern string
	}{
		{&n.pause, "images/base/files/etc/containerd/config.toml", `sandbox_image\s*=\s*"([^"]+)"`},
		{&n.provisioner, storage, `storageProvisionerImage\s*=\s*"([^"]+)"`},
		{&n.helper, storage, `storageHelperImage\s*=\s*"([^"]+)"`},
		{&n.network, network, `kindnetdImage\s*=\s*"([^"]+)"`},
	} {
		b, err := os.ReadFile(filepath.Join(kindDir, f.file))
		if err != nil {
			return n, fmt.Errorf("read kind's image names: %w", err)
		}
		m := regexp.MustCompile(f.pattern).FindSubmatch(b)
		if m == nil {
			return n, fmt.Errorf("read kind's image names: nothing like %s in %s", f.pattern, f.file)
		}
		*f.name = string(m[1])
	}
	return n, nil
}

// kubeadmNames reads what "kubeadm config images list" printed.
func kubeadmNames(r recipe, list string) (imageNames, error) {
	n := imageNames{kube: map[string]string{}}
	for _, ref := range strings.Fields(list) {
		repo, tag := splitRef(ref)
		switch name := repo[strings.LastIndex(repo, "/")+1:]; name {
		case "etcd": // tagged VERSION-BUILD
			n.etcd = ref
			if want := strings.TrimPrefix(r.Etcd.Version, "v"); tag != want && !strings.HasPrefix(tag, want+"-") {
				return n, fmt.Errorf("the recipe of %s builds etcd %s, kubeadm wants %s", r.Version, want, tag)
			}
		case "coredns":
			n.coredns = ref
			if tag != r.CoreDNS.Version {
				return n, fmt.Errorf("the recipe of %s builds CoreDNS %s, kubeadm wants %s", r.Version, r.CoreDNS.Version, tag)
			}
		case "pause": // kind uses the one in containerd's configuration instead
		default:
			n.kube[name] = ref
		}
	}
	for _, program := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"} {
		if n.kube[program] == "" {
			return n, fmt.Errorf("kubeadm names no image of %s: %q", program, list)
		}
	}
	if n.etcd == "" || n.coredns == "" {
		return n, fmt.Errorf("kubeadm names no image of etcd or CoreDNS: %q", list)
	}
	return n, nil
}

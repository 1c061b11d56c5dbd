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
	archives = map[string][]namedImage{}
	add := func(archive, ref string, img v1.Image, err error) error {
		if err != nil {
			return fmt.Errorf("make image %s: %w", ref, err)
		}
		archives[archive] = append(archives[archive], namedImage{Ref: ref, Image: img})
		return nil
	}
	for _, program := range []string{"kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"} {
		var more []fileEntry
		if program == "kube-proxy" {
			more = tools
		}
		img, err := programImage(p.programs["kubernetes"], program, more...)
		if err := add(program+".tar", names.kube[program], img, err); err != nil {
			return nil, nil, err
		}
	}
	const last = "kube-proxy.tar"
	img, err := programImage(p.programs["etcd"], "etcd")
	if err := add(last, names.etcd, img, err); err != nil {
		return nil, nil, err
	}
	img, err = fileImage([]string{"/coredns"}, fileEntry{Path: "coredns", Source: filepath.Join(p.programs["coredns"], "coredns")})
	if err := add(last, names.coredns, img, err); err != nil {
		return nil, nil, err
	}
	img, err = fileImage([]string{"/pause"}, fileEntry{Path: "pause", Source: filepath.Join(p.pause, "pause")})
	if err := add(last, names.pause, img, err); err != nil {
		return nil, nil, err
	}
	img, err = programImage(p.programs["local-path"], "local-path-provisioner")
	if err := add(last, names.provisioner, img, err); err != nil {
		return nil, nil, err
	}
	img, err = shellImage(filepath.Join(root, "bin/busybox"))
	if err := add(last, names.helper, img, err); err != nil {
		return nil, nil, err
	}
	return archives, map[string][]string{last: {names.network}}, nil
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
	n := imageNames{kube: map[string]string{}}
	for _, ref := range strings.Fields(kubeadmList) {
		repo, tag := splitRef(ref)
		switch name := repo[strings.LastIndex(repo, "/")+1:]; name {
		case "etcd":
			n.etcd = ref
			if want := strings.TrimPrefix(r.Etcd.Version, "v"); tag != want && !strings.HasPrefix(tag, want+"-") {
				return n, fmt.Errorf("recipe %s builds etcd %s, kubeadm wants %s", r.Version, want, tag)
			}
		case "coredns":
			n.coredns = ref
			if tag != r.CoreDNS.Version {
				return n, fmt.Errorf("recipe %s builds CoreDNS %s, kubeadm wants %s", r.Version, r.CoreDNS.Version, tag)
			}
		case "pause": // kind replaces it by the one in containerd's configuration
		default:
			n.kube[name] = ref
		}
	}
	for _, f := range []struct {
		name    *string
		file    string
		pattern string
	}{
		{&n.pause, "images/base/files/etc/containerd/config.toml", `sandbox_image\s*=\s*"([^"]+)"`},
		{&n.provisioner, "pkg/build/nodeimage/const_storage.go", `storageProvisionerImage\s*=\s*"([^"]+)"`},
		{&n.helper, "pkg/build/nodeimage/const_storage.go", `storageHelperImage\s*=\s*"([^"]+)"`},
		{&n.network, "pkg/build/nodeimage/const_cni.go", `kindnetdImage\s*=\s*"([^"]+)"`},
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

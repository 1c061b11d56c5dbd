package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// ImageBloat fills the runtime's disk of the node of the app's first pod with images
// that nobody uses, until it is under pressure. Those that are kept are pinned, so that
// the kubelet may not collect them.
func ImageBloat(kept bool) Fault { return imageBloat{kept} }

type imageBloat struct{ kept bool }

const (
	runtimeDir  = "/var/lib/containerd"
	bloatImages = 3
	// bloatFree is the share of the runtime's disk that stays free: under the kubelet's
	// default imagefs.available threshold of 15 %.
	bloatFree = 0.09
)

// bloatImage names the n-th image.
func bloatImage(n int) string { return fmt.Sprintf("seatrial.invalid/bloat:%d", n) }

func (imageBloat) Card() Card {
	return Card{
		Name:     "pressure/image-bloat",
		Breaks:   "the runtime's disk of a node is filled with images that nobody uses",
		ShowsAs:  "condition DiskPressure, until the kubelet has collected them",
		UndoneBy: "the images are removed",
		Look:     "kubectl get node NODE -o jsonpath='{range .status.images[*]}{.names[-1]} {.sizeBytes}{\"\\n\"}{end}'",
	}
}

func (imageBloat) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.SmallDisk} }

// bloatScript makes an image of one layer of random bytes, in memory, and imports it:
// once as content, once unpacked. It is a docker archive. As in all that systemd runs there
// is no dollar with a brace in it: systemd would put a variable of its own there.
const bloatScript = `set -e
name=$1 bytes=$2; shift 2
dir=$(mktemp -d -p /tmp); cd "$dir"; trap 'rm -rf "$dir"' EXIT
head -c "$bytes" /dev/urandom >bloat; tar -cf layer.tar bloat; rm bloat
id=$(sha256sum layer.tar | cut -d' ' -f1)
case $(uname -m) in x86_64) arch=amd64;; aarch64) arch=arm64;; *) arch=$(uname -m);; esac
printf '{"architecture":"%s","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' $arch $id >config.json
printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$name" >manifest.json
tar -cf - manifest.json config.json layer.tar | ctr --namespace k8s.io images import "$@" -`

func (f imageBloat) Inject(ctx context.Context, s *Site) error {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return err
	}
	node := pods[0].Spec.NodeName
	size, avail, err := s.room(ctx, node, runtimeDir)
	if err != nil {
		return err
	}
	var all []string
	for n := range bloatImages {
		all = append(all, bloatImage(n))
	}
	timer := "images-" + s.Namespace
	if err := s.Undo(s.step(UndoImages, "remove the unused images of "+node, "node", node, "images", strings.Join(all, " "), "timer", timer)); err != nil {
		return err
	}
	if err := s.arm(ctx, node, timer, append([]string{"crictl", "rmi"}, all...)...); err != nil {
		return err
	}
	// Each is there twice, as content and unpacked.
	bytes := max(0, avail-int64(bloatFree*float64(size))) / (2 * bloatImages)
	err = s.Deed(fmt.Sprintf("import %d images of %d bytes into %s", bloatImages, bytes, node), []string{node}, func() error {
		return each(all, func(image string) error { return f.bloat(ctx, s, node, timer, image, bytes) })
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "DiskPressure on "+node, func(seen []history.Interval) bool {
		return underPressure(seen, node, corev1.NodeDiskPressure)
	})
}

// bloat imports an image, as a unit that is named as the timer is: whoever undoes it ends
// it first, or the image would come when all is undone.
func (f imageBloat) bloat(ctx context.Context, s *Site, node, timer, image string, bytes int64) error {
	command := append(inNode("seatrial-"+timer), "bash", "-c", bloatScript, "bash", image, strconv.FormatInt(bytes, 10))
	if f.kept {
		command = append(command, "--label", "io.cri-containerd.pinned=pinned")
	}
	_, err := s.Nodes.Exec(ctx, node, command...)
	return err
}

// removeScript ends the unit $1 that imports images, and removes them by the runtime's own
// interface: what ctr removes is a name, and the runtime keeps the image under its digest.
// A disk that was just filled is slow.
const removeScript = `systemctl stop "seatrial-$1.service" 2>/dev/null; shift
all=$(ctr --namespace=k8s.io images list --quiet) || exit
bad=0
for i in "$@"; do if echo "$all" | grep -qxF -e "$i"; then crictl --timeout 60s rmi "$i" || bad=1; fi; done
exit $bad`

// undoImages removes images of a node; one that is not there is no error.
func undoImages(ctx context.Context, nodes Nodes, args map[string]string) error {
	command := append([]string{"sh", "-c", removeScript, "sh", args["timer"]}, strings.Fields(args["images"])...)
	if _, err := nodes.Exec(ctx, args["node"], command...); err != nil {
		return err
	}
	return disarm(ctx, nodes, args["node"], args["timer"])
}

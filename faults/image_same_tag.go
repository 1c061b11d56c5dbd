package faults

import (
	"context"
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// SameTag puts new content under the tag of the app's image, that of another of its
// tags, on every worker, and applies the app again, unchanged. It is what pushing
// to "latest" once more comes to, for nodes that have the image.
func SameTag(tag, content string) Fault { return sameTag{tag, content} }

type sameTag struct{ tag, content string }

func (f sameTag) Card() Card {
	return Card{
		Name:     "image/same-tag",
		Breaks:   "the image's tag means another build from now on; the manifests are applied again, unchanged",
		ShowsAs:  "the nodes' runtimes have other content under the tag; no pod notices",
		UndoneBy: "the tag gets its content back on every worker",
		Look:     "kubectl get pods -o custom-columns='POD:.metadata.name,IMAGE:.status.containerStatuses[0].imageID'",
	}
}

func (sameTag) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (sameTag) Rights() []Right { return toApplyAgain() }

func (f sameTag) Inject(ctx context.Context, s *Site) error {
	image, nodes := s.App.Image.Tag(f.tag), s.Nodes.Names("worker")
	kept, timer := image+"-"+s.Namespace, "tag-"+s.Namespace
	for _, node := range nodes {
		step := s.step(UndoImageTag, "give "+image+" on "+node+" its content back", "node", node, "image", image, "kept", kept, "timer", timer)
		if err := s.Undo(step); err != nil {
			return err
		}
		if err := s.arm(ctx, node, timer, "sh", "-c", giveBack, "sh", image, kept); err != nil {
			return err
		}
	}
	before := map[string]int{}
	for _, node := range nodes {
		before[node] = timesGiven(s.Seen.Snapshot(), node, image)
	}
	err := s.Deed("put the content of "+f.content+" under "+image+" and apply all again", []string{image}, func() error {
		for _, node := range nodes {
			if err := tagImage(ctx, s.Nodes, node, image, kept); err != nil {
				return err
			}
			if err := tagImage(ctx, s.Nodes, node, s.App.Image.Tag(f.content), image); err != nil {
				return err
			}
		}
		return s.applyAgain(ctx, s.App.Objects(s.Namespace))
	})
	if err != nil {
		return err
	}
	return s.Until(ctx, "other content under "+image+" on "+strings.Join(nodes, " "), func(seen []history.Interval) bool {
		for _, node := range nodes {
			if timesGiven(seen, node, image) <= before[node] {
				return false
			}
		}
		return true
	})
}

// timesGiven is how often the node's runtime was seen to give the image name content.
func timesGiven(seen []history.Interval, node, image string) int {
	n := 0
	for _, i := range seen {
		if i.Source == history.SourceRuntime && i.Subject == node && i.State == history.RuntimeImage && i.Attrs[history.AttrImage] == image {
			n++
		}
	}
	return n
}

// ctr is containerd's own client, in the namespace of what the kubelet runs.
func ctr(ctx context.Context, nodes Nodes, node string, words ...string) (string, error) {
	out, err := nodes.Exec(ctx, node, append([]string{"ctr", "--namespace=k8s.io", "images"}, words...)...)
	if err != nil {
		return "", fmt.Errorf("%s image on %s: %w", words[0], node, err)
	}
	return out, nil
}

// tagImage gives a name the content of another one.
func tagImage(ctx context.Context, nodes Nodes, node, from, to string) error {
	_, err := ctr(ctx, nodes, node, "tag", "--force", from, to)
	return err
}

// giveBack gives image $1 the content back that is kept as $2. If nothing is kept, nothing
// was done yet or all was undone.
const giveBack = `ctr="ctr --namespace=k8s.io images"
all=$($ctr list --quiet) || exit
if echo "$all" | grep -qxF -e "$2"; then $ctr tag --force "$2" "$1" && $ctr remove "$2"; fi`

// undoImageTag does so, and stops the timer that would have.
func undoImageTag(ctx context.Context, nodes Nodes, args map[string]string) error {
	if _, err := nodes.Exec(ctx, args["node"], "sh", "-c", giveBack, "sh", args["image"], args["kept"]); err != nil {
		return fmt.Errorf("give image %s on %s its content back: %w", args["image"], args["node"], err)
	}
	return disarm(ctx, nodes, args["node"], args["timer"])
}

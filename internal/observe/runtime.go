package observe

import (
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe/containerd"
)

// Runtime tells of the container runtime of the nodes (SourceRuntime) by containerd's
// own events, which need neither kubelet nor API server. Its mark is an empty containerd
// namespace.
var Runtime = Tap{
	name: "runtime", source: history.SourceRuntime,
	command: tapped("ctr --namespace k8s.io events"),
	mark:    `ctr namespaces create "$1" && ctr namespaces remove "$1"`,
	read: func(node string, clock history.Clock) reader {
		return func(line string) ([]history.Interval, string, error) {
			e, err := containerd.Parse(line)
			if err != nil {
				return nil, "", nil // ctr's own complaints are among the lines
			}
			if i, ok := e.Interval(node, clock); ok {
				return []history.Interval{i}, e.NewNamespace(), nil
			}
			return nil, e.NewNamespace(), nil
		}
	},
}

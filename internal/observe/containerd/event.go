// Package containerd reads the events of a node's container runtime as `ctr
// events` prints them. It knows nothing of Kubernetes' API.
package containerd

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Topics of containerd's events (core/runtime/events.go of containerd v2, and
// its services for containers and namespaces, core/metadata/images.go).
const (
	topicCreate = "/containers/create"
	topicStart  = "/tasks/start"
	topicExit   = "/tasks/exit"
	topicOOM    = "/tasks/oom"
	topicDelete = "/containers/delete"
	topicSpace  = "/namespaces/create"
	topicImage  = "/images/create"
	topicMoved  = "/images/update"
)

// criNamespace is containerd's namespace for what the kubelet runs.
const criNamespace = "k8s.io"

// An Event is a line of `ctr events`.
type Event struct {
	At               time.Time // wall clock
	Namespace, Topic string
	Body             Body
}

// Body has those fields of containerd's event types (api/events) that are used.
type Body struct {
	ContainerID string `json:"container_id"` // of a task
	ID          string `json:"id"`           // of a container; of a task's exit: the process, the container's own or an exec's
	Name        string `json:"name"`         // of a namespace; of an image
	ExitStatus  uint32 `json:"exit_status"`
	ExitedAt    *struct {
		Seconds int64 `json:"seconds"`
		Nanos   int64 `json:"nanos"`
	} `json:"exited_at"`
}

// TimeLayout is how ctr prints an instant: Go's own way.
const TimeLayout = "2006-01-02 15:04:05.999999999 -0700 MST"

// Parse reads a line as ctr prints it: instant, namespace, topic and
// the event as JSON.
//
//	2026-01-02 03:04:05.678901234 +0000 UTC k8s.io /tasks/oom {"container_id":"4f2a"}
func Parse(line string) (Event, error) {
	fields := strings.SplitN(line, " ", 7)
	if len(fields) < 6 {
		return Event{}, fmt.Errorf("read containerd event %q: too few fields", line)
	}
	at, err := time.Parse(TimeLayout, strings.Join(fields[:4], " "))
	if err != nil {
		return Event{}, fmt.Errorf("read containerd event %q: %w", line, err)
	}
	e := Event{At: at, Namespace: fields[4], Topic: fields[5]}
	if len(fields) == 7 && fields[6] != "" {
		if err := json.Unmarshal([]byte(fields[6]), &e.Body); err != nil {
			return Event{}, fmt.Errorf("read containerd event %q: %w", line, err)
		}
	}
	return e, nil
}

// Interval is the event as an instant of the node, if it is one that counts: of
// the kubelet's containers and images, and not the end of a process that an exec
// probe began. The instant is the runtime's own, by the wall clock.
func (e Event) Interval(node string, clock history.Clock) (history.Interval, bool) {
	if e.Topic == topicImage || e.Topic == topicMoved {
		return history.Interval{
			Source: history.SourceRuntime, Subject: node, State: history.RuntimeImage, From: clock.AtWall(e.At),
			Detail: e.Body.Name, Attrs: history.Attrs{history.AttrImage: e.Body.Name},
		}, e.Namespace == criNamespace && e.Body.Name != ""
	}
	states := map[string]string{topicCreate: "create", topicStart: "start", topicExit: "exit", topicOOM: "oom", topicDelete: "delete"}
	state, ok := states[e.Topic]
	if !ok || e.Namespace != criNamespace {
		return history.Interval{}, false
	}
	id, at := e.Body.ContainerID, e.At
	if id == "" {
		id = e.Body.ID
	}
	attrs := history.Attrs{history.AttrContainerID: id}
	if e.Topic == topicExit {
		if e.Body.ID != "" && e.Body.ID != id {
			return history.Interval{}, false
		}
		attrs[history.AttrExitCode] = fmt.Sprint(e.Body.ExitStatus)
		if x := e.Body.ExitedAt; x != nil {
			at = time.Unix(x.Seconds, x.Nanos)
		}
	}
	return history.Interval{
		Source: history.SourceRuntime, Subject: node, State: state, From: clock.AtWall(at),
		Attrs: attrs,
	}, id != ""
}

// NewNamespace is the name of the containerd namespace that the event says was
// created, "" if it says something else.
func (e Event) NewNamespace() string {
	if e.Topic != topicSpace {
		return ""
	}
	return e.Body.Name
}

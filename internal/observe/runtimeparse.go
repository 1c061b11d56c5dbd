package observe

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// Topics of containerd's events (core/runtime/events.go of containerd v2, and
// its services for containers and namespaces).
const (
	topicCreate = "/containers/create"
	topicStart  = "/tasks/start"
	topicExit   = "/tasks/exit"
	topicOOM    = "/tasks/oom"
	topicDelete = "/containers/delete"
	topicMark   = "/namespaces/create"
)

// criNamespace is containerd's namespace for what the kubelet runs.
const criNamespace = "k8s.io"

// A runtimeEvent is a line of `ctr events`.
type runtimeEvent struct {
	At               time.Time // wall clock
	Namespace, Topic string
	Body             runtimeBody
}

// runtimeBody has those fields of containerd's event types (api/events) that are used.
type runtimeBody struct {
	ContainerID string `json:"container_id"` // of a task
	ID          string `json:"id"`           // of a container; of a task's exit: the process, the container's own or an exec's
	Name        string `json:"name"`         // of a namespace
	ExitStatus  uint32 `json:"exit_status"`
	ExitedAt    *struct {
		Seconds int64 `json:"seconds"`
		Nanos   int64 `json:"nanos"`
	} `json:"exited_at"`
}

// ctrTime is how ctr prints an instant: Go's own way.
const ctrTime = "2006-01-02 15:04:05.999999999 -0700 MST"

// parseRuntimeEvent reads a line as ctr prints it: instant, namespace, topic and
// the event as JSON.
//
//	2026-01-02 03:04:05.678901234 +0000 UTC k8s.io /tasks/oom {"container_id":"4f2a"}
func parseRuntimeEvent(line string) (runtimeEvent, error) {
	fields := strings.SplitN(line, " ", 7)
	if len(fields) < 6 {
		return runtimeEvent{}, fmt.Errorf("read runtime event %q: too few fields", line)
	}
	at, err := time.Parse(ctrTime, strings.Join(fields[:4], " "))
	if err != nil {
		return runtimeEvent{}, fmt.Errorf("read runtime event %q: %w", line, err)
	}
	e := runtimeEvent{At: at, Namespace: fields[4], Topic: fields[5]}
	if len(fields) == 7 && fields[6] != "" {
		if err := json.Unmarshal([]byte(fields[6]), &e.Body); err != nil {
			return runtimeEvent{}, fmt.Errorf("read runtime event %q: %w", line, err)
		}
	}
	return e, nil
}

// interval is the event as an instant of the node, if it is one that counts: of
// the kubelet's containers, and not the end of a process that an exec probe began.
func (e runtimeEvent) interval(node string, clock history.Clock) (history.Interval, bool) {
	states := map[string]string{topicCreate: "create", topicStart: "start", topicExit: "exit", topicOOM: "oom", topicDelete: "delete"}
	state, ok := states[e.Topic]
	if !ok || e.Namespace != criNamespace {
		return history.Interval{}, false
	}
	id, at, exitCode := e.Body.ContainerID, e.At, ""
	if id == "" {
		id = e.Body.ID
	}
	if e.Topic == topicExit {
		if e.Body.ID != "" && e.Body.ID != id {
			return history.Interval{}, false
		}
		exitCode = fmt.Sprint(e.Body.ExitStatus)
		if x := e.Body.ExitedAt; x != nil {
			at = time.Unix(x.Seconds, x.Nanos)
		}
	}
	return history.Interval{
		Source: history.SourceRuntime, Subject: node, State: state, From: clock.AtWall(at),
		Attrs: attrs(history.AttrContainerID, id, history.AttrExitCode, exitCode),
	}, id != ""
}

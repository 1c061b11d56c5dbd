package containerd

import (
	"reflect"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

func TestParse(t *testing.T) {
	clock := history.Clock{Wall: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)}
	const stamped = "2026-01-02 03:04:05.678901234 +0000 UTC "
	at := 5678901234 * time.Nanosecond
	of := func(state string, at time.Duration, pairs ...string) *history.Interval {
		a := history.Attrs{}
		for n := 0; n < len(pairs); n += 2 {
			a[pairs[n]] = pairs[n+1]
		}
		return &history.Interval{Source: "runtime", Subject: "worker", State: state, From: at, Attrs: a}
	}
	image := func(name string) *history.Interval {
		i := of("image", at, "image", name)
		i.Detail = name
		return i
	}
	for name, c := range map[string]struct {
		line string
		want *history.Interval // nil: not of interest
	}{
		"create": {stamped + `k8s.io /containers/create {"id":"4f2a","image":"registry.k8s.io/pause:3.10","runtime":{"name":"io.containerd.runc.v2"}}`,
			of("create", at, "containerID", "4f2a")},
		"start": {stamped + `k8s.io /tasks/start {"container_id":"4f2a","pid":4711}`, of("start", at, "containerID", "4f2a")},
		"oom":   {stamped + `k8s.io /tasks/oom {"container_id":"4f2a"}`, of("oom", at, "containerID", "4f2a")},
		"exit, by its own stamp": {stamped + `k8s.io /tasks/exit {"container_id":"4f2a","id":"4f2a","pid":4711,"exit_status":137,"exited_at":{"seconds":1767323044,"nanos":5}}`,
			of("exit", 4*time.Second+5, "containerID", "4f2a", "exitCode", "137")},
		"exit with status 0":  {stamped + `k8s.io /tasks/exit {"container_id":"4f2a","id":"4f2a"}`, of("exit", at, "containerID", "4f2a", "exitCode", "0")},
		"delete":              {stamped + `k8s.io /containers/delete {"id":"4f2a"}`, of("delete", at, "containerID", "4f2a")},
		"an exec probe's end": {stamped + `k8s.io /tasks/exit {"container_id":"4f2a","id":"77aa","exit_status":1}`, nil},
		"another's container": {stamped + `moby /tasks/start {"container_id":"4f2a"}`, nil},
		"another topic":       {stamped + `k8s.io /snapshot/prepare {"key":"x"}`, nil},
		"image":               {stamped + `k8s.io /images/create {"name":"seatrial.local/web:v1"}`, image("seatrial.local/web:v1")},
		"image moved":         {stamped + `k8s.io /images/update {"name":"seatrial.local/web:v1"}`, image("seatrial.local/web:v1")},
		"image without name":  {stamped + `k8s.io /images/update {}`, nil},
		"another's image":     {stamped + `moby /images/create {"name":"x"}`, nil},
		"no fraction":         {`2026-01-02 03:04:05 +0000 UTC k8s.io /tasks/oom {"container_id":"4f2a"}`, of("oom", 5*time.Second, "containerID", "4f2a")},
		"another zone":        {`2026-01-02 05:04:05 +0200 EET k8s.io /tasks/oom {"container_id":"4f2a"}`, of("oom", 5*time.Second, "containerID", "4f2a")},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Parse(c.line)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := e.Interval("worker", clock)
			if c.want == nil {
				if ok {
					t.Errorf("want none, got %+v", got)
				}
				return
			}
			if !reflect.DeepEqual(got, *c.want) {
				t.Errorf("got %+v, want %+v", got, *c.want)
			}
		})
	}
	for _, line := range []string{"", "ctr: connection refused", stamped, stamped + `k8s.io /tasks/oom {"container_id":`, "x x x x x x x"} {
		if e, err := Parse(line); err == nil {
			t.Errorf("%q: want an error, got %+v", line, e)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`2026-01-02 03:04:05.678901234 +0000 UTC k8s.io /tasks/exit {"container_id":"4f2a","id":"4f2a","exit_status":137,"exited_at":{"seconds":1,"nanos":5}}`)
	f.Add(`2026-01-02 03:04:05 +0000 UTC k8s.io /containers/create {"id":"a"}`)
	f.Add("ctr: containerd is not running")
	f.Fuzz(func(t *testing.T, line string) {
		e, err := Parse(line)
		if err != nil {
			return
		}
		if i, ok := e.Interval("n", history.Clock{}); ok && (i.State == "" || i.Attrs[history.AttrContainerID]+i.Attrs[history.AttrImage] == "") {
			t.Errorf("%q: an instant without state, container or image: %+v", line, i)
		}
	})
}

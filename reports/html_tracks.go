package reports

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// tracks is what the sensors saw, by what a row of the picture shows.
type tracks struct {
	Pods     []*podTrack `json:"pods"`
	Rollouts []*rowTrack `json:"rollouts"` // "Deployment/web": state "ready/desired"
	// Conditions are a Deployment's, "web/Progressing", that were ever False.
	Conditions []*rowTrack  `json:"conditions"`
	Services   []*rowTrack  `json:"services"` // a service's selector, where it changed
	Nodes      []*nodeTrack `json:"nodes"`
	// API is what the API server was asked while a fault was in place: reads, and writes of the fault's own.
	API  []*rowTrack `json:"api"`
	Gaps []gap       `json:"gaps"`
}

// A podTrack is the life of a pod.
type podTrack struct {
	Name       string      `json:"name"`
	Node       string      `json:"node,omitempty"`
	Version    string      `json:"version,omitempty"`
	Owner      string      `json:"owner,omitempty"`
	Phases     []spell     `json:"phases"`
	Ready      []spell     `json:"ready"`
	Endpoint   []spell     `json:"endpoint"`
	Routed     []spell     `json:"routed"` // while the node that the load comes from led connections to it
	Containers []*rowTrack `json:"containers"`
	Restarts   []spell     `json:"restarts"` // instants; State is "↻1 OOMKilled 137"
	Probes     []probe     `json:"probes"`
	Log        []spell     `json:"log"`    // instants of the app's own log, probes apart
	Events     []spell     `json:"events"` // Event objects, for people
}

// A probe is one probe request as the app saw it.
type probe struct {
	At   float64 `json:"a"`
	Took float64 `json:"m"` // ms until it was answered or given up
	Code int     `json:"c"` // HTTP status, 0: no answer; of an exec probe its exit code
	Exec bool    `json:"e,omitempty"`
	Path string  `json:"p"`
}

// A rowTrack is a row of states.
type rowTrack struct {
	Name  string  `json:"name"`
	Spans []spell `json:"spans"`
}

// A nodeTrack is a node: its condition Ready, other conditions that were ever
// other than good, and taints that came or went.
type nodeTrack struct {
	Name       string      `json:"name"`
	Ready      []spell     `json:"ready"`
	Conditions []*rowTrack `json:"conditions"`
	Taints     []*rowTrack `json:"taints"`
	Runtime    []spell     `json:"runtime"` // what the node's runtime said of containers whose pod is not known
}

// A gap is a span in which a sensor saw nothing.
type gap struct {
	Source  string `json:"source"`
	Subject string `json:"subject"`
	spell
}

// A weaver puts intervals into their tracks.
type weaver struct {
	tracks
	pods   map[string]*podTrack
	nodes  map[string]*nodeTrack
	rows   map[string]*rowTrack
	owners map[string]*podTrack // by container ID
}

func tracksOf(h *history.History) tracks {
	w := &weaver{
		tracks: tracks{Pods: []*podTrack{}, Rollouts: []*rowTrack{}, Conditions: []*rowTrack{}, Services: []*rowTrack{}, Nodes: []*nodeTrack{}, API: []*rowTrack{}, Gaps: []gap{}},
		pods:   map[string]*podTrack{}, nodes: map[string]*nodeTrack{}, rows: map[string]*rowTrack{},
		owners: map[string]*podTrack{},
	}
	for _, i := range h.Intervals {
		w.take(i)
	}
	for _, i := range h.Intervals { // only now is it known whose container is whose
		if i.Source == history.SourceRuntime {
			w.takeRuntime(i)
		}
	}
	w.takeRoutes(h)
	for _, g := range h.Gaps {
		w.Gaps = append(w.Gaps, gap{g.Source, g.Subject, spellOf(g)})
	}
	w.finish()
	return w.tracks
}

func (w *weaver) take(i history.Interval) {
	switch i.Source {
	case history.SourcePod, history.SourceReady, history.SourceEndpoint, history.SourceContainer, history.SourceApp:
		w.takePod(i)
	case history.SourceEvent:
		if kind, name, ok := strings.Cut(i.Subject, "/"); ok && kind == "Pod" {
			p := w.pod(name)
			p.Events = append(p.Events, spellOf(i, "count"))
		}
	case history.SourceDeployment:
		w.row(&w.Conditions, i.Subject, spellOf(i, history.AttrReason))
	case history.SourceReplicas:
		w.row(&w.Rollouts, i.Subject, spellOf(i, history.AttrReplicas, history.AttrUpdated, history.AttrAvailable, history.AttrUnavailable, history.AttrRevision))
	case history.SourceService:
		w.row(&w.Services, i.Subject, spellOf(i))
	case history.SourceAPI:
		w.row(&w.API, "answers", asked(i))
	case history.SourceWrite:
		w.row(&w.API, "writes", asked(i))
	case history.SourceNode:
		n := w.node(i.Subject)
		n.Ready = append(n.Ready, spellOf(i, history.AttrReason))
	case history.SourceCondition:
		w.takeNodeRow(i, func(n *nodeTrack) *[]*rowTrack { return &n.Conditions })
	case history.SourceTaint:
		w.takeNodeRow(i, func(n *nodeTrack) *[]*rowTrack { return &n.Taints })
	}
}

// asked is a question to the API server: each is of its own, however close the next.
func asked(i history.Interval) spell {
	s := spellOf(i)
	s.Detail = i.Subject
	return s
}

func (w *weaver) takePod(i history.Interval) {
	name, container, _ := strings.Cut(i.Subject, "/")
	p := w.pod(name)
	switch i.Source {
	case history.SourcePod:
		if node := i.Attrs[history.AttrNode]; node != "" {
			p.Node = node
		}
		p.Owner = i.Attrs[history.AttrOwner]
		p.Phases = append(p.Phases, spellOf(i, history.AttrReason, "grace"))
	case history.SourceReady:
		p.Ready = append(p.Ready, spellOf(i, history.AttrReason))
	case history.SourceEndpoint:
		p.Endpoint = append(p.Endpoint, spellOf(i, history.AttrAddress, history.AttrService))
	case history.SourceContainer:
		w.takeContainer(p, container, i)
	case history.SourceApp:
		takeLog(p, i)
	}
}

// takeContainer adds a container's state and, where its restart count rose, the restart.
func (w *weaver) takeContainer(p *podTrack, container string, i history.Interval) {
	restarts, _ := strconv.Atoi(i.Attrs[history.AttrRestarts])
	if id := i.Attrs[history.AttrContainerID]; id != "" {
		w.owners[id] = p
	}
	row := w.rows["container "+i.Subject]
	if row == nil {
		row = &rowTrack{Name: container}
		w.rows["container "+i.Subject] = row
		p.Containers = append(p.Containers, row)
	}
	s := spellOf(i, history.AttrReason, history.AttrExitCode, history.AttrRestarts, history.AttrLastReason, history.AttrLastExit)
	row.Spans = append(row.Spans, s)
	said := "↻" + strconv.Itoa(restarts)
	for _, a := range []string{history.AttrLastReason, history.AttrLastExit} {
		if v := i.Attrs[a]; v != "" {
			said += " " + v
		}
	}
	if restarts > 0 && !slices.ContainsFunc(p.Restarts, func(r spell) bool { return strings.HasPrefix(r.State+" ", "↻"+strconv.Itoa(restarts)+" ") }) {
		p.Restarts = append(p.Restarts, spell{From: s.From, To: &s.From, State: said, Detail: "container " + container + " restarted"})
	}
}

func takeLog(p *podTrack, i history.Interval) {
	if v := i.Attrs[history.AttrVersion]; v != "" && i.State == history.AppStart {
		p.Version = v
	}
	if i.State != history.AppProbe {
		p.Log = append(p.Log, spellOf(i, history.AttrVersion, "port", "knob", "value", "cause", "bytes", history.AttrInflight, history.AttrCode, history.AttrRun))
		return
	}
	took, _ := strconv.ParseFloat(i.Attrs["ms"], 64)
	p.Probes = append(p.Probes, probe{At: tenth(i.From), Took: took, Code: codeOf(i), Path: i.Attrs[history.AttrPath], Exec: i.Attrs[history.AttrKind] == history.ProbeExec})
}

// codeOf is a probe's status as a number. What is none was no answer, but for
// kinds of probes that have no status: those are shown as the HTTP ones are.
func codeOf(i history.Interval) int {
	code, err := strconv.Atoi(i.Attrs[history.AttrCode])
	switch {
	case err == nil:
		return code
	case i.Answered():
		return 200 // SERVING, or a connection accepted
	case i.Attrs[history.AttrKind] == history.ProbeExec:
		return 1 // it hangs
	}
	return 0
}

// takeRuntime puts what a node's runtime saw to its pod, where that is known.
func (w *weaver) takeRuntime(i history.Interval) {
	s := spellOf(i, history.AttrContainer, history.AttrExitCode)
	s.Detail = strings.TrimSpace("seen by the runtime of " + i.Subject + " " + s.Detail)
	p := w.pods[i.Attrs[history.AttrPod]]
	if p == nil {
		p = w.owners[i.Attrs[history.AttrContainerID]]
	}
	if p != nil {
		p.Log = append(p.Log, s)
		return
	}
	n := w.node(i.Subject)
	n.Runtime = append(n.Runtime, s)
}

func (w *weaver) takeNodeRow(i history.Interval, of func(*nodeTrack) *[]*rowTrack) {
	name, what, _ := strings.Cut(i.Subject, "/")
	row := w.rows[i.Source+" "+i.Subject]
	if row == nil {
		row = &rowTrack{Name: what}
		w.rows[i.Source+" "+i.Subject] = row
		rows := of(w.node(name))
		*rows = append(*rows, row)
	}
	row.Spans = append(row.Spans, spellOf(i, history.AttrReason))
}

func (w *weaver) pod(name string) *podTrack {
	if w.pods[name] == nil {
		w.pods[name] = &podTrack{
			Name: name, Phases: []spell{}, Ready: []spell{}, Endpoint: []spell{}, Routed: []spell{}, Containers: []*rowTrack{},
			Restarts: []spell{}, Probes: []probe{}, Log: []spell{}, Events: []spell{},
		}
		w.Pods = append(w.Pods, w.pods[name])
	}
	return w.pods[name]
}

func (w *weaver) node(name string) *nodeTrack {
	if w.nodes[name] == nil {
		w.nodes[name] = &nodeTrack{Name: name, Ready: []spell{}, Conditions: []*rowTrack{}, Taints: []*rowTrack{}, Runtime: []spell{}}
		w.Nodes = append(w.Nodes, w.nodes[name])
	}
	return w.nodes[name]
}

func (w *weaver) row(rows *[]*rowTrack, name string, s spell) {
	if w.rows[name] == nil {
		w.rows[name] = &rowTrack{Name: name}
		*rows = append(*rows, w.rows[name])
	}
	w.rows[name].Spans = append(w.rows[name].Spans, s)
}

// finish puts everything in order and leaves out what never changed and says nothing.
func (w *weaver) finish() {
	for _, r := range w.rows {
		r.Spans = inOrder(r.Spans)
	}
	for _, p := range w.Pods {
		p.Phases, p.Ready, p.Endpoint = inOrder(p.Phases), inOrder(p.Ready), inOrder(p.Endpoint)
		p.Log, p.Events, p.Routed = inOrder(p.Log), inOrder(p.Events), inOrder(p.Routed)
	}
	for _, n := range w.Nodes {
		n.Ready, n.Runtime = inOrder(n.Ready), inOrder(n.Runtime)
		n.Conditions = slices.DeleteFunc(n.Conditions, func(r *rowTrack) bool { return !everOther(r, "False") })
		n.Taints = slices.DeleteFunc(n.Taints, lasting)
	}
	w.Conditions = slices.DeleteFunc(w.Conditions, func(r *rowTrack) bool { return !everOther(r, "True") })
	w.Services = slices.DeleteFunc(w.Services, func(r *rowTrack) bool { return len(r.Spans) < 2 })
}

func everOther(r *rowTrack, usual string) bool {
	return slices.ContainsFunc(r.Spans, func(s spell) bool { return s.State != usual })
}

// lasting reports whether a row is one state from the beginning of the record to its end.
func lasting(r *rowTrack) bool {
	return len(r.Spans) == 1 && r.Spans[0].To == nil && r.Spans[0].From < 2000
}

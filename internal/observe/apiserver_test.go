package observe

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/seatrial/seatrial/internal/history"
)

const testNamespace = "trial"

// An apiServer serves the pods of one namespace as the real one does: LIST and
// WATCH with resource versions over HTTP. It can be told to misbehave.
type apiServer struct {
	t   *testing.T
	url string

	mu      sync.Mutex
	version int
	pods    map[string]corev1.Pod
	log     []apiEvent
	changed chan struct{}
	cuts    chan struct{} // closed to cut every watch

	refuse  bool // 503 to everything
	blocked bool // 503 to every new watch
	forbid  bool // 403 to everything, as a server does that has not read yet who may do what
	expired int  // watches from an older version get 410
	inBand  bool // as an event, not as the answer's status
	drop    func(apiEvent) bool
}

type apiEvent struct {
	version int
	kind    string
	pod     corev1.Pod
}

func newAPI(t *testing.T) *apiServer {
	a := &apiServer{t: t, version: 1, pods: map[string]corev1.Pod{}, changed: make(chan struct{}), cuts: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(func() { a.cut(); server.CloseClientConnections(); server.Close() })
	a.url = server.URL
	return a
}

func (a *apiServer) client() kubernetes.Interface {
	c, err := kubernetes.NewForConfig(&rest.Config{Host: a.url, QPS: -1})
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func (a *apiServer) serve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	refuse, blocked, forbid, expired, inBand := a.refuse, a.blocked, a.forbid, a.expired, a.inBand
	a.mu.Unlock()
	from, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	isWatch := r.URL.Query().Get("watch") != ""
	gone := metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure",
		Code: 410, Reason: metav1.StatusReasonExpired, Message: fmt.Sprintf("too old resource version: %d (%d)", from, expired)}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case refuse, isWatch && blocked:
		http.Error(w, "not now", http.StatusServiceUnavailable)
	case forbid:
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: gone.TypeMeta, Status: "Failure", Code: 403, Reason: metav1.StatusReasonForbidden})
	case isWatch && from < expired && inBand:
		_ = json.NewEncoder(w).Encode(map[string]any{"type": "ERROR", "object": gone})
	case isWatch && from < expired:
		w.WriteHeader(http.StatusGone)
		_ = json.NewEncoder(w).Encode(gone)
	case isWatch:
		a.stream(w, r, from)
	default:
		a.list(w)
	}
}

func (a *apiServer) list(w http.ResponseWriter) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}}
	l.ResourceVersion = strconv.Itoa(a.version)
	for _, p := range a.pods {
		l.Items = append(l.Items, p)
	}
	_ = json.NewEncoder(w).Encode(l)
}

func (a *apiServer) stream(w http.ResponseWriter, r *http.Request, from int) {
	flush := func() { _ = http.NewResponseController(w).Flush() }
	a.mu.Lock()
	cuts := a.cuts // before the client knows that it watches
	a.mu.Unlock()
	flush()
	for {
		a.mu.Lock()
		changed, drop := a.changed, a.drop
		log := slices.Clone(a.log)
		cut := a.cuts != cuts
		a.mu.Unlock()
		if cut { // what came after the cut is not told, whichever of the two was seen first
			return
		}
		for _, e := range log {
			if e.version <= from {
				continue
			}
			from = e.version
			if drop != nil && drop(e) {
				continue
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"type": e.kind, "object": e.pod})
		}
		flush()
		select {
		case <-changed:
		case <-cuts:
			return
		case <-r.Context().Done():
			return
		}
	}
}

// set creates or changes a pod; delete removes one.
func (a *apiServer) set(p corev1.Pod)    { a.write("", p) }
func (a *apiServer) delete(p corev1.Pod) { a.write("DELETED", p) }

func (a *apiServer) write(kind string, p corev1.Pod) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.version++
	p.ResourceVersion = strconv.Itoa(a.version)
	_, had := a.pods[p.Name]
	switch {
	case kind == "DELETED":
		delete(a.pods, p.Name)
	case had:
		kind = "MODIFIED"
	default:
		kind = "ADDED"
	}
	if kind != "DELETED" {
		a.pods[p.Name] = p
	}
	a.log = append(a.log, apiEvent{a.version, kind, p})
	close(a.changed)
	a.changed = make(chan struct{})
}

// cut ends every watch.
func (a *apiServer) cut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.cuts)
	a.cuts = make(chan struct{})
}

func (a *apiServer) told(change func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
}

// pod makes a pod of testNamespace in the phase.
func pod(name string, phase corev1.PodPhase, change ...func(*corev1.Pod)) corev1.Pod {
	p := corev1.Pod{
		TypeMeta:   metav1.TypeMeta{Kind: "Pod", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: testNamespace, UID: types.UID("uid-" + name), CreationTimestamp: metav1.Now()},
		Status:     corev1.PodStatus{Phase: phase},
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

// quick is an observer of pods that gives its proof within a test's patience.
func quick(o Observer) Observer {
	k := o.(*kind[*corev1.Pod])
	k.wait = bounds{list: 500 * time.Millisecond, arrival: 300 * time.Millisecond, settle: 50 * time.Millisecond}
	return k
}

func newRecorder() *history.Recorder { return history.NewRecorder(history.StartClock(), nil) }

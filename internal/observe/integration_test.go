package observe

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/cluster"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// TestOnACluster watches a real app being deleted and killed. It needs a cluster
// of seatrial's: SEATRIAL_CLUSTER_TEST names it.
func TestOnACluster(t *testing.T) {
	name := os.Getenv("SEATRIAL_CLUSTER_TEST")
	if name == "" {
		t.Skip("SEATRIAL_CLUSTER_TEST names no cluster")
	}
	s := newSite(t, name)
	deadline, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	s.ctx = deadline
	dir := t.TempDir()
	nodes := s.cluster.Names("")
	obs := append(API(s.client, s.namespace),
		AppLog(s.client, s.namespace, workloads.LabelManager+"=seatrial", ThroughAPI(s.client, s.namespace, web.Name)),
		Logs(s.client, s.namespace, PodLogs(s.client, s.namespace), dir, 1<<20),
		Runtime.In(dockerExec, nodes...))
	began := time.Now()
	a, err := Arm(s.ctx, s.rec, obs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Stop(context.WithoutCancel(t.Context())) })
	t.Logf("armed %d observers in %s", len(obs), time.Since(began))

	s.apply(web.App())
	s.until("3 ready endpoints", func(is []history.Interval) bool { return CountState(is, history.SourceEndpoint, "ready") == 3 })
	pods := slices.Sorted(maps.Keys(Current(s.rec.Snapshot(), history.SourceEndpoint)))
	s.latency()

	began = time.Now()
	s.must(s.client.CoreV1().Pods(s.namespace).Delete(s.ctx, pods[0], metav1.DeleteOptions{}))
	s.until("the deleted pod's end", isGone(history.SourcePod, pods[0]))
	s.until("its last word", wroteState(pods[0], history.AppExit))
	t.Logf("deleted and gone in %s", time.Since(began))

	uri := fmt.Sprintf("/api/v1/namespaces/%s/pods/%s:%d/proxy%s", s.namespace, pods[1], workloads.AdminPort, workloads.KnobPath(workloads.KnobExit, "3"))
	s.client.CoreV1().RESTClient().Post().RequestURI(uri).Do(s.ctx) // its answer dies with it
	s.until("the restart", func(is []history.Interval) bool {
		c := Current(is, history.SourceContainer)[pods[1]+"/"+web.Name]
		return c.State == "running" && c.Attrs[history.AttrRestarts] == "1" && c.Attrs[history.AttrLastExit] == "3"
	})
	s.until("its second run", func(is []history.Interval) bool {
		return slices.ContainsFunc(is, func(i history.Interval) bool {
			return i.Source == history.SourceApp && i.Subject == pods[1] && i.State == history.AppReady && i.Attrs[history.AttrRun] == "2"
		})
	})
	s.until("3 ready endpoints again", func(is []history.Interval) bool { return CountState(is, history.SourceEndpoint, "ready") == 3 })

	began = time.Now()
	if err := a.Stop(s.ctx); err != nil {
		t.Error(err)
	}
	t.Logf("stopped in %s", time.Since(began))
	if err := a.Died(); err != nil {
		t.Error(err)
	}
	for _, g := range s.rec.History().Gaps {
		t.Errorf("gap: %+v", g)
	}
	s.exits(pods[1])
	for _, file := range []string{pods[0] + "_web_0.log", pods[1] + "_web_0.log", pods[1] + "_web_1.log"} {
		if size(t, filepath.Join(dir, file)) == 0 {
			t.Errorf("%s is empty", file)
		}
	}
	s.must(SaveNodeLogs(s.ctx, dockerExec, nodes, s.rec.Clock().Wall, dir, 1<<20))
	t.Logf("%d intervals; journal of %s: %d bytes", len(s.rec.Snapshot()), nodes[0], size(t, filepath.Join(dir, nodes[0]+".log")))
}

// A site is a namespace of a test's own.
type site struct {
	t         *testing.T
	ctx       context.Context
	cluster   *cluster.Cluster
	client    kubernetes.Interface
	namespace string
	rec       *history.Recorder
}

func newSite(t *testing.T, name string) *site {
	c, err := cluster.Attach(name)
	if err != nil {
		t.Fatal(err)
	}
	config, err := c.RESTConfig()
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	s := &site{t: t, ctx: t.Context(), cluster: c, client: kubernetes.NewForConfigOrDie(config), rec: newRecorder(),
		namespace: fmt.Sprintf("observe-%d", time.Now().UnixNano()%1e6)}
	_, err = s.client.CoreV1().Namespaces().Create(s.ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}}, metav1.CreateOptions{})
	s.must(err)
	t.Cleanup(func() {
		if err := s.client.CoreV1().Namespaces().Delete(context.WithoutCancel(t.Context()), s.namespace, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) until(what string, cond func([]history.Interval) bool) {
	s.t.Helper()
	s.must(Until(s.ctx, s.rec, what, cond))
}

func (s *site) apply(app workloads.App) {
	s.t.Helper()
	built, err := app.Image.Build(s.ctx, s.t.TempDir())
	s.must(err)
	s.must(s.cluster.LoadImage(s.ctx, built.Path))
	o := app.Objects(s.namespace)
	for _, service := range o.Services {
		_, err := s.client.CoreV1().Services(s.namespace).Create(s.ctx, service, metav1.CreateOptions{})
		s.must(err)
	}
	for _, config := range o.ConfigMaps {
		_, err := s.client.CoreV1().ConfigMaps(s.namespace).Create(s.ctx, config, metav1.CreateOptions{})
		s.must(err)
	}
	for _, deployment := range o.Deployments {
		_, err := s.client.AppsV1().Deployments(s.namespace).Create(s.ctx, deployment, metav1.CreateOptions{})
		s.must(err)
	}
}

// latency shows how late a watch is: from the API's answer to a change of a
// service to the arrival of its event.
func (s *site) latency() {
	var late []time.Duration
	for n := range 20 {
		patch := fmt.Appendf(nil, `{"spec":{"selector":{"seatrial.dev/n":"%d"}}}`, n)
		svc := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "dummy"}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 1}}, Selector: map[string]string{"seatrial.dev/n": "none"}}}
		if n == 0 {
			_, err := s.client.CoreV1().Services(s.namespace).Create(s.ctx, svc, metav1.CreateOptions{})
			s.must(err)
		}
		_, err := s.client.CoreV1().Services(s.namespace).Patch(s.ctx, "dummy", types.MergePatchType, patch, metav1.PatchOptions{})
		s.must(err)
		answered := s.rec.Clock().Now()
		state := fmt.Sprintf("seatrial.dev/n=%d", n)
		s.until("the change", inState(history.SourceService, "dummy", state))
		late = append(late, Current(s.rec.Snapshot(), history.SourceService)["dummy"].From-answered)
	}
	slices.Sort(late)
	s.t.Logf("a watch's event against the answer to the change: median %s, worst %s", late[10], late[19])
}

// exits compares the three sensors of one exit.
func (s *site) exits(pod string) {
	var app, runtime, api []time.Duration
	id := ""
	for _, i := range s.rec.Snapshot() {
		if i.Source == history.SourceContainer && i.Subject == pod+"/"+web.Name && i.State == "running" && id == "" {
			id = i.Attrs[history.AttrContainerID]
		}
		switch {
		case i.Source == history.SourceApp && i.Subject == pod && i.State == history.AppExit:
			app = append(app, i.From)
		case i.Source == history.SourceRuntime && i.State == "exit" && i.Attrs[history.AttrContainerID] == id:
			runtime = append(runtime, i.From)
		case i.Source == history.SourceContainer && i.Subject == pod+"/"+web.Name && i.Attrs[history.AttrLastExit]+i.Attrs[history.AttrExitCode] == "3":
			api = append(api, i.From)
		}
	}
	if len(app) == 0 || len(runtime) == 0 || len(api) == 0 || app[0] > runtime[0] || runtime[0] > api[0] {
		s.t.Errorf("the exit by app, runtime, API: %v %v %v, want one after another", app, runtime, api)
		return
	}
	s.t.Logf("the exit: runtime %s after the app, API %s after the runtime", runtime[0]-app[0], api[0]-runtime[0])
}

func wroteState(pod, state string) func([]history.Interval) bool {
	return func(is []history.Interval) bool {
		return slices.ContainsFunc(is, func(i history.Interval) bool {
			return i.Source == history.SourceApp && i.Subject == pod && i.State == state
		})
	}
}

func size(t *testing.T, file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		t.Error(err)
		return 0
	}
	return info.Size()
}

// dockerExec is a NodeStream.
func dockerExec(ctx context.Context, node string, command ...string) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, "docker", append([]string{"exec", node}, command...)...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return &execed{out, cmd, cancel}, nil
}

type execed struct {
	io.ReadCloser
	cmd    *exec.Cmd
	cancel context.CancelFunc
}

func (p *execed) Close() error {
	p.cancel()
	_ = p.cmd.Wait()
	return nil
}

package cluster

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/seatrial/seatrial/internal/history"
)

// apiServer answers GETs of these paths and 404 to the rest.
func apiServer(t *testing.T, answers map[string]string) kubernetes.Interface {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if q := r.URL.Query().Get("labelSelector"); q != "" {
			path += "?" + q
		}
		body, ok := answers[path]
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			body = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	client, err := kubernetes.NewForConfig(&rest.Config{Host: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

const (
	pathPods   = "/api/v1/namespaces/kube-system/pods?component="
	pathProxy  = "/api/v1/namespaces/kube-system/configmaps/kube-proxy"
	pathConfig = "/api/v1/nodes/dev-worker/proxy/configz"
)

func podOf(flags ...string) string {
	return fmt.Sprintf(`{"kind":"PodList","apiVersion":"v1","items":[{"spec":{"containers":[{"name":"c","command":["%s"]}]}}]}`, strings.Join(flags, `","`))
}

func fastServer() map[string]string {
	return map[string]string{
		"/api/v1/nodes": `{"kind":"NodeList","apiVersion":"v1","items":[{"metadata":{"name":"dev-worker"}}]}`,
		pathConfig: `{"kubeletconfig":{"nodeLeaseDurationSeconds":8,"nodeStatusUpdateFrequency":"10s","evictionPressureTransitionPeriod":"5m0s",
			"evictionHard":{"nodefs.available":"10%"},"crashLoopBackOff":{},"shutdownGracePeriod":"0s"}}`,
		"/version":                           `{"gitVersion":"v1.36.3"}`,
		pathPods + "kube-controller-manager": podOf("kube-controller-manager", "--node-monitor-period=1s", "--node-monitor-grace-period=8s"),
		pathPods + "kube-apiserver":          podOf("kube-apiserver", "--default-not-ready-toleration-seconds=5", "--default-unreachable-toleration-seconds=6"),
		pathProxy:                            `{"kind":"ConfigMap","apiVersion":"v1","data":{"config.conf":"mode: nftables\nnftables:\n  minSyncPeriod: 0s\niptables:\n  minSyncPeriod: 7s\n"}}`,
	}
}

func TestSettingsInForce(t *testing.T) {
	s, err := ReadSettings(t.Context(), apiServer(t, fastServer()))
	if err != nil {
		t.Fatal(err)
	}
	k := s.Kubelets["dev-worker"]
	if k.LeaseDuration != 8*time.Second || k.PressureTransition != 5*time.Minute || k.EvictionHard["nodefs.available"] != "10%" || k.MaxContainerRestartPeriod != 5*time.Minute {
		t.Errorf("kubelet %+v", k)
	}
	s.Kubelets = nil
	want := history.Settings{NodeMonitorPeriod: time.Second, NodeMonitorGracePeriod: 8 * time.Second,
		NotReadyToleration: 5 * time.Second, UnreachableToleration: 6 * time.Second, ProxyMode: "nftables", ProxyMinSync: time.Second}
	if fmt.Sprint(s) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

func TestDefaultsByVersion(t *testing.T) {
	for version, grace := range map[string]time.Duration{
		"v1.31.9": 40 * time.Second, "v1.32.0": 50 * time.Second, "v1.36.3-eks-1": 50 * time.Second,
	} {
		answers := fastServer()
		answers["/version"] = fmt.Sprintf(`{"gitVersion":%q}`, version)
		answers[pathPods+"kube-controller-manager"] = `{"kind":"PodList","apiVersion":"v1","items":[]}` // a managed control plane
		answers[pathPods+"kube-apiserver"] = podOf("kube-apiserver")
		answers[pathProxy] = `{"kind":"ConfigMap","apiVersion":"v1","data":{"config.conf":"{}"}}`
		s, err := ReadSettings(t.Context(), apiServer(t, answers))
		if err != nil {
			t.Fatal(err)
		}
		if s.NodeMonitorGracePeriod != grace || s.NodeMonitorPeriod != 5*time.Second || s.NotReadyToleration != 300*time.Second || s.ProxyMode != "iptables" {
			t.Errorf("%s: %+v", version, s)
		}
	}
}

// On a cluster of somebody else's the defaults are assumed of what is out of sight, and
// it is said of what.
func TestSettingsThatAreAssumed(t *testing.T) {
	answers := fastServer()
	for _, hidden := range []string{pathConfig, pathProxy} {
		delete(answers, hidden)
	}
	answers[pathPods+"kube-controller-manager"] = `{"kind":"PodList","apiVersion":"v1","items":[]}`
	s, assumed, err := AssumeSettings(t.Context(), apiServer(t, answers))
	if err != nil || strings.Join(assumed, ", ") != "kubelets, kube-controller-manager, kube-proxy" {
		t.Errorf("assumed %v, %v", assumed, err)
	}
	if k := s.Kubelets["dev-worker"]; k.LeaseDuration != 40*time.Second || s.NodeMonitorGracePeriod != 50*time.Second || s.UnreachableToleration != 6*time.Second {
		t.Errorf("%+v", s)
	}
	delete(answers, "/api/v1/nodes")
	if _, _, err := AssumeSettings(t.Context(), apiServer(t, answers)); err == nil {
		t.Error("nobody missed the nodes")
	}
}

func TestSettingsThatCannotBeReadAreAnError(t *testing.T) {
	for _, missing := range []string{"/api/v1/nodes", pathConfig, "/version", pathProxy} {
		answers := fastServer()
		delete(answers, missing)
		if _, err := ReadSettings(t.Context(), apiServer(t, answers)); err == nil {
			t.Errorf("nobody missed %s", missing)
		}
	}
	for path, damaged := range map[string]string{
		pathConfig: `{}`, pathPods + "kube-apiserver": podOf("--default-not-ready-toleration-seconds=soon"),
	} {
		answers := fastServer()
		answers[path] = damaged
		if _, err := ReadSettings(t.Context(), apiServer(t, answers)); err == nil {
			t.Errorf("%s = %s was accepted", path, damaged)
		}
	}
}

func TestParseFlags(t *testing.T) {
	got := parseFlags(corev1.Container{Command: []string{"kube-apiserver", "--a=1", "--b"}, Args: []string{"--c=x=y", "-v"}})
	if want := map[string]string{"a": "1", "b": "true", "c": "x=y"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

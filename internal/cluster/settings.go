package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/seatrial/seatrial/internal/history"
)

// Defaults of what has no /configz that others may read.
const (
	// k8s.io/kubernetes/cmd/kube-controller-manager: --node-monitor-period.
	defaultMonitorPeriod = 5 * time.Second
	// pkg/controller/nodelifecycle/config/v1alpha1/defaults.go; 40 s before 1.32.
	defaultMonitorGrace    = 50 * time.Second
	defaultMonitorGraceOld = 40 * time.Second
	// plugin/pkg/admission/defaulttolerationseconds: --default-*-toleration-seconds.
	defaultToleration = 300 * time.Second
	// pkg/proxy/apis/config/v1alpha1/defaults.go: MinSyncPeriod of iptables and nftables.
	defaultProxyMinSync = time.Second
	// pkg/kubelet/kuberuntime: the crash-loop back-off's ceiling where no other is configured.
	defaultMaxRestartPeriod = 5 * time.Minute
	// pkg/proxy/apis/config/v1alpha1: the mode on Linux that "" stands for.
	defaultProxyMode = "iptables"
)

// Settings are the cluster's settings in force; see ReadSettings.
func (c *Cluster) Settings(ctx context.Context) (history.Settings, error) {
	client, err := c.Client()
	if err != nil {
		return history.Settings{}, err
	}
	return ReadSettings(ctx, client)
}

// ReadSettings asks a cluster for the settings that are in force: each kubelet by
// /configz through the API server, the controller manager and the API server by
// their command lines, kube-proxy by its configuration, and fills in what this
// version does where nothing is said. The kubelets of all nodes must answer.
func ReadSettings(ctx context.Context, client kubernetes.Interface) (history.Settings, error) {
	r := settingsReader{client: client}
	return r.read(ctx)
}

// AssumeSettings does so for a cluster that may not let us read them, or has them
// elsewhere: there it assumes the defaults, and lists what of.
func AssumeSettings(ctx context.Context, client kubernetes.Interface) (s history.Settings, assumed []string, err error) {
	r := settingsReader{client: client, lenient: true}
	s, err = r.read(ctx)
	return s, r.assumed, err
}

type settingsReader struct {
	client  kubernetes.Interface
	lenient bool
	assumed []string
}

// unless drops an error for which a default is assumed.
func (r *settingsReader) unless(err error, what string) error {
	if err == nil || !r.lenient || !apierrors.IsForbidden(err) && !apierrors.IsNotFound(err) {
		return err
	}
	r.assume(what)
	return nil
}

func (r *settingsReader) assume(what string) {
	if !slices.Contains(r.assumed, what) {
		r.assumed = append(r.assumed, what)
	}
}

func (r *settingsReader) read(ctx context.Context) (history.Settings, error) {
	s := history.Settings{Kubelets: map[string]history.Kubelet{}}
	server, err := r.client.Discovery().ServerVersion()
	if err == nil {
		err = errors.Join(r.kubelets(ctx, &s), r.controlPlane(ctx, server.GitVersion, &s), r.proxy(ctx, &s))
	}
	if err != nil {
		return s, fmt.Errorf("read the cluster's settings: %w", err)
	}
	return s, nil
}

func (r *settingsReader) kubelets(ctx context.Context, s *history.Settings) error {
	nodes, err := r.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, n := range nodes.Items {
		raw, err := r.client.CoreV1().RESTClient().Get().Resource("nodes").Name(n.Name).SubResource("proxy").Suffix("configz").DoRaw(ctx)
		if err == nil {
			s.Kubelets[n.Name], err = parseKubelet(raw)
		} else if err = r.unless(err, "kubelets"); err == nil {
			s.Kubelets[n.Name] = defaultKubelet
		}
		if err != nil {
			return fmt.Errorf("/configz of %s: %w", n.Name, err)
		}
	}
	return nil
}

// defaultKubelet is a kubelet that was told nothing (pkg/kubelet/apis/config/v1beta1/defaults.go).
var defaultKubelet = history.Kubelet{
	LeaseDuration: 40 * time.Second, StatusUpdateFrequency: 10 * time.Second, PressureTransition: 5 * time.Minute,
	EvictionHard:              map[string]string{"memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%", "imagefs.available": "15%", "imagefs.inodesFree": "5%"},
	MaxContainerRestartPeriod: defaultMaxRestartPeriod,
}

// kubeletConfig is as much of KubeletConfiguration as the model uses. /configz has
// every default filled in, except for crashLoopBackOff.
type kubeletConfig struct {
	NodeLeaseDurationSeconds         int32
	NodeStatusUpdateFrequency        metav1.Duration
	EvictionPressureTransitionPeriod metav1.Duration
	EvictionHard                     map[string]string
	CrashLoopBackOff                 struct{ MaxContainerRestartPeriod *metav1.Duration }
	ShutdownGracePeriod              metav1.Duration
	ShutdownGracePeriodCriticalPods  metav1.Duration
}

func parseKubelet(raw []byte) (history.Kubelet, error) {
	var z struct{ KubeletConfig *kubeletConfig }
	if err := json.Unmarshal(raw, &z); err != nil {
		return history.Kubelet{}, err
	}
	if z.KubeletConfig == nil {
		return history.Kubelet{}, fmt.Errorf("it has no kubeletconfig: %.100s", raw)
	}
	k := z.KubeletConfig
	restart := defaultMaxRestartPeriod
	if p := k.CrashLoopBackOff.MaxContainerRestartPeriod; p != nil {
		restart = p.Duration
	}
	return history.Kubelet{
		LeaseDuration:               time.Duration(k.NodeLeaseDurationSeconds) * time.Second,
		StatusUpdateFrequency:       k.NodeStatusUpdateFrequency.Duration,
		PressureTransition:          k.EvictionPressureTransitionPeriod.Duration,
		EvictionHard:                k.EvictionHard,
		MaxContainerRestartPeriod:   restart,
		ShutdownGracePeriod:         k.ShutdownGracePeriod.Duration,
		ShutdownGracePeriodCritical: k.ShutdownGracePeriodCriticalPods.Duration,
	}, nil
}

// controlPlane reads the command lines of the control plane's static pods.
// Where it does not run in pods (a managed service) the defaults are all there is.
func (r *settingsReader) controlPlane(ctx context.Context, gitVersion string, s *history.Settings) error {
	grace := defaultMonitorGrace
	if v, err := version.ParseGeneric(gitVersion); err == nil && v.LessThan(version.MustParseGeneric("1.32")) {
		grace = defaultMonitorGraceOld
	}
	manager, err := r.commandLine(ctx, "kube-controller-manager")
	if err != nil {
		return err
	}
	server, err := r.commandLine(ctx, "kube-apiserver")
	if err != nil {
		return err
	}
	for _, f := range []struct {
		flags map[string]string
		name  string
		unset time.Duration
		into  *time.Duration
	}{
		{manager, "node-monitor-period", defaultMonitorPeriod, &s.NodeMonitorPeriod},
		{manager, "node-monitor-grace-period", grace, &s.NodeMonitorGracePeriod},
		{server, "default-not-ready-toleration-seconds", defaultToleration, &s.NotReadyToleration},
		{server, "default-unreachable-toleration-seconds", defaultToleration, &s.UnreachableToleration},
	} {
		if *f.into, err = durationFlag(f.flags, f.name, f.unset); err != nil {
			return err
		}
	}
	return nil
}

// durationFlag reads a flag that is a duration ("8s") or a number of seconds ("5").
func durationFlag(flags map[string]string, name string, unset time.Duration) (time.Duration, error) {
	value, ok := flags[name]
	if !ok {
		return unset, nil
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second, nil
	}
	d, err := time.ParseDuration(value)
	if err != nil {
		return 0, fmt.Errorf("flag --%s: %w", name, err)
	}
	return d, nil
}

// commandLine is the flags of a control plane component, by name, from the pods
// that kubeadm labels with component=NAME. There are none of a managed control plane.
func (r *settingsReader) commandLine(ctx context.Context, component string) (map[string]string, error) {
	pods, err := r.client.CoreV1().Pods(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{LabelSelector: "component=" + component})
	if err != nil || len(pods.Items) == 0 {
		r.assume(component)
		return nil, r.unless(err, component)
	}
	return parseFlags(pods.Items[0].Spec.Containers[0]), nil
}

// parseFlags reads the flags of a container's command line.
//
//	["kube-apiserver", "--a=1", "--b"] -> {"a": "1", "b": "true"}
func parseFlags(c corev1.Container) map[string]string {
	flags := map[string]string{}
	for _, word := range append(append([]string{}, c.Command...), c.Args...) {
		name, isFlag := strings.CutPrefix(word, "--")
		if !isFlag {
			continue
		}
		name, value, given := strings.Cut(name, "=")
		if !given {
			value = "true"
		}
		flags[name] = value
	}
	return flags
}

// proxyConfig is as much of KubeProxyConfiguration as the model uses.
type proxyConfig struct {
	Mode     string
	IPTables struct{ MinSyncPeriod metav1.Duration }
	NFTables struct{ MinSyncPeriod metav1.Duration }
}

// proxy reads kube-proxy's ConfigMap as kubeadm makes it. Its /configz
// listens on the nodes' own loopback only. In the file 0 s stands for the default.
func (r *settingsReader) proxy(ctx context.Context, s *history.Settings) error {
	var p proxyConfig
	cm, err := r.client.CoreV1().ConfigMaps(metav1.NamespaceSystem).Get(ctx, "kube-proxy", metav1.GetOptions{})
	if err == nil {
		err = yaml.Unmarshal([]byte(cm.Data["config.conf"]), &p)
	}
	if err := r.unless(err, "kube-proxy"); err != nil {
		return fmt.Errorf("kube-proxy's configuration: %w", err)
	}
	s.ProxyMode = p.Mode
	if p.Mode == "" {
		s.ProxyMode = defaultProxyMode
	}
	s.ProxyMinSync = p.IPTables.MinSyncPeriod.Duration
	if s.ProxyMode == "nftables" {
		s.ProxyMinSync = p.NFTables.MinSyncPeriod.Duration
	}
	if s.ProxyMinSync == 0 {
		s.ProxyMinSync = defaultProxyMinSync
	}
	return nil
}

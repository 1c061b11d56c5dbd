package web_test

import (
	"context"
	"maps"
	"os"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func container(t *testing.T, o *workloads.Objects) *corev1.Container {
	t.Helper()
	c := o.PodTemplates()[0].Container(web.Name)
	if c == nil {
		t.Fatal("no container")
	}
	return c
}

func env(c *corev1.Container, name string) string {
	for _, e := range c.Env {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

func TestAsItComes(t *testing.T) {
	o := web.App().Objects("ns")
	d, c := o.Deployments[0], container(t, o)
	if *d.Spec.Replicas != 3 || o.Replicas() != 3 || c.LivenessProbe == nil || c.ReadinessProbe == nil || c.StartupProbe != nil || c.Lifecycle == nil {
		t.Errorf("not a good citizen: %+v", c)
	}
	if c.Image != web.Image().Ref() || c.ImagePullPolicy != corev1.PullIfNotPresent {
		t.Errorf("image %s, %s", c.Image, c.ImagePullPolicy)
	}
	pod := labels.Set(d.Spec.Template.Labels)
	if !labels.SelectorFromSet(d.Spec.Selector.MatchLabels).Matches(pod) || !labels.SelectorFromSet(o.Services[0].Spec.Selector).Matches(pod) {
		t.Errorf("pods %v are selected by nobody", pod)
	}
}

type objects = workloads.Objects

func firstContainer(o *objects) *corev1.Container { return o.PodTemplates()[0].Container(web.Name) }

func firstSpec(o *objects) *corev1.PodSpec { return o.PodTemplates()[0].Spec }

// changes are what each change must do, judged from the objects.
var changes = map[string]struct {
	change workloads.Change
	holds  func(*objects) bool
}{
	"replicas":    {web.Replicas(5), func(o *objects) bool { return *o.Deployments[0].Spec.Replicas == 5 }},
	"no liveness": {web.NoLiveness(), func(o *objects) bool { return firstContainer(o).LivenessProbe == nil }},
	"liveness": {web.Liveness("/x", web.Period(1500*time.Millisecond), web.Timeout(3*time.Second), web.Failures(7), web.InitialDelay(4*time.Second), web.ProbeGrace(9*time.Second)),
		func(o *objects) bool {
			p := firstContainer(o).LivenessProbe
			return p.HTTPGet.Path == "/x" && p.PeriodSeconds == 2 && p.TimeoutSeconds == 3 && p.FailureThreshold == 7 && p.InitialDelaySeconds == 4 && *p.TerminationGracePeriodSeconds == 9
		}},
	"liveness timing": {web.LivenessTiming(web.Period(5 * time.Second)), func(o *objects) bool {
		p := firstContainer(o).LivenessProbe
		return p.PeriodSeconds == 5 && p.FailureThreshold == 3 && p.HTTPGet.Path == "/live"
	}},
	"readiness": {web.Readiness("/", web.Successes(2)), func(o *objects) bool {
		return firstContainer(o).ReadinessProbe.HTTPGet.Path == "/" && firstContainer(o).ReadinessProbe.SuccessThreshold == 2
	}},
	"readiness file": {web.ReadinessFile("/tmp/r"), func(o *objects) bool {
		p := firstContainer(o).ReadinessProbe
		return p.HTTPGet == nil && p.Exec.Command[0] == "/web" && p.Exec.Command[2] == "/tmp/r" && env(firstContainer(o), "READY_FILE") == "/tmp/r"
	}},
	"no readiness":     {web.NoReadiness(), func(o *objects) bool { return firstContainer(o).ReadinessProbe == nil }},
	"readiness timing": {web.ReadinessTiming(web.Failures(1)), func(o *objects) bool { return firstContainer(o).ReadinessProbe.FailureThreshold == 1 }},
	"startup":          {web.Startup(web.Started, web.Failures(30)), func(o *objects) bool { return firstContainer(o).StartupProbe.FailureThreshold == 30 }},
	"no startup":       {web.NoStartup(), func(o *objects) bool { return firstContainer(o).StartupProbe == nil }},
	"startup timing":   {web.StartupTiming(web.Failures(1)), func(o *objects) bool { return firstContainer(o).StartupProbe.FailureThreshold == 1 }},
	"probe port": {web.ProbePort(8081), func(o *objects) bool {
		return firstContainer(o).LivenessProbe.HTTPGet.Port.StrVal == "probes" && env(firstContainer(o), "PROBE_PORT") == "8081"
	}},
	"grace":          {web.Grace(7 * time.Second), func(o *objects) bool { return *firstSpec(o).TerminationGracePeriodSeconds == 7 }},
	"preStop":        {web.PreStopSleep(5 * time.Second), func(o *objects) bool { return firstContainer(o).Lifecycle.PreStop.Sleep.Seconds == 5 }},
	"no preStop":     {web.NoPreStop(), func(o *objects) bool { return firstContainer(o).Lifecycle == nil }},
	"no drain":       {web.DrainOnSIGTERM(0), func(o *objects) bool { return env(firstContainer(o), "DRAIN") == "0s" }},
	"ignore SIGTERM": {web.IgnoreSIGTERM(true), func(o *objects) bool { return env(firstContainer(o), "IGNORE_SIGTERM") == "true" }},
	"recreate": {web.Recreate(), func(o *objects) bool {
		return o.Deployments[0].Spec.Strategy.RollingUpdate == nil && o.Deployments[0].Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType
	}},
	"default strategy":  {web.DefaultStrategy(), func(o *objects) bool { return o.Deployments[0].Spec.Strategy.Type == "" }},
	"rolling":           {web.RollingUpdate(0, 1), func(o *objects) bool { return o.Deployments[0].Spec.Strategy.RollingUpdate.MaxUnavailable.IntVal == 1 }},
	"progress deadline": {web.ProgressDeadline(10 * time.Second), func(o *objects) bool { return *o.Deployments[0].Spec.ProgressDeadlineSeconds == 10 }},
	"min ready":         {web.MinReadySeconds(8 * time.Second), func(o *objects) bool { return o.Deployments[0].Spec.MinReadySeconds == 8 }},
	"version":           {web.Version("v2"), func(o *objects) bool { return env(firstContainer(o), "VERSION") == "v2" }},
	"image's version":   {web.VersionOfImage(), func(o *objects) bool { return env(firstContainer(o), "VERSION") == "" }},
	"history":           {web.RevisionHistoryLimit(2), func(o *objects) bool { return *o.Deployments[0].Spec.RevisionHistoryLimit == 2 }},
	"leak":              {web.Leak("32Mi"), func(o *objects) bool { return env(firstContainer(o), "LEAK") == "32Mi" }},
	"image tag":         {web.ImageTag("nowhere"), func(o *objects) bool { return firstContainer(o).Image == "seatrial.local/web:nowhere" }},
	"boot time":         {web.BootTime(10 * time.Second), func(o *objects) bool { return env(firstContainer(o), "BOOT_TIME") == "10s" }},
	"warm up":           {web.WarmUp(time.Second), func(o *objects) bool { return env(firstContainer(o), "WARM_UP") == "1s" }},
	"answer time":       {web.AnswerTime(100 * time.Millisecond), func(o *objects) bool { return env(firstContainer(o), "ANSWER_TIME") == "100ms" }},
	"workers":           {web.Workers(4), func(o *objects) bool { return env(firstContainer(o), "WORKERS") == "4" }},
	"crash at start": {web.CrashAtStart(2), func(o *objects) bool {
		return env(firstContainer(o), "CRASH_AT_START")+env(firstContainer(o), "CRASH_CODE") == "true2"
	}},
	"crash after": {web.CrashAfter(5*time.Second, 1), func(o *objects) bool { return env(firstContainer(o), "CRASH_AFTER") == "5s" }},
	"memory": {web.MemoryLimit("16Mi"), func(o *objects) bool {
		r := firstContainer(o).Resources
		return r.Limits.Memory().Value() == 16<<20 && r.Requests.Memory().Value() == 16<<20
	}},
	"cpu":         {web.CPULimit("200m"), func(o *objects) bool { return firstContainer(o).Resources.Limits.Cpu().MilliValue() == 200 }},
	"on one node": {web.OnNodesWith("kubernetes.io/hostname", "n1"), func(o *objects) bool { return firstSpec(o).NodeSelector["kubernetes.io/hostname"] == "n1" }},
	"together": {web.AllOnOneNode(), func(o *objects) bool {
		return len(firstSpec(o).Affinity.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution) == 1
	}},
	"spread": {web.SpreadAcrossNodes(), func(o *objects) bool {
		return firstSpec(o).TopologySpreadConstraints[0].WhenUnsatisfiable == corev1.DoNotSchedule
	}},
	"apart": {web.OneNodeEach(), func(o *objects) bool {
		return len(firstSpec(o).Affinity.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution) == 1
	}},
	"rather apart": {web.PreferOneNodeEach(), func(o *objects) bool {
		return len(firstSpec(o).Affinity.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution) == 1
	}},
	"across zones": {web.SpreadAcrossZones(), func(o *objects) bool {
		return firstSpec(o).TopologySpreadConstraints[0].TopologyKey == corev1.LabelTopologyZone
	}},
	"stays": {web.StaysOnLostNode(), func(o *objects) bool {
		t := firstSpec(o).Tolerations
		return len(t) == 2 && t[0].TolerationSeconds == nil && t[1].TolerationSeconds == nil
	}},
	"tolerates": {web.Tolerates("k"), func(o *objects) bool { return firstSpec(o).Tolerations[0].Key == "k" }},
	"tolerates all": {web.ToleratesAll(), func(o *objects) bool {
		t := firstSpec(o).Tolerations[0]
		return t.Key == "" && t.Operator == corev1.TolerationOpExists && t.Effect == corev1.TaintEffectNoSchedule
	}},
	"disk request": {web.DiskAtLeast("1Mi"), func(o *objects) bool {
		return firstContainer(o).Resources.Requests.StorageEphemeral().Value() == 1<<20
	}},
	"request":    {web.RequestCPU("250m"), func(o *objects) bool { return firstContainer(o).Resources.Requests.Cpu().MilliValue() == 250 }},
	"budget":     {web.Budget(1), func(o *objects) bool { return len(o.Extra) == 1 && o.Extra[0].GetName() == "web" }},
	"neighbours": {web.WithNeighbours(2, "1800m"), func(o *objects) bool { return *o.Deployments[1].Spec.Replicas == 2 && neighbour(o) == 1800 }},
	"companion": {web.WithCompanion(), func(o *objects) bool {
		if len(o.Deployments) != 2 {
			return false
		}
		near := o.Deployments[1].Spec.Template.Spec.Affinity.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution
		return len(near) == 1 && maps.Equal(near[0].LabelSelector.MatchLabels, o.Deployments[0].Spec.Selector.MatchLabels) &&
			o.Deployments[1].Spec.Template.Labels[workloads.LabelComponent] == web.Companion
	}},
	"tolerations": {web.Tolerations(6 * time.Second), func(o *objects) bool {
		return len(firstSpec(o).Tolerations) == 2 && *firstSpec(o).Tolerations[1].TolerationSeconds == 6
	}},
}

// Each change does what it says, judged from the objects, and leaves the app that it came from alone.
func TestChanges(t *testing.T) {
	started := web.App(web.Startup(web.Started, web.Failures(30))) // the app as it comes has none to change
	for name, tt := range changes {
		t.Run(name, func(t *testing.T) {
			base := web.App()
			if name == "no startup" || name == "startup timing" {
				base = started
			}
			if heldBefore(base, tt.holds) {
				t.Error("it held before: this test cannot fail")
			}
			if !tt.holds(base.With(tt.change).Objects("ns")) {
				t.Error("the change changes nothing")
			}
			if heldBefore(base, tt.holds) {
				t.Error("the app that it came from has changed")
			}
		})
	}
}

// neighbour is the CPU that a neighbour asks for, in thousandths.
func neighbour(o *objects) int64 {
	return o.Deployments[1].Spec.Template.Spec.Containers[0].Resources.Requests.Cpu().MilliValue()
}

// The twins' changes take back what the scenarios' added.
func TestTakenBack(t *testing.T) {
	app := web.App(web.Budget(1), web.WithNeighbours(2, "1800m"), web.NoBudget(), web.NeighboursWithoutRequests())
	if o := app.Objects("ns"); len(o.Extra) != 0 || neighbour(o) != 0 || firstContainer(o).Resources.Requests.Cpu().MilliValue() != 10 {
		t.Errorf("%d budgets, a neighbour asks for %d", len(o.Extra), neighbour(o))
	}
}

// heldBefore: what is not there at all does not hold either.
func heldBefore(app workloads.App, holds func(*workloads.Objects) bool) (held bool) {
	defer func() {
		if recover() != nil {
			held = false
		}
	}()
	return holds(app.Objects("ns"))
}

func TestBarePods(t *testing.T) {
	o := web.App(web.Replicas(2), web.Bare(), web.RestartPolicy(corev1.RestartPolicyNever)).Objects("ns")
	if len(o.Deployments) != 0 || len(o.Pods) != 2 || o.Pods[1].Name != "web-2" || o.Pods[0].Spec.RestartPolicy != corev1.RestartPolicyNever {
		t.Fatalf("got %+v", o.Pods)
	}
	if !labels.SelectorFromSet(o.Services[0].Spec.Selector).Matches(labels.Set(o.Pods[0].Labels)) {
		t.Error("the Service does not select them")
	}
}

func TestBesides(t *testing.T) {
	o := web.App(web.WithStatefulSet(), web.WithBarePod(), web.OnNodesWith("a", "b")).Objects("ns")
	if o.Replicas() != 5 || len(o.All()) != 5 {
		t.Fatalf("got %d pods in %d objects", o.Replicas(), len(o.All()))
	}
	for _, pod := range o.PodTemplates() {
		if pod.Spec.NodeSelector["a"] != "b" {
			t.Errorf("%s is not pinned", pod.Owner)
		}
		selected := labels.SelectorFromSet(o.Deployments[0].Spec.Selector.MatchLabels).Matches(labels.Set(pod.Meta.Labels))
		if selected != (pod.Owner == "Deployment/web") {
			t.Errorf("%s selected by the Deployment: %v", pod.Owner, selected)
		}
	}
	set := o.StatefulSets[0]
	if !labels.SelectorFromSet(set.Spec.Selector.MatchLabels).Matches(labels.Set(set.Spec.Template.Labels)) || o.Services[1].Name != set.Spec.ServiceName {
		t.Errorf("the StatefulSet does not select its pods: %+v", set)
	}
}

// A bare ReplicaSet makes the pods that the Deployment made, and can be made a
// Deployment again.
func TestReplicaSet(t *testing.T) {
	app := web.App(web.Replicas(2), web.AsReplicaSet(), web.Version("v7"))
	o := app.Objects("ns")
	if len(o.Deployments) != 0 || len(o.ReplicaSets) != 1 || o.Replicas() != 2 || o.Behind() != 2 || len(o.All()) != 2 {
		t.Fatalf("got %+v", o)
	}
	if r := o.PodTemplates()[0]; r.Owner != "ReplicaSet/web" || env(r.Container(web.Name), "VERSION") != "v7" {
		t.Errorf("template %+v", r)
	}
	o = app.With(web.AsDeployment()).Objects("ns")
	if len(o.ReplicaSets) != 0 || o.Deployments[0].Name != "web" || *o.Deployments[0].Spec.Replicas != 2 || env(firstContainer(o), "VERSION") != "v7" {
		t.Errorf("got %+v", o.Deployments)
	}
}

// What the ConfigMap says is no part of the pod template, unless a checksum of it is.
func TestConfig(t *testing.T) {
	template := func(changes ...workloads.Change) (config, checksum string) {
		o := web.App(web.VersionFromConfig("v1")).With(changes...).Objects("ns")
		for _, v := range firstContainer(o).Env {
			if v.Name == "VERSION" && (v.Value != "" || v.ValueFrom.ConfigMapKeyRef.Name != web.ConfigName) {
				t.Errorf("the version is %+v", v)
			}
		}
		if len(o.All()) != 3 || o.All()[0].GetName() != web.ConfigName {
			t.Errorf("the ConfigMap comes first: %+v", o.All())
		}
		return o.ConfigMaps[0].Data["version"], o.Deployments[0].Spec.Template.Annotations["checksum/config"]
	}
	config, sum := template(web.ConfigVersion("v2"))
	if config != "v2" || sum != "" {
		t.Errorf("no checksum was asked for: %s, %q", config, sum)
	}
	_, before := template(web.ConfigChecksum())
	config, after := template(web.ConfigChecksum(), web.ConfigVersion("v2"))
	if config != "v2" || before == "" || after == "" || before == after {
		t.Errorf("the checksum of %s is %q, was %q", config, after, before)
	}
}

func TestBlueGreen(t *testing.T) {
	app := web.App(web.Replicas(2), web.BlueGreen(web.BootTime(9*time.Second)))
	o := app.Objects("ns")
	if len(o.Deployments) != 2 || o.Replicas() != 4 {
		t.Fatalf("got %+v", o.Deployments)
	}
	blue, green := o.PodTemplates()[0], o.PodTemplates()[1]
	if blue.Owner != "Deployment/web-blue" || env(blue.Container(web.Name), "VERSION") != "v1" || env(blue.Container(web.Name), "BOOT_TIME") != "" {
		t.Errorf("blue: %+v", blue)
	}
	if green.Owner != "Deployment/web-green" || env(green.Container(web.Name), "VERSION") != "v2" || env(green.Container(web.Name), "COLOR") != "green" || env(green.Container(web.Name), "BOOT_TIME") != "9s" {
		t.Errorf("green: %+v", green)
	}
	for _, tt := range []struct {
		app         workloads.App
		blue, green bool
	}{{app, true, false}, {app.With(web.SwitchTo(web.Green)), false, true}} {
		s := labels.SelectorFromSet(tt.app.Objects("ns").Services[0].Spec.Selector)
		if s.Matches(labels.Set(blue.Meta.Labels)) != tt.blue || s.Matches(labels.Set(green.Meta.Labels)) != tt.green {
			t.Errorf("selector %s, want blue %v, green %v", s, tt.blue, tt.green)
		}
	}
}

// The image holds one static binary of at most 10 MB.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the server")
	}
	built, err := web.Image().Build(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(built.Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s, %d bytes, %s", built.Ref, info.Size(), built.Digest)
	if info.Size() > 10<<20 {
		t.Errorf("the image has %d bytes", info.Size())
	}
}

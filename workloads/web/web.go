// Package web is the app "web": a small stateless HTTP service, and the changes
// that a scenario may make to it.
//
// As it comes it is a good citizen: three replicas, liveness and readiness
// probes, a preStop pause, a server that drains on SIGTERM, bounded memory.
// A twin takes one of these protections out.
package web

import (
	"embed"
	"io/fs"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/seatrial/seatrial/workloads"
)

// Name of the app, its Deployment, its Service and its container.
const Name = "web"

// Paths and places of the server.
const (
	Live      = "/live"                     // liveness
	Ready     = "/ready"                    // readiness
	Started   = "/startup"                  // startup: 200 once booted
	Business  = "/"                         // what callers come for
	FileThere = "/ready-file"               // 200 while ReadyFile is there, else 404
	ReadyFile = "/tmp/ready"                // there while the app is ready, for exec probes
	EventLog  = "/var/log/app/events.jsonl" // its own log, on a volume that outlives the container
)

// Server is the component of the pods that the Service selects.
const Server = "server"

// The component label of the Deployment's pods, which the Service selects, and
// of what may stand beside it.
const (
	component   = Server
	logVolume   = "log"
	logFolder   = "/var/log/app"
	servicePort = "http"
	probePort   = "probes"
)

//go:embed server/*.go
var sources embed.FS

// MovingTag is a tag that somebody gives other content, as "latest" in the wild. No
// trial may rely on what it holds but the one that moves it.
const MovingTag = "moving"

// Image is the server's image. Under each of its tags is another build of the same
// sources, with the tag as its version; see VersionOfImage.
func Image() workloads.Image {
	src, err := fs.Sub(sources, "server")
	if err != nil {
		panic(err) // the path is a constant and valid
	}
	return workloads.Image{Name: Name, Source: src, Tags: []string{"v1", "v2", MovingTag}}
}

// App is the app with the changes made to it, in their order.
func App(changes ...workloads.Change) workloads.App {
	app := workloads.New(Name, Image(), objects, changes...)
	app.About = "A small stateless HTTP service that breaks in whatever way it is told to."
	return app
}

// objects are the app as it comes.
func objects() *workloads.Objects {
	labels := map[string]string{workloads.LabelName: Name, workloads.LabelComponent: component}
	replicas := int32(3)
	o := &workloads.Objects{
		Services: []*corev1.Service{{
			ObjectMeta: metav1.ObjectMeta{Name: Name},
			Spec: corev1.ServiceSpec{
				Selector: copied(labels),
				Ports: []corev1.ServicePort{{Name: servicePort, Port: workloads.ServicePort,
					TargetPort: intstr.FromString(servicePort)}},
			},
		}},
		Deployments: []*appsv1.Deployment{{
			ObjectMeta: metav1.ObjectMeta{Name: Name},
			Spec: appsv1.DeploymentSpec{
				Replicas: &replicas,
				Selector: &metav1.LabelSelector{MatchLabels: copied(labels)},
				Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec()},
			},
		}},
	}
	for _, change := range []workloads.Change{
		Liveness(Live), Readiness(Ready), RollingUpdate(1, 0),
		PreStopSleep(2 * time.Second), DrainOnSIGTERM(2 * time.Second), Grace(30 * time.Second),
	} {
		change(o)
	}
	return o
}

func podSpec() corev1.PodSpec {
	no, yes := false, true
	return corev1.PodSpec{
		AutomountServiceAccountToken: &no,
		EnableServiceLinks:           &no,
		Containers: []corev1.Container{{
			Name:            Name,
			Image:           Image().Ref(),
			ImagePullPolicy: corev1.PullIfNotPresent, // it is loaded, no registry has it
			Env: []corev1.EnvVar{
				{Name: "POD_NAME", ValueFrom: fieldRef("metadata.name")},
				{Name: "NODE_NAME", ValueFrom: fieldRef("spec.nodeName")},
				{Name: "EVENTS", Value: EventLog},
				{Name: "READY_FILE", Value: ReadyFile},
				{Name: "VERSION", Value: "v1"},
			},
			Ports: []corev1.ContainerPort{
				{Name: servicePort, ContainerPort: workloads.ServicePort},
				{Name: "admin", ContainerPort: workloads.AdminPort},
			},
			Resources: corev1.ResourceRequirements{
				Requests: corev1.ResourceList{"cpu": resource.MustParse("10m"), "memory": resource.MustParse("32Mi")},
				Limits:   corev1.ResourceList{"memory": resource.MustParse("128Mi")},
			},
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: &no, RunAsNonRoot: &yes,
				Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
			VolumeMounts: []corev1.VolumeMount{{Name: logVolume, MountPath: logFolder}},
		}},
		Volumes: []corev1.Volume{{Name: logVolume,
			VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
	}
}

func fieldRef(path string) *corev1.EnvVarSource {
	return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: path}}
}

func copied(labels map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range labels {
		out[k] = v
	}
	return out
}

// everyContainer is a change of the server's container wherever it runs.
func everyContainer(edit func(*corev1.Container)) workloads.Change {
	return func(o *workloads.Objects) {
		for _, pod := range o.PodTemplates() {
			if c := pod.Container(Name); c != nil {
				edit(c)
			}
		}
	}
}

// everyPod is a change of every pod's specification.
func everyPod(edit func(*corev1.PodSpec)) workloads.Change {
	return func(o *workloads.Objects) {
		for _, pod := range o.PodTemplates() {
			edit(pod.Spec)
		}
	}
}

// everyDeployment is a change of every Deployment.
func everyDeployment(edit func(*appsv1.DeploymentSpec)) workloads.Change {
	return func(o *workloads.Objects) {
		for _, d := range o.Deployments {
			edit(&d.Spec)
		}
	}
}

// seconds rounds up to whole seconds, Kubernetes' unit.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }

// Env sets a variable of the server; see workloads/web/server/config.go.
func Env(name, value string) workloads.Change {
	return everyContainer(func(c *corev1.Container) { setEnv(c, name, value) })
}

func setEnv(c *corev1.Container, name, value string) {
	for i := range c.Env {
		if c.Env[i].Name == name {
			c.Env[i] = corev1.EnvVar{Name: name, Value: value}
			return
		}
	}
	c.Env = append(c.Env, corev1.EnvVar{Name: name, Value: value})
}

// ProbePort has the server answer probes on a port of their own as well, and
// points the HTTP probes there.
func ProbePort(port int32) workloads.Change {
	return func(o *workloads.Objects) {
		Env("PROBE_PORT", strconv.Itoa(int(port)))(o)
		everyContainer(func(c *corev1.Container) {
			c.Ports = append(c.Ports, corev1.ContainerPort{Name: probePort, ContainerPort: port})
			for _, p := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
				if p != nil && p.HTTPGet != nil {
					p.HTTPGet.Port = intstr.FromString(probePort)
				}
			}
		})(o)
	}
}

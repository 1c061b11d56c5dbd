package web_test

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/seatrial/seatrial/workloads/web"
)

func TestKindsOfLiveness(t *testing.T) {
	exec := firstContainer(web.App(web.LivenessExec("/tmp/x")).Objects("ns")).LivenessProbe
	if exec.HTTPGet != nil || exec.Exec.Command[2] != "/tmp/x" || exec.FailureThreshold != 3 || exec.PeriodSeconds != 2 {
		t.Errorf("by exec: %+v", exec)
	}
	tcp := firstContainer(web.App(web.LivenessTCP(web.Period(time.Second))).Objects("ns")).LivenessProbe
	if tcp.HTTPGet != nil || tcp.TCPSocket.Port.StrVal != "http" || tcp.PeriodSeconds != 1 {
		t.Errorf("by TCP: %+v", tcp)
	}
	c := firstContainer(web.App(web.LivenessGRPC()).Objects("ns"))
	if grpc := c.LivenessProbe; grpc.HTTPGet != nil || grpc.GRPC.Port != web.GRPCPort || env(c, "GRPC_PORT") != "9091" {
		t.Errorf("by gRPC: %+v", grpc)
	}
}

func TestSharedProbePort(t *testing.T) {
	c := firstContainer(web.App(web.ProbePort(8081), web.SharedProbePort()).Objects("ns"))
	if c.LivenessProbe.HTTPGet.Port.StrVal != "http" || c.ReadinessProbe.HTTPGet.Port.StrVal != "http" || env(c, "PROBE_PORT") != "8081" {
		t.Errorf("%+v", c.LivenessProbe)
	}
}

func TestWithBackend(t *testing.T) {
	o := web.App(web.Replicas(2), web.WithBackend(), web.LivenessOnBackend()).Objects("ns")
	if len(o.Deployments) != 2 || o.Replicas() != 3 || o.Behind() != 2 || len(o.Services) != 2 {
		t.Fatalf("%d pods, %d of them behind the service", o.Replicas(), o.Behind())
	}
	front, backend := o.PodTemplates()[0].Container(web.Name), o.PodTemplates()[1].Container(web.Name)
	if env(front, "DEPENDENCY") != "backend:8080" || env(front, "DEPENDENCY_IN") != "ready,business,live" || front.Lifecycle == nil {
		t.Errorf("front: %+v", front)
	}
	if env(backend, "DEPENDENCY")+env(backend, "DEPENDENCY_IN") != "" || backend.Lifecycle != nil || env(backend, "DRAIN") != "0s" {
		t.Errorf("backend: %+v", backend)
	}
	for n, want := range []bool{false, true} {
		s := labels.SelectorFromSet(o.Services[1].Spec.Selector)
		if s.Matches(labels.Set(o.PodTemplates()[n].Meta.Labels)) != want {
			t.Errorf("service %s, pods %v", s, o.PodTemplates()[n].Meta.Labels)
		}
	}
	if in := env(firstContainer(web.App(web.WithBackend()).Objects("ns")), "DEPENDENCY_IN"); in != "ready,business" {
		t.Errorf("liveness asks the backend unbidden: %s", in)
	}
}

func TestPrinted(t *testing.T) {
	o := web.App(web.PrintedExec(), web.PrintedHTTP(), web.PrintedTCP(), web.PrintedArgs()).Objects("ns")
	if len(o.Pods) != 4 || o.Behind() != 3 {
		t.Fatalf("%d pods, %d behind the service", len(o.Pods), o.Behind())
	}
	exec, get, tcp, args := o.Pods[0].Spec.Containers[0], o.Pods[1].Spec.Containers[0], o.Pods[2].Spec.Containers[0], o.Pods[3].Spec.Containers[0]
	if p := exec.LivenessProbe; p.InitialDelaySeconds != 5 || p.PeriodSeconds != 5 || p.Exec.Command[1] != "cat" || env(&exec, "UNHEALTHY_AFTER") != "30s" || env(&exec, "READY_FILE") != p.Exec.Command[2] {
		t.Errorf("exec: %+v", exec)
	}
	if p := get.LivenessProbe; p.InitialDelaySeconds != 3 || p.PeriodSeconds != 3 || p.HTTPGet.HTTPHeaders[0].Value != "Awesome" || env(&get, "UNHEALTHY_AFTER") != "10s" {
		t.Errorf("get: %+v", get)
	}
	if tcp.LivenessProbe.InitialDelaySeconds != 15 || tcp.LivenessProbe.PeriodSeconds != 20 || tcp.ReadinessProbe.TCPSocket.Port.IntVal != 8080 {
		t.Errorf("tcp: %+v", tcp)
	}
	if args.Command != nil || len(args.Args) != 3 || args.Args[0] != "/bin/sh" || args.LivenessProbe.Exec == nil {
		t.Errorf("args: %+v", args)
	}
	if get.ReadinessProbe != nil || exec.Lifecycle != nil {
		t.Error("more than is printed")
	}
}

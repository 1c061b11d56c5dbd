package web_test

import (
	"testing"

	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

func TestSidecar(t *testing.T) {
	o := web.App(web.WithSidecar(), web.Version("v9")).Objects("ns")
	pod := o.PodTemplates()[0]
	if len(pod.Spec.Containers) != 2 || pod.Spec.Containers[0].Name != web.Name {
		t.Fatalf("the app's container comes first: %+v", pod.Spec.Containers)
	}
	app, side := pod.Container(web.Name), pod.Container(web.SidecarName)
	if side.LivenessProbe != nil || side.ReadinessProbe != nil || side.Lifecycle != nil || len(side.Ports) != 0 {
		t.Errorf("it has what is the app's: %+v", side)
	}
	if env(side, "PORT") == "" || env(side, "ADMIN_PORT") == "" || env(side, "EVENTS") != "" || env(side, "VERSION") != "" || env(app, "EVENTS") != web.EventLog {
		t.Errorf("it would disturb the app: %+v", side.Env)
	}
	if side.VolumeMounts[0].Name != app.VolumeMounts[0].Name || side.VolumeMounts[0].MountPath != app.VolumeMounts[0].MountPath || side.Image != app.Image {
		t.Errorf("volume %+v, image %s", side.VolumeMounts, side.Image)
	}
	if o.Services[0].Spec.Ports[0].Port != workloads.ServicePort {
		t.Error("the Service is another")
	}
}

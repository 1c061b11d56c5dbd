package workloads_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/workloads"
)

func service() *workloads.Objects {
	return &workloads.Objects{
		Services: []*corev1.Service{{ObjectMeta: metav1.ObjectMeta{Name: "s"}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{}}}}},
		Pods:     []*corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: "p"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "c"}}}}},
	}
}

func rename(name string) workloads.Change {
	return func(o *workloads.Objects) { o.Services[0].Name += name }
}

func TestAppsAreValues(t *testing.T) {
	base := workloads.New("app", workloads.Image{}, service, rename("-a"))
	b, c := base.With(rename("-b")), base.With(rename("-c"))
	for app, want := range map[*workloads.App]string{&base: "s-a", &b: "s-a-b", &c: "s-a-c"} {
		first := app.Objects("ns")
		first.Services[0].Name = "spoiled"
		if got := app.Objects("ns").Services[0].Name; got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}

func TestObjectsAreStamped(t *testing.T) {
	o := workloads.New("app", workloads.Image{}, service, workloads.NodePort(30080)).Objects("trial-1")
	all := o.All()
	if len(all) != 2 || all[0].GetObjectKind().GroupVersionKind().Kind != "Service" || all[1].GetObjectKind().GroupVersionKind().String() != "/v1, Kind=Pod" {
		t.Fatalf("got %+v", all)
	}
	for _, object := range all {
		labels := object.GetLabels()
		if object.GetNamespace() != "trial-1" || labels[workloads.LabelName] != "app" || labels[workloads.LabelTrial] != "trial-1" || labels[workloads.LabelManager] != workloads.Manager {
			t.Errorf("%s: namespace %s, labels %v", object.GetName(), object.GetNamespace(), labels)
		}
	}
	if s := o.Services[0].Spec; s.Type != corev1.ServiceTypeNodePort || s.Ports[0].NodePort != 30080 {
		t.Errorf("service: %+v", s)
	}
	if pods := o.PodTemplates(); len(pods) != 1 || pods[0].Owner != "Pod/p" || pods[0].Container("c") == nil || pods[0].Container("d") != nil {
		t.Errorf("pods: %+v", pods)
	}
}

func TestPaths(t *testing.T) {
	for got, want := range map[string]string{
		workloads.KnobPath(workloads.KnobLiveCode, "404"): "/admin/live-code?value=404",
		workloads.KnobPath(workloads.KnobVersion, "a b&"): "/admin/version?value=a+b%26",
		workloads.EventsPath(7, true):                     "/admin/events?after=7&follow=1",
		workloads.EventsPath(0, false):                    "/admin/events?after=0",
	} {
		if got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}

func TestParseEvent(t *testing.T) {
	line := `{"seq":7,"mono":81234567890,"wall":"2026-01-02T03:04:05.678Z","run":2,"state":"probe","path":"/live","code":"200"}`
	e, err := workloads.ParseEvent([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	wall := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	if e.Seq != 7 || e.Mono != 81234567890 || !e.Wall.Equal(wall) || e.Run != 2 || e.State != "probe" || len(e.Attrs) != 2 || e.Attrs["path"] != "/live" || e.Attrs["code"] != "200" {
		t.Errorf("got %+v", e)
	}
	for _, bad := range []string{"", "null", "{}", `{"run":1}`, `{"run":1,"state":"x","code":200}`, `{"seq":"7","run":1,"state":"x"}`, line + "x"} {
		if _, err := workloads.ParseEvent([]byte(bad)); err == nil {
			t.Errorf("%s is no event", bad)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte(`{"seq":7,"mono":8,"wall":"2026-01-02T03:04:05.678Z","run":2,"state":"probe","path":"/live"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := workloads.ParseEvent(line)
		if err == nil && (e.State == "" || e.Run < 1 || e.Attrs == nil) {
			t.Errorf("%q became %+v", line, e)
		}
	})
}

package faults_test

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/faults/faulttest"
	"github.com/seatrial/seatrial/internal/history"
)

// What sensors see of deeds, for all tests of faults.

type sees = func(w *faulttest.World, deed history.Mark, n int)

// logged has the app of every target write a line into its own log.
func logged(state string, attrs history.Attrs) sees {
	return func(w *faulttest.World, deed history.Mark, _ int) {
		for _, pod := range deed.Targets {
			w.Record.Instant(history.Interval{Source: history.SourceApp, Subject: pod, State: state, From: deed.Latest, Attrs: attrs})
		}
	}
}

// state has every target be in a state of a source.
func state(source, suffix, state string, attrs history.Attrs) sees {
	return func(w *faulttest.World, deed history.Mark, _ int) {
		for _, target := range deed.Targets {
			w.Record.State(history.Interval{Source: source, Subject: target + suffix, State: state, From: deed.Latest, Attrs: attrs})
		}
	}
}

// gone has every target be gone.
func gone(w *faulttest.World, deed history.Mark, _ int) {
	for _, pod := range deed.Targets {
		w.Record.End(history.SourcePod, pod, deed.Latest)
	}
}

// running has the pods be seen before anything is broken.
func running(w *faulttest.World) {
	for _, pod := range w.Pods() {
		w.Record.State(history.Interval{Source: history.SourcePod, Subject: pod, State: "Running", Attrs: history.Attrs{history.AttrUID: "u-" + pod}})
	}
}

// complete has a Deployment be at what it was asked for, in that generation.
func complete(w *faulttest.World, deployment string, generation int) {
	w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "Deployment/" + deployment, State: "3/3", From: w.Record.Clock().Now(),
		Attrs: history.Attrs{"desired": "3", "replicas": "3", "updated": "3", "available": "3", "ready": "3",
			"generation": fmt.Sprint(generation), "observed": fmt.Sprint(generation)}})
}

// rolled is what the Deployment controller makes of the n-th update.
func rolled(w *faulttest.World, deed history.Mark, n int) {
	name := fmt.Sprintf("web-%d", n+1)
	annotate(w, fmt.Sprint(n+1))
	complete(w, "web", n+1)
	w.Record.State(history.Interval{Source: history.SourceReplicas, Subject: "ReplicaSet/" + name, State: "3/3", From: deed.Latest,
		Attrs: history.Attrs{"replicas": "3", "ready": "3"}})
}

// annotate numbers the Deployment's template, as its controller does.
func annotate(w *faulttest.World, revision string) {
	ctx := context.Background()
	deployments := w.Client().AppsV1().Deployments(faulttest.Namespace)
	d, err := deployments.Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		panic(err)
	}
	d.Annotations["deployment.kubernetes.io/revision"] = revision
	if _, err := deployments.Update(ctx, d, metav1.UpdateOptions{}); err != nil {
		panic(err)
	}
}

// version is the image of the Deployment web and the version that it says it is.
func version(w *faulttest.World) (image, version string) {
	d, err := w.Client().AppsV1().Deployments(faulttest.Namespace).Get(context.Background(), "web", metav1.GetOptions{})
	if err != nil {
		panic(err)
	}
	c := d.Spec.Template.Spec.Containers[0]
	for _, e := range c.Env {
		if e.Name == "VERSION" {
			version = e.Value
		}
	}
	return c.Image, version
}

func turned(w *faulttest.World, knob string) []string {
	var all []string
	for _, pod := range w.Pods() {
		if value := w.Knob(pod, knob); value != "" {
			all = append(all, pod+"="+value)
		}
	}
	return all
}

package observe

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// revision is where the Deployment controller writes the number of a rollout,
// on Deployments and ReplicaSets (deploymentutil.RevisionAnnotation).
const revision = "deployment.kubernetes.io/revision"

// Deployments observes the namespace's Deployments: SourceDeployment (conditions)
// and SourceReplicas (counts).
func Deployments(client kubernetes.Interface, namespace string) Observer {
	api := client.AppsV1().Deployments(namespace)
	return &kind[*appsv1.Deployment]{
		name:      "deployments",
		sources:   []string{history.SourceDeployment, history.SourceReplicas},
		list:      lister("", api.List, func(l *appsv1.DeploymentList) []appsv1.Deployment { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: deploymentFacts,
		wait:      defaultBounds,
	}
}

// ReplicaSets observes the namespace's ReplicaSets: SourceReplicas.
func ReplicaSets(client kubernetes.Interface, namespace string) Observer {
	api := client.AppsV1().ReplicaSets(namespace)
	return &kind[*appsv1.ReplicaSet]{
		name:      "replicasets",
		sources:   []string{history.SourceReplicas},
		list:      lister("", api.List, func(l *appsv1.ReplicaSetList) []appsv1.ReplicaSet { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: replicaSetFacts,
		wait:      defaultBounds,
	}
}

// StatefulSets observes the namespace's StatefulSets: SourceReplicas.
func StatefulSets(client kubernetes.Interface, namespace string) Observer {
	api := client.AppsV1().StatefulSets(namespace)
	return &kind[*appsv1.StatefulSet]{
		name:      "statefulsets",
		sources:   []string{history.SourceReplicas},
		list:      lister("", api.List, func(l *appsv1.StatefulSetList) []appsv1.StatefulSet { return l.Items }),
		watch:     watcher("", api.Watch),
		translate: statefulSetFacts,
		wait:      defaultBounds,
	}
}

func deploymentFacts(d *appsv1.Deployment) []history.Interval {
	s := d.Status
	facts := []history.Interval{replicas("Deployment/"+d.Name, d.Spec.Replicas, s.ReadyReplicas, attrs(
		history.AttrUID, string(d.UID), history.AttrReplicas, fmt.Sprint(s.Replicas),
		history.AttrAvailable, fmt.Sprint(s.AvailableReplicas), history.AttrUpdated, fmt.Sprint(s.UpdatedReplicas),
		history.AttrUnavailable, fmt.Sprint(s.UnavailableReplicas), history.AttrRevision, d.Annotations[revision],
		history.AttrStrategy, strategy(d.Spec.Strategy),
		"generation", fmt.Sprint(d.Generation), "observed", fmt.Sprint(s.ObservedGeneration)))}
	for _, c := range s.Conditions {
		facts = append(facts, history.Interval{
			Source: history.SourceDeployment, Subject: d.Name + "/" + string(c.Type), State: string(c.Status),
			Detail: c.Message, Attrs: attrs(history.AttrUID, string(d.UID), history.AttrReason, c.Reason),
		})
	}
	return facts
}

// strategy says a strategy in one word: "1/0", "25%/25%" or "Recreate".
func strategy(s appsv1.DeploymentStrategy) string {
	if s.RollingUpdate == nil || s.RollingUpdate.MaxSurge == nil || s.RollingUpdate.MaxUnavailable == nil {
		return string(s.Type)
	}
	return s.RollingUpdate.MaxSurge.String() + "/" + s.RollingUpdate.MaxUnavailable.String()
}

func replicaSetFacts(r *appsv1.ReplicaSet) []history.Interval {
	s := r.Status
	return []history.Interval{replicas("ReplicaSet/"+r.Name, r.Spec.Replicas, s.ReadyReplicas, attrs(
		history.AttrUID, string(r.UID), history.AttrOwner, owner(r), history.AttrReplicas, fmt.Sprint(s.Replicas),
		history.AttrAvailable, fmt.Sprint(s.AvailableReplicas), history.AttrRevision, r.Annotations[revision],
		history.AttrHash, r.Labels[appsv1.DefaultDeploymentUniqueLabelKey],
		"generation", fmt.Sprint(r.Generation), "observed", fmt.Sprint(s.ObservedGeneration)))}
}

func statefulSetFacts(t *appsv1.StatefulSet) []history.Interval {
	s := t.Status
	return []history.Interval{replicas("StatefulSet/"+t.Name, t.Spec.Replicas, s.ReadyReplicas, attrs(
		history.AttrUID, string(t.UID), history.AttrReplicas, fmt.Sprint(s.Replicas),
		history.AttrAvailable, fmt.Sprint(s.AvailableReplicas), history.AttrUpdated, fmt.Sprint(s.UpdatedReplicas),
		history.AttrRevision, s.UpdateRevision,
		"generation", fmt.Sprint(t.Generation), "observed", fmt.Sprint(s.ObservedGeneration)))}
}

// replicas is a count of pods; the state is "ready/desired". A nil desired is 1, the API's default.
func replicas(subject string, desired *int32, ready int32, a history.Attrs) history.Interval {
	want := int32(1)
	if desired != nil {
		want = *desired
	}
	add(a, history.AttrDesired, fmt.Sprint(want), history.AttrReadyCount, fmt.Sprint(ready))
	return history.Interval{Source: history.SourceReplicas, Subject: subject, State: fmt.Sprintf("%d/%d", ready, want), Attrs: a}
}

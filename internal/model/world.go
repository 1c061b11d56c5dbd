package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
)

// Kubernetes' types stop here: who judges needs no other package for them.
type (
	Deployment = appsv1.Deployment
	PodSpec    = corev1.PodSpec
	Container  = corev1.Container
	Probe      = corev1.Probe
)

// A World is what the promises are made for: the objects as the API server
// returned them, the settings in force, the version.
type World struct {
	Version      Version
	Settings     history.Settings
	Deployments  []appsv1.Deployment
	StatefulSets []appsv1.StatefulSet
	ReplicaSets  []appsv1.ReplicaSet // bare ones
	Pods         []corev1.Pod
	Services     []corev1.Service
	Budgets      []policyv1.PodDisruptionBudget
	System       []appsv1.Deployment                          // of the cluster itself, that a fault broke
	Webhooks     []admissionv1.ValidatingWebhookConfiguration // of those that a fault registered
}

// NewWorld reads the world of a trial. Kinds that promise nothing here
// (ConfigMaps, quotas) are passed over; an object without a kind is an error.
func NewWorld(meta history.Meta) (*World, error) {
	version, err := ParseVersion(meta.Version)
	if err != nil {
		return nil, err
	}
	w := &World{Version: version, Settings: meta.Settings}
	for n, raw := range meta.Applied {
		if err := w.add(raw); err != nil {
			return nil, fmt.Errorf("read applied object %d: %w", n, err)
		}
	}
	return w, nil
}

func (w *World) add(raw json.RawMessage) error {
	var head struct {
		metav1.TypeMeta
		Metadata struct{ Namespace string }
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	if head.Kind == "Deployment" && head.Metadata.Namespace == metav1.NamespaceSystem {
		return decode(raw, &w.System)
	}
	switch head.Kind {
	case "Deployment":
		return decode(raw, &w.Deployments)
	case "StatefulSet":
		return decode(raw, &w.StatefulSets)
	case "ReplicaSet":
		return decode(raw, &w.ReplicaSets)
	case "Pod":
		return decode(raw, &w.Pods)
	case "Service":
		return decode(raw, &w.Services)
	case "PodDisruptionBudget":
		return decode(raw, &w.Budgets)
	case "ValidatingWebhookConfiguration":
		return decode(raw, &w.Webhooks)
	case "":
		return fmt.Errorf("it has no kind")
	}
	return nil
}

func decode[T any](raw json.RawMessage, into *[]T) error {
	var object T
	if err := json.Unmarshal(raw, &object); err != nil {
		return err
	}
	*into = append(*into, object)
	return nil
}

// Deployment returns the Deployment of that name, nil if there is none.
func (w *World) Deployment(name string) *appsv1.Deployment {
	for i := range w.Deployments {
		if w.Deployments[i].Name == name {
			return &w.Deployments[i]
		}
	}
	return nil
}

// DeploymentOf returns the Deployment that an owner belongs to, nil if none
// does. The owner is what a pod says about itself, "ReplicaSet/web-7c9f"; the
// ReplicaSet's name is the Deployment's with the pod template's hash behind it
// (controller/deployment/sync.go getNewReplicaSet).
func (w *World) DeploymentOf(owner string) *appsv1.Deployment {
	set, ok := strings.CutPrefix(owner, "ReplicaSet/")
	if !ok {
		return nil
	}
	cut := strings.LastIndex(set, "-")
	if cut < 0 {
		return nil
	}
	return w.Deployment(set[:cut])
}

// Spec returns what the objects say about a pod of that name and owner, nil if
// they say nothing about it.
func (w *World) Spec(pod, owner string) *corev1.PodSpec {
	if d := w.DeploymentOf(owner); d != nil {
		return &d.Spec.Template.Spec
	}
	for i := range w.StatefulSets {
		if owner == "StatefulSet/"+w.StatefulSets[i].Name {
			return &w.StatefulSets[i].Spec.Template.Spec
		}
	}
	for i := range w.ReplicaSets {
		if owner == "ReplicaSet/"+w.ReplicaSets[i].Name {
			return &w.ReplicaSets[i].Spec.Template.Spec
		}
	}
	for i := range w.Pods {
		if w.Pods[i].Name == pod {
			return &w.Pods[i].Spec
		}
	}
	return nil
}

// Outside reports whether no Service of the objects sends traffic to a pod of that name and
// owner, by the labels that they give it. Of a pod that they do not know it does not say so.
func (w *World) Outside(pod, owner string) bool {
	given, known := w.labels(pod, owner)
	return known && len(w.Services) > 0 && !slices.ContainsFunc(w.Services, func(v corev1.Service) bool {
		return len(v.Spec.Selector) > 0 && selects(&metav1.LabelSelector{MatchLabels: v.Spec.Selector}, given)
	})
}

// Kubelet returns the settings in force on a node; of the settings that were
// not read, Kubernetes' defaults (kubelet/apis/config/v1beta1/defaults.go).
func (w *World) Kubelet(node string) history.Kubelet {
	k := w.Settings.Kubelets[node]
	k.LeaseDuration = orElse(k.LeaseDuration, 40*time.Second)
	k.StatusUpdateFrequency = orElse(k.StatusUpdateFrequency, 10*time.Second)
	k.PressureTransition = orElse(k.PressureTransition, 5*time.Minute)
	k.MaxContainerRestartPeriod = orElse(k.MaxContainerRestartPeriod, 5*time.Minute)
	return k
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// Serving returns the container of a pod that a Service of the world sends its
// traffic to: the first one, as apps here have one. Nil for an empty spec.
func Serving(spec *corev1.PodSpec) *corev1.Container {
	if spec == nil || len(spec.Containers) == 0 {
		return nil
	}
	return &spec.Containers[0]
}

// Workers is how many requests the container serves at once on its service port, by
// its variable WORKERS; 0 is no limit.
func Workers(c *corev1.Container) int {
	for _, v := range c.Env {
		if v.Name == "WORKERS" {
			n, _ := strconv.Atoi(v.Value)
			return n
		}
	}
	return 0
}

// Env returns a duration from the container's environment, zero if it says none.
func Env(c *corev1.Container, name string) time.Duration {
	for _, v := range c.Env {
		if v.Name == name {
			if d, err := time.ParseDuration(v.Value); err == nil {
				return d
			}
		}
	}
	return 0
}

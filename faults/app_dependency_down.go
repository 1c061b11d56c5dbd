package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// DependencyDown takes away what the app depends on: the Deployment of that name is
// scaled to nothing, and back when that is undone.
func DependencyDown(deployment string) Fault { return dependencyDown{deployment} }

type dependencyDown struct{ deployment string }

func (dependencyDown) Card() Card {
	return Card{
		Name:     "app/dependency-down",
		Breaks:   "the app that this one depends on has no pod any more",
		ShowsAs:  "connections to it are refused; whoever needs it is not ready",
		UndoneBy: "it is scaled back",
		Look:     "kubectl get pods --watch; kubectl get endpointslices",
	}
}

func (dependencyDown) Needs() []kindconfigs.Trait { return nil }

func (dependencyDown) Rights() []Right {
	return slices.Concat(Allow("apps", "deployments", "get"), toScale())
}

func (f dependencyDown) Inject(ctx context.Context, s *Site) error {
	d, err := s.Client.AppsV1().Deployments(s.Namespace).Get(ctx, f.deployment, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("read deployment %s: %w", f.deployment, err)
	}
	list, err := s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(d.Spec.Selector)})
	if err != nil {
		return fmt.Errorf("list pods of %s: %w", f.deployment, err)
	}
	if len(list.Items) == 0 {
		return fmt.Errorf("deployment %s has no pod that could be taken away", f.deployment)
	}
	size := strconv.Itoa(int(*d.Spec.Replicas))
	step := s.step(UndoScale, "scale deployment "+f.deployment+" back to "+size,
		"namespace", s.Namespace, "deployment", f.deployment, "replicas", size)
	if err := s.Undo(step); err != nil {
		return err
	}
	targets := names(list.Items)
	err = s.Deed("take "+f.deployment+" away: "+strings.Join(targets, " "), targets, func() error {
		return scaleTo(ctx, s.Client, s.Namespace, f.deployment, 0)
	})
	if err != nil {
		return err
	}
	return s.untilLeaving(ctx, targets)
}

// scaleTo asks for so many pods of a Deployment.
func scaleTo(ctx context.Context, client kubernetes.Interface, namespace, deployment string, replicas int32) error {
	deployments := client.AppsV1().Deployments(namespace)
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		scale, err := deployments.GetScale(ctx, deployment, metav1.GetOptions{})
		if err != nil || scale.Spec.Replicas == replicas {
			return err
		}
		scale.Spec.Replicas = replicas
		_, err = deployments.UpdateScale(ctx, deployment, scale, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("scale deployment %s to %d: %w", deployment, replicas, err)
	}
	return nil
}

func undoScale(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	n, err := strconv.ParseInt(args["replicas"], 10, 32)
	if err != nil {
		return fmt.Errorf("read how many replicas deployment %s had: %w", args["deployment"], err)
	}
	return ignoreGone(scaleTo(ctx, client, args["namespace"], args["deployment"], int32(n)))
}

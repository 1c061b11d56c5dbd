package faults

import (
	"context"
	"fmt"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/workloads"
	"github.com/seatrial/seatrial/workloads/web"
)

// BatchJob starts a Job whose pods take all the processor time that they get, on nodes
// with that label. The nodes are some whose share is bounded.
func BatchJob(label, value string) Fault { return batchJob{label, value} }

type batchJob struct{ label, value string }

// BatchPods is how many pods the Job has at once.
const BatchPods = 4

// Batch names the Job and the component of its pods.
const Batch = "batch"

func (f batchJob) Card() Card {
	return Card{
		Name:     "pressure/batch-job",
		Breaks:   fmt.Sprintf("a Job of %d pods takes all the processor time of nodes with %s=%s", BatchPods, f.label, f.value),
		ShowsAs:  "whoever shares a node with it waits for its CPU",
		UndoneBy: "the Job is deleted",
		Look:     "kubectl get pods --selector " + workloads.LabelComponent + "=" + Batch + " --output wide",
	}
}

func (batchJob) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Capped} }

func (batchJob) Rights() []Right { return toRunJob() }

func (f batchJob) Inject(ctx context.Context, s *Site) error {
	if err := s.startJob(ctx, burnJob(s.App.Name, BatchPods, map[string]string{f.label: f.value}, "")); err != nil {
		return err
	}
	pods, err := s.untilRunning(ctx, Batch, BatchPods)
	if err != nil {
		return err
	}
	return s.untilBurns(ctx, containers(pods))
}

// startJob starts the Job, and journals before that it is to be deleted.
func (s *Site) startJob(ctx context.Context, job *batchv1.Job) error {
	if err := s.Undo(s.step(UndoJob, "delete job "+job.Name, "namespace", s.Namespace, "job", job.Name)); err != nil {
		return err
	}
	return s.Deed("start job "+job.Name, []string{job.Name}, func() error {
		if _, err := s.Client.BatchV1().Jobs(s.Namespace).Create(ctx, job, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("start job %s: %w", job.Name, err)
		}
		return nil
	})
}

// burnJob is a Job of n pods of the app's image that take processor time from their
// start on, on the nodes selected. It asks for so much CPU each, or for nothing.
func burnJob(app string, n int32, on map[string]string, cpu string) *batchv1.Job {
	grace, no, yes := int64(1), false, true
	labels := map[string]string{workloads.LabelName: app, workloads.LabelComponent: Batch}
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: Batch, Labels: labels},
		Spec: batchv1.JobSpec{Parallelism: &n, Completions: &n, Template: corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: labels},
			Spec: corev1.PodSpec{
				RestartPolicy: corev1.RestartPolicyNever, AutomountServiceAccountToken: &no, EnableServiceLinks: &no,
				NodeSelector: on, TerminationGracePeriodSeconds: &grace,
				Containers: []corev1.Container{{
					Name: Batch, Image: web.Image().Ref(), ImagePullPolicy: corev1.PullIfNotPresent,
					Env:             []corev1.EnvVar{{Name: "BURN", Value: "2"}},
					SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no, RunAsNonRoot: &yes},
				}},
			},
		}},
	}
	if cpu != "" {
		job.Spec.Template.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)}
	}
	return job
}

// untilRunning waits until so many pods of a component run.
func (s *Site) untilRunning(ctx context.Context, component string, n int) ([]corev1.Pod, error) {
	var pods []corev1.Pod
	err := wait.PollUntilContextCancel(ctx, 200*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		pods, _ = s.component(ctx, component)
		return len(pods) >= n, nil
	})
	if err != nil {
		return nil, fmt.Errorf("wait for %d pods of %s (%s run): %w", n, component, strings.Join(names(pods), " "), context.Cause(ctx))
	}
	return pods, nil
}

func undoJob(ctx context.Context, client kubernetes.Interface, args map[string]string) error {
	background := metav1.DeletePropagationBackground
	return ignoreGone(client.BatchV1().Jobs(args["namespace"]).Delete(ctx, args["job"], metav1.DeleteOptions{PropagationPolicy: &background}))
}

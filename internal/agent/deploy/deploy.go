// Package deploy puts agents into a cluster and reaches them there, through the API
// server.
package deploy

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/workloads"
)

// app is the agents' label and the name of all that belongs to them.
const app = "seatrial-agent"

// Bounds of putting agents into a cluster.
const (
	placeLimit = 2 * time.Minute
	placeEvery = time.Second / 2
)

// Options say what agents to put where.
type Options struct {
	Namespace string // their own: it is made, and removed with them
	Image     string // holds this program as /seatrial, for the nodes' architecture
	Agents    int
}

// Agents puts agents into the cluster, spread over its nodes by the scheduler, and
// returns when all of them answer. Whatever comes of it, their namespace is for the caller to remove.
func Agents(ctx context.Context, client kubernetes.Interface, o Options) ([]*agent.Remote, error) {
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: o.Namespace, Labels: map[string]string{workloads.LabelManager: workloads.Manager}}}
	if _, err := client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		return nil, fmt.Errorf("make namespace %s: %w", o.Namespace, err)
	}
	token := rand.Text()
	if _, err := client.AppsV1().Deployments(o.Namespace).Create(ctx, deployment(o, token), metav1.CreateOptions{}); err != nil {
		return nil, fmt.Errorf("deploy the agents: %w", err)
	}
	var pods []corev1.Pod
	err := wait.PollUntilContextTimeout(ctx, placeEvery, placeLimit, true, func(ctx context.Context) (bool, error) {
		list, err := client.CoreV1().Pods(o.Namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=" + app})
		if err != nil {
			return false, nil //nolint:nilerr // it is asked again
		}
		pods = list.Items
		return ready(pods) == o.Agents && len(pods) == o.Agents, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%d of %d agents are ready after %s: %s", ready(pods), o.Agents, placeLimit, plight(pods))
	}
	var all []*agent.Remote
	on := map[string]int{}
	for _, p := range pods {
		r := remote(client, p, token)
		if on[r.Node]++; on[r.Node] > 1 {
			r.Label = fmt.Sprintf("%s-%d", r.Node, on[r.Node])
		}
		all = append(all, r)
	}
	return all, nil
}

// deployment is what runs the agents. They are never restarted elsewhere in
// silence: an agent that ends takes what it measured with it, and the driver says so.
func deployment(o Options, token string) *appsv1.Deployment {
	replicas, grace := int32(o.Agents), int64(1)
	labels := map[string]string{"app": app}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: app, Namespace: o.Namespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					TerminationGracePeriodSeconds: &grace,
					TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{
						MaxSkew: 1, TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.ScheduleAnyway,
						LabelSelector: &metav1.LabelSelector{MatchLabels: labels},
					}},
					Containers: []corev1.Container{{
						Name: app, Image: o.Image, ImagePullPolicy: corev1.PullIfNotPresent,
						Command: []string{"/seatrial", "__agent"},
						Env:     []corev1.EnvVar{{Name: agent.TokenVariable, Value: token}},
						Ports:   []corev1.ContainerPort{{ContainerPort: agent.Port}},
						ReadinessProbe: &corev1.Probe{PeriodSeconds: 1, ProbeHandler: corev1.ProbeHandler{
							HTTPGet: &corev1.HTTPGetAction{Path: "/clock", Port: intstr.FromInt32(agent.Port)}}},
					}},
				},
			},
		},
	}
}

func ready(pods []corev1.Pod) int {
	n := 0
	for _, p := range pods {
		for _, c := range p.Status.Conditions {
			if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
				n++
			}
		}
	}
	return n
}

// plight says what keeps pods from being ready.
func plight(pods []corev1.Pod) string {
	for _, p := range pods {
		for _, c := range p.Status.ContainerStatuses {
			if c.State.Waiting != nil {
				return fmt.Sprintf("%s waits: %s %s", p.Name, c.State.Waiting.Reason, c.State.Waiting.Message)
			}
		}
		for _, c := range p.Status.Conditions {
			if c.Status == corev1.ConditionFalse && c.Message != "" {
				return fmt.Sprintf("%s: %s", p.Name, c.Message)
			}
		}
	}
	return "no pod says why"
}

// remote reaches an agent through the API server's pod proxy.
func remote(client kubernetes.Interface, p corev1.Pod, token string) *agent.Remote {
	return &agent.Remote{Name: p.Name, Node: p.Spec.NodeName, Label: p.Spec.NodeName, Ask: func(ctx context.Context, method, path string, body []byte) (io.ReadCloser, error) {
		u, err := url.Parse(path)
		if err != nil {
			return nil, err
		}
		request := client.CoreV1().RESTClient().Verb(method).Namespace(p.Namespace).Resource("pods").
			Name(fmt.Sprintf("%s:%d", p.Name, agent.Port)).SubResource("proxy").Suffix(u.Path).
			SetHeader(agent.TokenHeader, token)
		for name, values := range u.Query() {
			for _, v := range values {
				request = request.Param(name, v)
			}
		}
		if body != nil {
			request = request.Body(bytes.NewReader(body)).SetHeader("Content-Type", "application/json")
		}
		stream, err := request.Stream(ctx)
		if apierrors.IsNotFound(err) || apierrors.IsConflict(err) && method == http.MethodGet {
			return nil, fmt.Errorf("%w: %w", agent.ErrGone, err)
		}
		var refused apierrors.APIStatus
		if errors.As(err, &refused) && refused.Status().Message != "" {
			return nil, errors.New(refused.Status().Message)
		}
		return stream, err
	}}
}

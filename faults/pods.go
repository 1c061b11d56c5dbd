package faults

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/observe"
	"github.com/seatrial/seatrial/workloads"
)

// A Choice picks the pods that a fault is done to, from those of the app that
// are ready, in the order of their names.
type Choice func(s *Site, pods []corev1.Pod) []corev1.Pod

// OnePod picks one pod by the trial's seed.
func OnePod(s *Site, pods []corev1.Pod) []corev1.Pod {
	i := s.Rand.IntN(len(pods))
	return pods[i : i+1]
}

// OneOf picks one pod of a component.
func OneOf(component string) Choice {
	return func(s *Site, pods []corev1.Pod) []corev1.Pod {
		of := slices.DeleteFunc(slices.Clone(pods), func(p corev1.Pod) bool { return p.Labels[workloads.LabelComponent] != component })
		if len(of) == 0 {
			return nil
		}
		return OnePod(s, of)
	}
}

// Beside picks one pod by the trial's seed of those that share their node with a pod
// of the component, and are not of it.
func Beside(component string) Choice {
	return func(s *Site, pods []corev1.Pod) []corev1.Pod {
		nodes := map[string]bool{}
		for _, p := range pods {
			if p.Labels[workloads.LabelComponent] == component {
				nodes[p.Spec.NodeName] = true
			}
		}
		beside := slices.DeleteFunc(slices.Clone(pods), func(p corev1.Pod) bool {
			return p.Labels[workloads.LabelComponent] == component || !nodes[p.Spec.NodeName]
		})
		if len(beside) == 0 {
			return nil
		}
		return OnePod(s, beside)
	}
}

// AllPods picks every pod.
func AllPods(_ *Site, pods []corev1.Pod) []corev1.Pod { return pods }

// AppPods lists the app's pods that are ready and not terminating, in the order
// of their names, so that a seed picks the same one again: those of the target, where one
// was named. No such pod is an error.
func (s *Site) AppPods(ctx context.Context) ([]corev1.Pod, error) {
	list, err := s.list(ctx)
	if err != nil && len(s.known) > 0 && unreachable(err) && ctx.Err() == nil {
		return s.targets(s.known) // nobody is there to be asked: those that were there last
	}
	if err != nil {
		return nil, fmt.Errorf("list pods of %s: %w", s.App.Name, err)
	}
	pods := slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return p.DeletionTimestamp != nil || !ready(p) })
	if len(pods) == 0 {
		return nil, fmt.Errorf("no pod of %s in %s is ready", s.App.Name, s.Namespace)
	}
	slices.SortFunc(pods, func(a, b corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })
	s.known = slices.Clone(pods)
	return s.targets(pods)
}

// listPatience is for an API server whose etcd is away: it would have a minute's
// (kube-apiserver --request-timeout).
const listPatience = 10 * time.Second

// list lists the app's pods. Where some are known already nobody is waited for long.
func (s *Site) list(ctx context.Context) (*corev1.PodList, error) {
	if len(s.known) > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, listPatience)
		defer cancel()
	}
	return s.Client.CoreV1().Pods(s.Namespace).List(ctx, metav1.ListOptions{LabelSelector: workloads.LabelName + "=" + s.App.Name})
}

// Pick lists the app's ready pods and applies the choice; nil is OnePod.
func (s *Site) Pick(ctx context.Context, choose Choice) ([]corev1.Pod, error) {
	pods, err := s.AppPods(ctx)
	if err != nil {
		return nil, err
	}
	return s.chosen(choose, pods)
}

// chosen applies the choice to pods, which are some; nil is OnePod.
func (s *Site) chosen(choose Choice, pods []corev1.Pod) ([]corev1.Pod, error) {
	if choose == nil {
		choose = OnePod
	}
	chosen := choose(s, pods)
	if len(chosen) == 0 {
		return nil, fmt.Errorf("none of the pods %v is one that is to be hit", names(pods))
	}
	return chosen, nil
}

// Knob turns a knob of the app in the pod, through the API server: it needs no
// route of our own to the pod.
func (s *Site) Knob(ctx context.Context, pod, knob, value string) error {
	request := s.Client.CoreV1().RESTClient().Post().Namespace(s.Namespace).Resource("pods").
		Name(pod+":"+strconv.Itoa(workloads.AdminPort)).SubResource("proxy").
		Suffix("admin", knob).Param("value", value)
	if err := request.Do(ctx).Error(); err != nil {
		return fmt.Errorf("turn knob %s of pod %s to %q: %w", knob, pod, value, err)
	}
	return nil
}

// Look asks the app in the pod for a path of its service port, through the API
// server, and expects nothing of the answer: the app's own log tells what it was.
func (s *Site) Look(ctx context.Context, pod, path string) {
	_ = s.Client.CoreV1().RESTClient().Get().Namespace(s.Namespace).Resource("pods").
		Name(pod + ":" + strconv.Itoa(workloads.ServicePort)).SubResource("proxy").
		Suffix(path).Do(ctx).Error()
}

// Until waits until the observers have seen what cond looks for.
func (s *Site) Until(ctx context.Context, what string, cond func([]history.Interval) bool) error {
	return observe.Until(ctx, s.Seen, what, cond)
}

// appSlack is how much earlier than it was, by our clock, a line of an app's log may be said
// to be: both clocks are the machine's, and lines have microseconds.
const appSlack = 10 * time.Millisecond

// UntilApp waits until the app's own log in each of the pods has the state, since the latest
// deed began, with each of the attributes given as name, value, name, value.
func (s *Site) UntilApp(ctx context.Context, pods []string, state string, attrs ...string) error {
	return s.Until(ctx, fmt.Sprintf("%q in the log of %v", state, pods), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(pods, func(pod string) bool {
			return !slices.ContainsFunc(seen, func(i history.Interval) bool {
				return i.Source == history.SourceApp && i.From >= s.since-appSlack && i.Subject == pod && i.State == state && hasAttrs(i, attrs)
			})
		})
	})
}

func hasAttrs(i history.Interval, attrs []string) bool {
	for n := 0; n+1 < len(attrs); n += 2 {
		if i.Attrs[attrs[n]] != attrs[n+1] {
			return false
		}
	}
	return true
}

func ready(p corev1.Pod) bool {
	return slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

func names(pods []corev1.Pod) []string {
	all := make([]string, len(pods))
	for i := range pods {
		all[i] = pods[i].Name
	}
	return all
}

// each does the same to all of them and joins the errors.
func each[T any](all []T, act func(T) error) error {
	var errs []error
	for _, one := range all {
		errs = append(errs, act(one))
	}
	return errors.Join(errs...)
}

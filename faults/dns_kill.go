package faults

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// DNSKill kills the first process of every pod of the cluster's DNS at once.
func DNSKill() Fault { return dnsKill{} }

type dnsKill struct{}

func (dnsKill) Card() Card {
	return Card{
		Name:     "dns/kill",
		Breaks:   "every CoreDNS process is killed",
		ShowsAs:  "no name is resolved until one runs and is ready again; who has an address goes on",
		UndoneBy: "nothing: the kubelets start them again",
		Look:     "kubectl get pods -n kube-system -l k8s-app=kube-dns --watch",
	}
}

func (dnsKill) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (dnsKill) Rights() []Right { return toReadDNS() }

func (dnsKill) Inject(ctx context.Context, s *Site) error {
	if _, err := s.dns(ctx); err != nil {
		return err
	}
	pods, err := dnsPods(ctx, s.Client)
	if err != nil {
		return err
	}
	targets := names(pods)
	from := s.Clock.Now()
	containers := make([]string, len(pods)) // the runtimes know no pods
	for n, pod := range pods {
		containers[n] = idOf(pod, firstContainer(pod))
	}
	err = s.Deed("kill "+strings.Join(targets, " "), slices.Concat(targets, containers), func() error {
		group, ctx := errgroup.WithContext(ctx)
		for _, pod := range pods {
			group.Go(func() error { return ContainerKill{}.kill(ctx, s, pod, "KILL") })
		}
		return group.Wait()
	})
	if err != nil {
		return err
	}
	for _, pod := range pods {
		s.Note(history.Interval{Source: history.SourceDNS, Subject: pod.Name, State: history.StateKilled, From: from, To: s.Clock.Now(),
			Attrs: history.Attrs{history.AttrNode: pod.Spec.NodeName, history.AttrRestarts: strconv.Itoa(restartsOf(pod))}})
	}
	return s.Until(ctx, "the end of "+strings.Join(targets, " "), func(seen []history.Interval) bool {
		return !slices.ContainsFunc(containers, func(id string) bool { return !processEnded(seen, id) })
	})
}

// restartsOf is how often the pod's first container was restarted before.
func restartsOf(pod corev1.Pod) int {
	for _, c := range pod.Status.ContainerStatuses {
		if c.Name == firstContainer(pod) {
			return int(c.RestartCount)
		}
	}
	return 0
}

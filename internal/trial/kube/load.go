package kube

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/agent"
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
	"github.com/seatrial/seatrial/internal/trial"
	"github.com/seatrial/seatrial/workloads"
)

// connectionsPerPod is how many connections lane "reused" pins per ready pod:
// enough that kube-proxy, which picks a pod at random for each, seldom leaves one out.
const connectionsPerPod = 8

// maxLoad bounds the load of any trial, and maxThought what a lab adds to it: the load goes
// on while a learner thinks.
const (
	maxLoad    = 30 * time.Minute
	maxThought = 3 * time.Hour
)

func (r *runner) via() string {
	switch {
	case r.mapped():
		return history.ViaMappedPort
	case r.Cluster.NetNS != "":
		return history.ViaNetNS
	}
	return history.ViaAgent
}

// mapped reports whether the app is reached through a port that is mapped to this host.
func (r *runner) mapped() bool { return r.Cluster.NetNS == "" && r.Cluster.Mapped != nil }

// mappedRate is how many connections a second are opened through a mapped port at most.
// Docker's proxy opens one of its own for each and leaves it in TIME_WAIT for a minute:
// above some 450 a second it runs out of its 28,000 ports.
const mappedRate = 400

// loadPlan is what the meter is asked to do at the app's service.
func (r *runner) loadPlan(p trial.Plan, service *corev1.Service, pods int, origin int64) (load.Plan, error) {
	plan := load.Plan{
		Timeout: p.Load.Timeout, NetNS: r.Cluster.NetNS, MaxDuration: maxLoad, Origin: origin,
		Throttle: p.Plant.Throttle, HideRetries: p.Plant.HideRetries,
	}
	if p.Pause != nil {
		plan.MaxDuration += maxThought
	}
	rate := p.Load.Rate
	if r.mapped() {
		rate = min(rate, mappedRate)
	}
	if p.Load.Rate > 0 {
		plan.Lanes = []load.Lane{
			{Name: history.LaneFresh, Rate: rate},
			{Name: history.LaneReused, Rate: p.Load.Rate, Connections: connectionsPerPod * max(pods, 1), Reach: pods},
		}
	}
	if p.Load.Rate > 0 && p.Load.Named != "" {
		plan.Lanes = append(plan.Lanes, load.Lane{Name: history.LaneNamed, Rate: rate, Path: p.Load.Named})
	}
	address := clusterAddress(service)
	if r.mapped() {
		var err error
		if address, err = r.Cluster.Mapped(service.Spec.Ports[0].NodePort); err != nil {
			return load.Plan{}, err
		}
	}
	plan.URL = "http://" + address + p.Load.Path
	return plan, nil
}

// podNetNS is the network namespace of the pod from which the load is sent.
func (r *runner) podNetNS(ctx context.Context, p trial.Plan) (string, error) {
	if r.Cluster.PodNetNS == nil {
		return "", errors.New("the load is sent from a pod: that takes root on the machine of a cluster of ours")
	}
	of := metav1.ListOptions{LabelSelector: workloads.LabelComponent + "=" + p.Load.From}
	pods, err := r.Cluster.Client.CoreV1().Pods(p.Namespace()).List(ctx, of)
	if err != nil {
		return "", fmt.Errorf("list pods of %s: %w", p.Load.From, err)
	}
	if len(pods.Items) == 0 || len(pods.Items[0].Status.ContainerStatuses) == 0 {
		return "", fmt.Errorf("the load is sent from a pod of %s, and there is none", p.Load.From)
	}
	pod := pods.Items[0]
	_, container, _ := strings.Cut(pod.Status.ContainerStatuses[0].ContainerID, "://")
	return r.Cluster.PodNetNS(ctx, pod.Spec.NodeName, container)
}

// Load starts the meter as a process of its own, or has the agent in the cluster do so.
func (r *runner) Load(ctx context.Context, _ trial.Plan, _ trial.Deployed, rec *history.Recorder) (trial.Meter, error) {
	if r.Cluster.Agent != nil {
		session, err := agent.Start(ctx, r.Cluster.Agent, r.plan, rec.Sample, rec.Gap)
		if err != nil {
			return nil, err
		}
		return remote{session}, nil
	}
	process, err := load.Start(ctx, r.Rig.Load, r.plan, rec.Sample, rec.Gap)
	if err != nil {
		return nil, err
	}
	return &meter{process}, nil
}

// remote is the meter in the cluster.
type remote struct{ session *agent.Session }

// Stop ends the load and waits until all of what was measured is here.
func (m remote) Stop(ctx context.Context) error {
	_, err := m.session.Stop(ctx)
	return err
}

// ClockError is what comparing the clocks, before and after, left open.
func (m remote) ClockError() time.Duration { return m.session.Alignment.Error }

// Stall cannot be had of a process that is not ours.
func (m remote) Stall(context.Context, time.Duration) error {
	return errors.New("the meter is in the cluster: it cannot be stopped from here")
}

type meter struct{ process *load.Process }

// Stop ends the load.
func (m *meter) Stop(ctx context.Context) error {
	_, err := m.process.Stop(ctx)
	return err
}

// ClockError is none: one machine has one monotonic clock.
func (m *meter) ClockError() time.Duration { return 0 }

// Stall stops the process as a busy machine would, and lets it go on after d.
func (m *meter) Stall(ctx context.Context, d time.Duration) error {
	process, err := os.FindProcess(m.process.PID())
	if err != nil {
		return fmt.Errorf("find the load generator: %w", err)
	}
	if err := stop(process); err != nil {
		return fmt.Errorf("stop the load generator: %w", err)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	return errors.Join(err, resume(process))
}

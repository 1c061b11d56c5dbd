//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/faults"
	"github.com/seatrial/seatrial/internal/journal"
	"github.com/seatrial/seatrial/internal/run"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites/drills"
	"github.com/seatrial/seatrial/workloads"
)

// crashVar says how many runs are to be killed, each at a random instant of a random
// fault; seedVar what all chance comes from, and placeVar at which place: no place can
// host every fault (make test-crash).
const (
	crashVar = "SEATRIAL_CRASH"
	seedVar  = "SEATRIAL_CRASH_SEED"
	placeVar = "SEATRIAL_CRASH_PLACE"
)

const (
	// crashHold is how long each fault is in place, and latest when most runs are killed at
	// the latest, after they began to deploy: most faults are being undone by then. Some take
	// half a minute until they are seen, so that every lateEvery-th run has until muchLater.
	crashHold = 4 * time.Second
	latest    = 16 * time.Second
	muchLater = 60 * time.Second
	lateEvery = 4
	// stopEvery is which run is stopped (SIGSTOP) instead of killed: nobody can tell it from
	// one that is busy, and its guardian acts at the deadlines of the steps. aloneEvery is
	// which is killed together with its guardian: the nodes are left to their own timers.
	stopEvery  = 5
	aloneEvery = 8
)

// An ending is what is done to a run.
type ending string

const (
	byKill       ending = "killed"
	byStop       ending = "stopped"
	withGuardian ending = "killed with its guardian"
)

// endingOf is what is done to the n-th run.
func endingOf(n int) ending {
	switch {
	case n%aloneEvery == aloneEvery-1:
		return withGuardian
	case n%stopEvery == stopEvery-1:
		return byStop
	}
	return byKill
}

// TestCrash kills runs and looks whether anything is left of them.
func TestCrash(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv(crashVar))
	if err != nil {
		t.Skip(crashVar + " is no number: this needs a machine that can host clusters (make test-crash)")
	}
	seed, _ := strconv.ParseUint(os.Getenv(seedVar), 10, 64)
	t.Logf("seed %d", seed)
	place := cmp.Or(os.Getenv(placeVar), "fast")
	if got := done(t, "cluster", "create", "--name", bench, "--place", place); got.code != 0 {
		t.Fatalf("code %d: %s", got.code, got.errOut)
	}
	t.Cleanup(func() { done(t, "cluster", "delete", "--name", bench) })
	families := byFamily(t, place)
	names := slices.Sorted(maps.Keys(families))
	before := strings.Join(inNodes(t), "\n")
	chance := rand.New(rand.NewPCG(seed, 0))
	ended, over := 0, 0 // over before they could be ended
	for tries := 0; ended < n && tries < 3*n; tries++ {
		of, until := families[names[chance.IntN(len(names))]], latest
		if tries%lateEvery == lateEvery-1 {
			until = muchLater
		}
		fault, at := of[chance.IntN(len(of))], time.Duration(chance.Int64N(int64(until)))
		how := endingOf(ended)
		t.Run(fmt.Sprintf("%s %s after %.1f s", fault, how, at.Seconds()), func(t *testing.T) {
			if crash(t, place, fault, at, how) {
				ended++
			} else {
				over++
			}
			cleared(t, before)
		})
		if t.Failed() {
			t.Fatalf("after %d ended runs, and %d that were over before", ended, over)
		}
	}
	if t.Logf("%d ended runs, and %d that were over before", ended, over); ended < n {
		t.Errorf("%d runs were to be ended", n)
	}
}

// clearing is how long it may take until all is as it was, once every undo has come to its
// end: namespaces go when their pods have, which have 30 s for it by default.
const clearing = time.Minute

// cleared waits until the bench is as it was before.
func cleared(t *testing.T, before string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(time.Second) {
		after := strings.Join(inNodes(t), "\n")
		if after == before {
			return
		}
		if time.Since(began) > clearing {
			t.Fatalf("%s after all was undone there is\n%s\nand was\n%s", clearing, after, before)
		}
	}
}

// byFamily lists the faults that the bench can host, by family.
func byFamily(t *testing.T, name string) map[string][]string {
	t.Helper()
	place, err := kindconfigs.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, f := range faults.All() {
		drill := drills.Of(f, crashHold)
		if len(place.Missing(slices.Concat(drill.Needs, drill.Fault.Needs()))) > 0 {
			continue
		}
		family, _, _ := strings.Cut(f.Card().Name, "/")
		all[family] = append(all[family], f.Card().Name)
	}
	return all
}

// crash ends a run some time after it began to deploy, and waits until nothing is left.
// It returns false if the run was over before.
func crash(t *testing.T, place, fault string, at time.Duration, how ending) (ended bool) {
	t.Helper()
	guardians, before := processes("__guardian"), leftInNodes(t)
	p := start(t, "inject", fault, "--for", crashHold.String(), "--cluster", bench, "--place", place, "--out", filepath.Join(t.TempDir(), "run"))
	p.says(`(?m)^inject/\S+\s+deploy`)
	select {
	case <-time.After(at):
	case <-p.ended: // it was quicker
	}
	began, s := time.Now(), syscall.SIGKILL
	if how != byKill {
		s = syscall.SIGSTOP
	}
	switch err := p.cmd.Process.Signal(s); {
	case errors.Is(err, os.ErrProcessDone):
		clean(t)
		return false
	case err != nil:
		t.Fatal(err)
	case how == byStop:
		overdue(t)
		t.Logf("its guardian had undone what it did %.1f s after it was stopped", time.Since(began).Seconds())
		p.signal(syscall.SIGKILL)
	case how == withGuardian:
		killGuardian(t, guardians)
		p.signal(syscall.SIGKILL)
	}
	p.ends(10 * time.Second)
	if how == withGuardian {
		timers(t, before)
		t.Logf("the nodes' timers had undone what is in nodes %.1f s after everybody was killed", time.Since(began).Seconds())
		if got := done(t, "recover"); got.code != 0 {
			t.Errorf("recover, code %d: %s%s", got.code, got.out, got.errOut)
		}
	}
	clean(t)
	return true
}

// timers waits until nothing is in the nodes that run that was not before: their own timers
// undo it.
func timers(t *testing.T, before []string) {
	t.Helper()
	late := overdueAfter(crashHold)
	for began := time.Now(); ; time.Sleep(time.Second) {
		left := slices.DeleteFunc(leftInNodes(t, "--filter=status=running"), func(line string) bool { return slices.Contains(before, line) })
		if len(left) == 0 {
			return
		}
		if time.Since(began) > late {
			t.Fatalf("left in the nodes %s after everybody was killed: %s", late, strings.Join(left, "; "))
		}
	}
}

// overdue waits until the guardian of a run that stands still has undone every step that
// has a deadline.
func overdue(t *testing.T) {
	t.Helper()
	deadline := overdueAfter(crashHold)
	for began := time.Now(); pending(t) > 0; time.Sleep(time.Second) {
		if time.Since(began) > deadline+undone {
			t.Fatalf("%d steps are overdue, %s after the run was stopped", pending(t), deadline+undone)
		}
	}
}

// pending is how many steps with a deadline were never undone, of runs that live too. One
// that the guardian undid early is undone once more when the run goes on or dies.
func pending(t *testing.T) int {
	t.Helper()
	outcomes, err := journal.Recover(t.Context(), run.JournalDir(), nil, journal.RecoverOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, o := range outcomes {
		log, err := journal.Read(o.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // its run came to its end
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range log.Entries {
			if e.State == journal.Pending && !e.Deadline.IsZero() {
				n++
			}
		}
	}
	return n
}

// lookInNode says what faults leave in nodes: packet rules, files, units, manifests.
const lookInNode = `nft list tables | grep seatrial-
tc qdisc show | grep -w -e tbf -e netem
mount | grep /seatrial-
ls -d /var/seatrial-* /var/lib/kubelet/seatrial-* /var/lib/containerd/seatrial-* /run/seatrial-* /etc/kubernetes/seatrial-held/* 2>/dev/null
systemctl list-units --plain --no-legend --no-pager 'seatrial-*'
ctr --namespace=k8s.io images list --quiet 2>/dev/null | grep -e '-st-' -e '^seatrial.invalid/'
cat /sys/block/loop*/loop/backing_file 2>/dev/null | grep '^/var/seatrial-'
for u in kubelet containerd; do systemctl --quiet is-active $u || echo $u is down; done
true`

// leftInNodes lists what is left in the bench's nodes, of all or of those that the filter of
// docker ps lets through.
func leftInNodes(t *testing.T, filter ...string) []string {
	t.Helper()
	var all []string
	args := append([]string{"ps", "--all", "--filter", "label=io.x-k8s.kind.cluster=" + bench, "--format", "{{.Names}}"}, filter...)
	listed, err := exec.Command("docker", args...).Output()
	if err != nil {
		t.Fatalf("list the bench's nodes: %v", err)
	}
	for _, node := range slices.Sorted(slices.Values(strings.Fields(string(listed)))) {
		out, err := exec.Command("docker", "exec", node, "sh", "-c", lookInNode).CombinedOutput()
		if err != nil {
			all = append(all, node+": "+err.Error())
		}
		for line := range strings.Lines(string(out)) {
			all = append(all, node+": "+strings.TrimSpace(line))
		}
	}
	return all
}

// inNodes lists what is left in the bench's nodes, and on them: bounds, taints, cordons,
// labels, a system with fewer pods than it had, namespaces.
func inNodes(t *testing.T) []string {
	t.Helper()
	all := append(leftInNodes(t), bounds(t)...)
	for _, query := range [][]string{
		{"nodes", "--output=jsonpath={range .items[*]}{.metadata.name} {.metadata.labels}{\"\\n\"}{end}"},
		{"daemonsets", "--namespace=kube-system", "--output=jsonpath={range .items[*]}{.metadata.name} {.status.desiredNumberScheduled}{\"\\n\"}{end}"},
		{"namespaces", "--selector=" + workloads.LabelManager + "=" + workloads.Manager, "--output=name"},
		{"nodes", "--output=jsonpath={range .items[?(@.spec.unschedulable)]}{.metadata.name} cordoned{\"\\n\"}{end}"},
		{"nodes", "--selector=!node-role.kubernetes.io/control-plane", "--output=jsonpath={range .items[*]}{.spec.taints}{end}"},
		{"deployments", "--namespace=kube-system", "--output=jsonpath={range .items[?(@.spec.replicas!=2)]}{.metadata.name}{end}"},
		{"validatingwebhookconfigurations", "--output=name"},
	} {
		args := append([]string{"exec", bench + "-control-plane", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get"}, query...)
		out, err := exec.Command("docker", args...).CombinedOutput()
		if text := strings.TrimSpace(string(out)); err != nil || text != "" {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s", query[0], text)))
		}
	}
	return all
}

// bounds lists how the bench's nodes are, and to how much processor time they are bounded
// from outside.
func bounds(t *testing.T) []string {
	t.Helper()
	listed, err := exec.Command("docker", "ps", "--all", "--quiet", "--filter", "label=io.x-k8s.kind.cluster="+bench).Output()
	if err != nil {
		t.Fatalf("list the bench's nodes: %v", err)
	}
	const of = "{{.Name}} {{.State.Status}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}"
	out, err := exec.Command("docker", append([]string{"inspect", "--format", of}, strings.Fields(string(listed))...)...).Output()
	if err != nil {
		t.Fatalf("look at the bench's nodes: %v", err)
	}
	text := strings.ReplaceAll(string(out), " -1\n", " 0\n") // a quota that was taken off
	return slices.Sorted(strings.Lines(text))
}

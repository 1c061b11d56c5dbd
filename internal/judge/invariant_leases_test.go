package judge

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// silent is a trial in which the lease of node w1 is renewed for the last time at 10 s, with
// a grace period of 8 s, a look each second and a lease of 4 s: Unknown 8 to 13.04 s later.
func silent(unknown string) *builder {
	b := historytest.Web().Targets("w1").Meta(func(m *history.Meta) {
		m.Settings.Kubelets = map[string]history.Kubelet{"w1": {LeaseDuration: 4 * time.Second}, "w2": {LeaseDuration: 4 * time.Second}}
		m.Settings.NodeMonitorGracePeriod, m.Settings.NodeMonitorPeriod = 8*time.Second, time.Second
	}).State(history.SourceLease, "w1", "1s a 4s b 7s c 10s d").
		State(history.SourceLease, "w2", "2s a 5s b 8s c 11s d 14s e 17s f 20s g 23s h 26s i 29s j").
		Without(history.SourceNode, "w1")
	if unknown == "" {
		return b.State(history.SourceNode, "w1", "0s True", "reason=KubeletReady")
	}
	return b.State(history.SourceNode, "w1", "0s True "+unknown+" -", "reason=KubeletReady").
		State(history.SourceNode, "w1", unknown+" Unknown", "reason="+statusUnknown)
}

func TestInvariantLeases(t *testing.T) {
	nothing := func(*builder) {}
	fault := func(name string, blinds ...string) func(*builder) {
		return func(b *builder) { b.Meta(func(m *history.Meta) { m.Fault, m.Blinds = name, blinds }) }
	}
	for _, tt := range []struct {
		unknown string
		invariantCase
	}{
		{"19.5s", invariantCase{"in time", nothing, ""}},
		{"17.1s", invariantCase{"by the time that two watches take", nothing, ""}},
		{"14s", invariantCase{"too early", nothing, "w1 was called Unknown at +14.00s, 4.00s after its lease was renewed"}},
		{"25s", invariantCase{"too late", nothing, "w1 was called Ready still at +24.04s, 14.04s after its lease was last renewed"}},
		{"", invariantCase{"never", nothing, "w1 was called Ready still at +24.04s"}},
		{"", invariantCase{"nobody may have looked", fault("controlplane/controller-manager-stop"), unjudged}},
		{"14s", invariantCase{"too early, whoever looks", fault("controlplane/scheduler-stop"), "w1 was called Unknown at +14.00s"}},
		{"14s", invariantCase{"the API server tells late", fault("pressure/crowd-control-plane", history.SourceLease), unjudged}},
		{"14s", invariantCase{"the lease was out of sight", func(b *builder) { b.Gap(history.SourceLease, "", "11s..13s") }, unjudged}},
		{"25s", invariantCase{"the node was out of sight", func(b *builder) { b.Gap(history.SourceNode, "", "15s..16s") }, ""}},
		{"14s", invariantCase{"nobody saw a lease", func(b *builder) { b.Without(history.SourceLease, "") }, unjudged}},
		{"14s", invariantCase{"the kubelet said it", func(b *builder) {
			b.Without(history.SourceNode, "w1").State(history.SourceNode, "w1", "0s True 14s False", "reason=KubeletNotReady")
		}, ""}},
		{"14s", invariantCase{"the node was out of sight just then", func(b *builder) { b.Gap(history.SourceNode, "", "13.9s..14.1s") }, unjudged}},
		{"2s", invariantCase{"before the trial was steady", nothing, ""}},
		{"", invariantCase{"due before the trial was steady", func(b *builder) {
			b.Marks("deploy 0s warm 1s steady 25s fault 26s seen 26.5s recover 27s settled 28s drain 30s").Targets("w1")
		}, unjudged}},
		{"14s", invariantCase{"a node that never had a status", func(b *builder) {
			b.Without(history.SourceNode, "w1").State(history.SourceNode, "w1", "0s True 14s Unknown", "reason=NodeStatusNeverUpdated")
		}, ""}},
		{"14s", invariantCase{"it was alive again", func(b *builder) {
			b.Without(history.SourceLease, "w1").State(history.SourceLease, "w1", "1s a 10s d 13s e")
		}, "1.00s after its lease was renewed"}},
	} {
		judgeCases(t, InvariantLeases, func() *builder { return silent(tt.unknown) }, []invariantCase{tt.invariantCase})
	}
}

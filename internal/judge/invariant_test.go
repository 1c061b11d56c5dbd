package judge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

const (
	ofWeb   = "owner=ReplicaSet/web-7c hash=7c"
	ofGreen = "owner=ReplicaSet/web-9f hash=9f"
)

// rollout is a healthy update of three pods, one at a time: a new one comes, is
// ready, and an old one goes. The last words of each line are the pod's owner.
func rollout() *historytest.Builder {
	b := historytest.Web().
		Meta(func(m *history.Meta) { m.Fault = "rollout/update" }).Targets("web").
		Without(history.SourcePod, "").Without(history.SourceReady, "").Without(history.SourceEndpoint, "").Without(history.SourceReplicas, "").
		State(history.SourceReplicas, "Deployment/web", "0s 3/3", "desired=3 revision=1 uid=u").
		State(history.SourceReplicas, "ReplicaSet/web-7c", "0s 3/3", "owner=Deployment/web desired=3 revision=1 hash=7c").
		State(history.SourceReplicas, "ReplicaSet/web-9f", "10s 0/1", "owner=Deployment/web desired=3 revision=2 hash=9f")
	for i, t := range []string{"12s", "14s", "16s"} {
		old, new := "web-7c-"+string(rune('a'+i)), "web-9f-"+string(rune('a'+i))
		born := []string{"10.02s", "12.03s", "14.03s"}[i]
		gone := []string{"13s", "15s", "17s"}[i]
		leaving := []string{"12.01s", "14.01s", "16.01s"}[i]
		b.State(history.SourcePod, old, "0s Running "+leaving+" Terminating "+gone+" -", ofWeb, "uid=o"+old).
			State(history.SourceReady, old, "1s True "+gone+" -", "uid=o"+old).
			State(history.SourceEndpoint, old, "1s ready "+leaving+" serving "+gone+" -", "service=web").
			State(history.SourcePod, new, born+" Pending "+t+" Running", ofGreen, "uid=n"+new).
			State(history.SourceReady, new, born+" False "+t+" True", "uid=n"+new).
			State(history.SourceEndpoint, new, t+" ready", "service=web")
	}
	const answers = before + " ok:web-7c-b,web-7c-c*100 ok:web-9f-a,web-7c-c*200 ok:web-9f-a,web-9f-b,web-9f-c*720"
	return b.Load(history.LaneFresh, 50, time.Second, answers).Load(history.LaneReused, 50, time.Second, answers)
}

func TestAHealthyRolloutKeepsTheInvariants(t *testing.T) {
	found := Invariants(rollout().Build())
	if len(found) != 5 {
		t.Errorf("%d invariants were checked, want 5: %+v", len(found), found)
	}
	for _, f := range found {
		if f.Status != Pass {
			t.Errorf("%+v", f)
		}
	}
}

// brokenInvariants are breaches of the invariants, and what only looks like one.
var brokenInvariants = []struct {
	name, invariant string
	plant           func(*builder)
	got             string // "": it is none
}{
	{"a pod too many", InvariantSurge, func(b *builder) {
		b.State(history.SourcePod, "web-9f-x", "10.5s Running", ofGreen)
	}, "web had 5 pods from +10.50s on, at most 4 allowed: web-7c-a, web-7c-b, web-7c-c, web-9f-a, web-9f-x"},
	{"a pod too many for a moment", InvariantSurge, func(b *builder) {
		b.State(history.SourcePod, "web-9f-x", "10.5s Running 11.4s Terminating 12s -", ofGreen)
	}, ""},
	{"a pod of somebody else", InvariantSurge, func(b *builder) { b.State(history.SourcePod, "db-0", "10.5s Running", "owner=StatefulSet/db") }, ""},
	{"an evicted pod", InvariantSurge, func(b *builder) { b.State(history.SourcePod, "web-9f-x", "10.5s Failed", ofGreen) }, ""},
	{"more were asked for", InvariantSurge, func(b *builder) {
		b.Without(history.SourceReplicas, "Deployment/web").
			State(history.SourceReplicas, "Deployment/web", "0s 3/3 10.4s -", "desired=3 uid=u revision=1").
			State(history.SourceReplicas, "Deployment/web", "10.4s 3/4", "desired=4 uid=u revision=1").
			State(history.SourcePod, "web-9f-x", "10.5s Running", ofGreen)
	}, ""},
	{"nobody was looking", InvariantSurge, func(b *builder) {
		b.State(history.SourcePod, "web-9f-x", "10.5s Running 11.9s -", ofGreen).Gap(history.SourcePod, "", "10.6s..11.8s")
	}, ""},

	{"a ready pod deleted too early", InvariantAvailability, func(b *builder) {
		b.Without(history.SourceReady, "web-9f-a").State(history.SourceReady, "web-9f-a", "10.02s False 13.5s True", "uid=nweb-9f-a")
	}, "web-7c-a was deleted at +12.01s with 2 others available, at least 3 needed"},
	{"the new pod became ready a moment later", InvariantAvailability, func(b *builder) {
		b.Without(history.SourceReady, "web-9f-a").State(history.SourceReady, "web-9f-a", "10.02s False 12.5s True", "uid=nweb-9f-a")
	}, ""},
	{"the fault deleted it", InvariantAvailability, func(b *builder) {
		b.Without(history.SourceReady, "web-9f-a").State(history.SourceReady, "web-9f-a", "10.02s False 13.5s True", "uid=nweb-9f-a").Targets("web-7c-a")
	}, ""},
	{"scaled down", InvariantAvailability, func(b *builder) {
		b.Without(history.SourceReady, "web-9f-a").State(history.SourceReady, "web-9f-a", "10.02s False 13.5s True", "uid=nweb-9f-a").
			Without(history.SourceReplicas, "Deployment/web").
			State(history.SourceReplicas, "Deployment/web", "0s 3/3 11.99s -", "desired=3 uid=u revision=1").
			State(history.SourceReplicas, "Deployment/web", "11.99s 3/2", "desired=2 uid=u revision=1")
	}, ""},
	{"the Deployment was deleted", InvariantAvailability, func(b *builder) {
		b.Without(history.SourceReady, "web-9f-a").State(history.SourceReady, "web-9f-a", "10.02s False 13.5s True", "uid=nweb-9f-a").
			Without(history.SourceReplicas, "Deployment/web").State(history.SourceReplicas, "Deployment/web", "0s 3/3 12s -", "desired=3 uid=u revision=1")
	}, ""},

	{"a connection to a pod long gone", InvariantEndpoints, func(b *builder) {
		b.Load(history.LaneFresh, 50, time.Second, before+" ok:web-7c-b*100 ok:web-9f-a*700 ok:web-7c-a*3 ok:web-9f-a*200")
	}, "web-7c-a answered a new connection at +26.00s"},
	{"a connection to a pod just gone", InvariantEndpoints, func(b *builder) {
		b.Load(history.LaneFresh, 50, time.Second, before+" ok:web-7c-b*100 ok:web-9f-a*190 ok:web-7c-a*3 ok:web-9f-a*700")
	}, ""},
	{"a connection before it was an endpoint", InvariantEndpoints, func(b *builder) {
		b.Load(history.LaneFresh, 50, time.Second, before+" ok:web-9f-c*30 ok:web-9f-a*700")
	}, "web-9f-c answered a new connection at +10.00s"},
	{"to a pod that is not ready", InvariantEndpoints, func(b *builder) {
		b.Without(history.SourceEndpoint, "web-9f-a").State(history.SourceEndpoint, "web-9f-a", "12s ready 18s notready")
	}, "web-9f-a answered a new connection at +21."},
	{"the slices were out of sight", InvariantEndpoints, func(b *builder) {
		b.Load(history.LaneFresh, 50, time.Second, before+" ok:web-7c-b*100 ok:web-9f-a*700 ok:web-7c-a*3 ok:web-9f-a*200").Gap(history.SourceEndpoint, "", "20s..28s")
	}, ""},

	{"an answer from another trial's pod", InvariantApart, func(b *builder) {
		b.Load(history.LaneFresh, 50, time.Second, before+" ok:web-7c-b*100 ok:other-1*2 ok:web-9f-a*700")
	}, "other-1, which is none of its pods, answered at +12.00s"},
	{"nobody saw the pods", InvariantApart, func(b *builder) {
		b.Load(history.LaneFresh, 50, time.Second, before+" ok:web-7c-b*100 ok:other-1*2 ok:web-9f-a*700").Gap(history.SourcePod, "", "11.8s..12.2s")
	}, ""},

	{"an owner that is not there", InvariantOwnership, func(b *builder) {
		b.State(history.SourcePod, "web-00-x", "20s Running", "owner=ReplicaSet/web-00 hash=00 uid=x")
	}, "web-00-x is owned by ReplicaSet/web-00, which was not there at +20.00s"},
	{"another hash than its owner's", InvariantOwnership, func(b *builder) {
		b.State(history.SourcePod, "web-9f-x", "20s Running 20.5s -", "owner=ReplicaSet/web-9f hash=7c uid=x")
	}, `web-9f-x has hash "7c", its owner ReplicaSet/web-9f has "9f"`},
	{"a pod with two UIDs", InvariantOwnership, func(b *builder) {
		b.State(history.SourcePod, "web-9f-x", "20s Running 20.5s -", ofGreen, "uid=x").State(history.SourcePod, "web-9f-x", "21s Running 21.5s -", ofGreen, "uid=y")
	}, "web-9f-x has had two UIDs"},
	{"a revision twice", InvariantOwnership, func(b *builder) {
		b.State(history.SourceReplicas, "ReplicaSet/web-aa", "20s 0/0", "owner=Deployment/web revision=2 hash=aa")
	}, "ReplicaSet/web-9f and ReplicaSet/web-aa both have revision 2 at +20.00s"},
	{"a revision twice after the Deployment was made anew", InvariantOwnership, func(b *builder) {
		b.State(history.SourceReplicas, "ReplicaSet/web-aa", "20s 0/0", "owner=Deployment/web revision=2 hash=aa").
			State(history.SourceReplicas, "Deployment/web", "20s 0/3", "uid=other desired=3 revision=1")
	}, ""},
	{"a revision that goes back", InvariantOwnership, func(b *builder) {
		b.State(history.SourceReplicas, "Deployment/web", "20s 3/3 21s -", "uid=u desired=3 revision=2").
			State(history.SourceReplicas, "Deployment/web", "21s 3/3", "uid=u desired=3 revision=1")
	}, "Deployment/web went back from revision 2 to 1 at +21.00s"},
	{"the owner was told a moment later", InvariantOwnership, func(b *builder) {
		b.Without(history.SourceReplicas, "ReplicaSet/web-9f").
			State(history.SourceReplicas, "ReplicaSet/web-9f", "10.5s 0/1", "owner=Deployment/web revision=2 hash=9f")
	}, ""},
}

// TestEachInvariantCanBreak plants a breach of each invariant, and what only
// looks like one.
func TestEachInvariantCanBreak(t *testing.T) {
	for _, tt := range brokenInvariants {
		b := rollout()
		tt.plant(b)
		found := Invariants(b.Build())
		n := slices.IndexFunc(found, func(f Finding) bool { return f.Name == tt.invariant })
		switch {
		case n < 0:
			if tt.got != "" {
				t.Errorf("%s: %s was not checked", tt.name, tt.invariant)
			}
		case tt.got == "" && found[n].Status != Pass, tt.got != "" && (found[n].Status != Fail || !strings.Contains(found[n].Got, tt.got)):
			t.Errorf("%s: got %s %q, want %q", tt.name, found[n].Status, found[n].Got, tt.got)
		}
	}
}

func TestRecreateMayTakeAllAway(t *testing.T) {
	b := rollout().Meta(func(m *history.Meta) {
		m.Applied[0] = []byte(strings.Replace(historytest.Deployment(3), `"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}`, `"type":"Recreate"`, 1))
	}).Without(history.SourcePod, "").Without(history.SourceReady, "").
		Load(history.LaneFresh, 50, time.Second, before).Load(history.LaneReused, 50, time.Second, before)
	for _, p := range []string{"web-7c-a", "web-7c-b", "web-7c-c"} {
		b.State(history.SourcePod, p, "0s Running 10.1s Terminating 11s -", ofWeb, "uid="+p).State(history.SourceReady, p, "1s True 11s -", "uid="+p)
	}
	for _, f := range Invariants(b.Build()) {
		if f.Status != Pass {
			t.Errorf("%+v", f)
		}
	}
	rolling := b.Meta(func(m *history.Meta) { m.Applied[0] = []byte(historytest.Deployment(3)) }).Build()
	if f := Invariants(rolling)[1]; f.Name != InvariantAvailability || f.Status != Fail {
		t.Errorf("a rolling update that takes all away: %+v", f)
	}
}

package historytest

import (
	"fmt"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// The pods of Web: three of the first ReplicaSet, and the one that replaces a.
const (
	PodA = "web-7c-a"
	PodB = "web-7c-b"
	PodC = "web-7c-c"
	PodD = "web-7c-d"
)

// Deployment is a Deployment "web" as the API server returns it: so many
// replicas, maxSurge 1, maxUnavailable 0, one container that is probed every
// second, a grace period of 10 s.
func Deployment(replicas int) string {
	return fmt.Sprintf(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"trial"},
"spec":{"replicas":%d,"minReadySeconds":0,"progressDeadlineSeconds":600,"revisionHistoryLimit":10,
"selector":{"matchLabels":{"app":"web"}},
"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1,"maxUnavailable":0}},
"template":{"metadata":{"labels":{"app":"web"}},"spec":{"terminationGracePeriodSeconds":10,"restartPolicy":"Always",
"containers":[{"name":"web","image":"web:1","ports":[{"containerPort":8080}],
"readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":1,"successThreshold":1},
"livenessProbe":{"httpGet":{"path":"/live","port":8080},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}}]}}}}`, replicas)
}

// Web is a trial in which all went well: three pods, 50 requests/s on both lanes
// without an error from 2 s to 30 s, pod a deleted at 10 s and replaced by d.
//
//	0s deploy, 1s warm, 3s steady, 10s fault, 11s seen, 20s recover, 25s settled, 30s drain
//
// Change a line of it to plant a defect.
func Web() *Builder {
	b := &Builder{}
	b.Meta(func(m *history.Meta) {
		*m = history.Meta{
			Schema: history.Schema, Scenario: "selfheal/pod-deleted", Fault: "pod/delete", Namespace: "trial",
			Version: "v1.36.3", Place: "fast", Seed: 7431, Tool: "test",
			WallStart: time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC),
			Settings: history.Settings{
				NodeMonitorPeriod: 5 * time.Second, NodeMonitorGracePeriod: 50 * time.Second,
				NotReadyToleration: 300 * time.Second, UnreachableToleration: 300 * time.Second,
				ProxyMode: "nftables", ProxyMinSync: time.Second,
			},
		}
	})
	b.Apply(Deployment(3))
	b.Marks("deploy 0s warm 1s steady 3s fault 10s..10.01s seen 10.5s recover 20s settled 25s drain 30s").Targets(PodA)
	// 450 slots from 1 s to 10 s on three pods, 100 on two, the rest on three again.
	const slots = "ok:web-7c-a,web-7c-b,web-7c-c*450 ok:web-7c-b,web-7c-c*100 ok:web-7c-d,web-7c-b,web-7c-c*920"
	b.Load(history.LaneFresh, 50, time.Second, slots)
	b.Load(history.LaneReused, 50, time.Second, slots)
	b.replicas()
	b.pod(PodA, "u-a", "100ms", "900ms", "10.02s", "10.6s")
	b.pod(PodB, "u-b", "100ms", "900ms", "", "")
	b.pod(PodC, "u-c", "100ms", "900ms", "", "")
	b.pod(PodD, "u-d", "10.05s", "11.8s", "", "")
	return b
}

func (b *Builder) replicas() {
	b.State(history.SourceReplicas, "Deployment/web", "50ms 0/3", "uid=u-web desired=3 replicas=3 ready=0 available=0 updated=3 revision=1")
	b.h.Intervals[len(b.h.Intervals)-1].To = 900 * time.Millisecond
	b.State(history.SourceReplicas, "Deployment/web", "900ms 3/3 10.03s 2/3 11.8s 3/3", "uid=u-web desired=3 replicas=3 revision=1")
	b.State(history.SourceReplicas, "ReplicaSet/web-7c", "60ms 0/3 900ms 3/3 10.03s 2/3 11.8s 3/3",
		"uid=u-rs owner=Deployment/web desired=3 replicas=3 revision=1 hash=7c")
}

// pod adds the life of a pod: created, ready, and, if deleted is given, gone.
func (b *Builder) pod(name, uid, created, ready, deleted, gone string) {
	pod, isReady, endpoint := created+" Pending "+ready+" Running", created+" False "+ready+" True", ready+" ready"
	container := created + " waiting " + ready + " running"
	if deleted != "" {
		pod += " " + deleted + " Terminating " + gone + " -"
		isReady += " " + gone + " -"
		endpoint += " " + deleted + " serving " + gone + " -"
		container += " " + gone + " -"
	}
	b.State(history.SourcePod, name, pod, "uid="+uid+" node=w1 owner=ReplicaSet/web-7c hash=7c")
	b.State(history.SourceReady, name, isReady, "uid="+uid)
	b.State(history.SourceEndpoint, name, endpoint, "uid="+uid+" service=web")
	b.State(history.SourceContainer, name+"/web", container, "uid="+uid+" restarts=0")
}

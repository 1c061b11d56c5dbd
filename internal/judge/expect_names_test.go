package judge_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

const coreDNS = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"coredns","namespace":"kube-system"},"spec":{"replicas":2,
"template":{"spec":{"containers":[{"name":"coredns",
"readinessProbe":{"httpGet":{"path":"/ready","port":8181},"periodSeconds":10,"timeoutSeconds":1,"failureThreshold":3,"successThreshold":1}}]}}}}`

// nameless is the cluster's DNS killed at 10 s, after so many restarts; by name so many
// slots of 20 ms fail from then on.
func nameless(failed, restarts int) *historytest.Builder {
	b := calm("dns/kill", "coredns-a", "coredns-b").Apply(coreDNS)
	for n, name := range []string{"coredns-a", "coredns-b"} {
		b.State(history.SourceDNS, name, "10s killed 10.1s -", fmt.Sprintf("node=w1 restarts=%d", restarts*n))
	}
	return b.Load(history.LaneNamed, 50, time.Second, fmt.Sprintf("ok:web-7c-a*452 503:web-7c-a*%d ok:web-7c-a*%d", failed, 3950-452-failed))
}

// First exit: 5 s to restart, 5 s to boot, 12 s for readiness, 2 s until that is known,
// 3 s for routes, 0.9 s for the slot.
func TestNamesHeal(t *testing.T) {
	e := judge.NamesHeal()
	unsaid := nameless(100, 0).Without(history.SourceDNS, "").State(history.SourceDNS, "coredns-a", "10s killed 10.1s -")
	judgeAll(t, []judged{
		{"failed and healed", e, nameless(300, 0), judge.Pass, "longest outage 6.00s"},
		{"at the upper end", e, nameless(1395, 0), judge.Pass, ""},
		{"too late", e, nameless(1397, 0), judge.Fail, ""},
		{"restarted before: a back-off of 10 s", e, nameless(1600, 1), judge.Pass, ""},
		{"nothing failed", e, nameless(0, 0), judge.Fail, "0 of"},
		{"to the end", e, nameless(3498, 0), judge.Fail, "to the end"},
		{"no lane", e, calm("dns/kill", "coredns-a").Apply(coreDNS), judge.Invalid, "no load on lane named"},
		{"no Deployment of it", e, nameless(300, 0).Meta(func(m *history.Meta) { m.Applied = m.Applied[:1] }), judge.Invalid, "no Deployment of the cluster's DNS"},
		{"restarts unknown", e, unsaid, judge.Invalid, "how often coredns-a"},
	})
}

// proxyless is kube-proxy away from the load's node from 10 s to 60 s; pod d comes at 13 s,
// is an endpoint at an instant, and answers every second new connection from a slot on,
// slot 2950 being due at 60 s.
func proxyless(endpoint string, slot int) *historytest.Builder {
	b := calm("node/kube-proxy-stop", "cp").Deed("13s", "web")
	pod(b, historytest.PodD, "w1", "7c", "13.1s Pending 15s Running", "15s True", endpoint+" ready")
	return b.Load(history.LaneFresh, 50, time.Second, fmt.Sprintf("ok:web-7c-a,web-7c-b*%d ok:web-7c-d,web-7c-a*%d", slot, 3950-slot))
}

func TestLateOnNode(t *testing.T) {
	e := judge.LateOnNode()
	short := proxyless("15s", 3950).Marks("deploy 0s warm 1s steady 3s fault 10s seen 11s recover 60s settled 62s drain 63s").Deed("13s", "web")
	judgeAll(t, []judged{
		{"as soon as it is back", e, proxyless("15s", 2970), judge.Pass, "after 400ms"},
		{"at the upper end", e, proxyless("15s", 2950+205), judge.Pass, "an endpoint for"},
		{"too late", e, proxyless("15s", 2950+210), judge.Fail, ""},
		{"never", e, proxyless("15s", 3950), judge.Fail, "never before the end"},
		{"before it was back", e, proxyless("15s", 2000), judge.Fail, "before kube-proxy was back"},
		{"as if nothing were missing", e, proxyless("15s", 720), judge.Fail, "before kube-proxy was back"},
		{"an endpoint just before", e, proxyless("58s", 2970), judge.Invalid, "no ready endpoint for longer"},
		{"nothing came", e, calm("node/kube-proxy-stop", "cp"), judge.Invalid, "no pod came"},
		{"cut short", e, short, judge.Invalid, "before web-7c-d must have answered"},
	})
}

package web_test

import (
	"testing"

	"github.com/seatrial/seatrial/workloads/web"
)

// The Service reaches the Deployment's pods, or the bare ones made of it, and
// nothing that stands beside them.
func TestBehind(t *testing.T) {
	for name, c := range map[string]struct {
		objects *objects
		want    int
	}{
		"as it comes": {web.App().Objects("ns"), 3},
		"eight":       {web.App(web.Replicas(8)).Objects("ns"), 8},
		"bare":        {web.App(web.Replicas(2), web.Bare()).Objects("ns"), 2},
		"replicaset":  {web.App(web.Replicas(4), web.AsReplicaSet()).Objects("ns"), 4},
		"beside":      {web.App(web.Replicas(2), web.WithStatefulSet(), web.WithBarePod()).Objects("ns"), 2},
		"blue":        {web.App(web.Replicas(3), web.BlueGreen(web.Replicas(0))).Objects("ns"), 3},
	} {
		if got := c.objects.Behind(); got != c.want {
			t.Errorf("%s: %d pods behind the service, want %d", name, got, c.want)
		}
	}
}

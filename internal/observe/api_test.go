package observe

import (
	"slices"
	"testing"

	k8sfake "k8s.io/client-go/kubernetes/fake"

	"github.com/seatrial/seatrial/internal/history"
)

// Each source that the API feeds has one observer: a check of what nobody watches would
// find nothing to check.
func TestAPIFeedsItsSources(t *testing.T) {
	var got []string
	for _, o := range API(k8sfake.NewClientset(), "st-test") {
		got = append(got, o.(interface{ Sources() []string }).Sources()...)
	}
	for _, want := range []string{
		history.SourcePod, history.SourceReady, history.SourceContainer, history.SourceEndpoint, history.SourceService, history.SourceDeployment,
		history.SourceReplicas, history.SourceConfig, history.SourceEvent, history.SourceNode, history.SourceCondition, history.SourceTaint, history.SourceLease,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("nobody watches %s", want)
		}
	}
}

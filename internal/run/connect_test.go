package run

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/trial/kube"
)

// That a cluster is gone is known of ours alone: what is missing of the way to somebody
// else's leaves what was done there to be undone.
func TestConnectToWhatIsGone(t *testing.T) {
	t.Setenv("SEATRIAL_STATE", t.TempDir())
	theirs := filepath.Join(t.TempDir(), "theirs")
	text := `{"apiVersion":"v1","kind":"Config","current-context":"a","contexts":[{"name":"a","context":{"cluster":"c","user":"u"}}],
		"clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:1"}}],"users":[{"name":"u","user":{"tokenFile":"/no/such/token"}}]}`
	if err := os.WriteFile(theirs, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, gone := range map[string]bool{
		filepath.Join(host.StateDir(), "clusters", "dev", "kubeconfig"): true,
		filepath.Join(host.StateDir(), "kubeconfigs", "7f3a"):           false,
		theirs: false, // its token is not where it was
	} {
		if _, err := connect(path); err == nil || errors.Is(err, fs.ErrNotExist) != gone {
			t.Errorf("%s: %v, gone %t", path, err, gone)
		}
	}
}

// A namespace whose deletion was accepted may hang for ever; one that goes is waited for,
// and an API server that is just coming back too.
func TestNamespacesThatStay(t *testing.T) {
	for name, c := range map[string]struct {
		asked int // times until it is gone
		fails string
	}{
		"gone": {0, ""}, "goes": {20, ""}, "stays": {1000, "namespaces st-7f3a-x in cluster dev"},
	} {
		synctest.Test(t, func(t *testing.T) {
			client := fake.NewClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "st-other"}})
			n := 0
			client.PrependReactor("list", "namespaces", func(clienttesting.Action) (bool, runtime.Object, error) {
				n++
				switch {
				case n == 1:
					return true, nil, errors.New("connection refused")
				case n <= c.asked:
					return true, &corev1.NamespaceList{Items: []corev1.Namespace{{ObjectMeta: metav1.ObjectMeta{Name: "st-7f3a-x"}}}}, nil
				}
				return false, nil, nil
			})
			p := &place{cluster: &kube.Cluster{Name: "dev", Client: client}}
			err := p.emptied(context.Background(), "st-7f3a-")
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// Who looks for leftovers learns which cluster a run uses before it has done anything there.
func TestEntryNamesTheCluster(t *testing.T) {
	s, _ := bareSession(t)
	s.Cluster, s.CommandLine = "dev", []string{"seatrial run", "probes"}
	if got := s.entry(); got.Cluster != "dev" || got.Command != "seatrial run probes" {
		t.Errorf("%+v", got)
	}
}

//go:build linux

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/workloads/web"
)

// abroad is the bench as if it were somebody else's: a kubeconfig of a service account
// with the rights that seatrial rbac prints for faults on pods, and no more.
func abroad(t *testing.T) (kubeconfig string) {
	t.Helper()
	kubectl(t, "", "create", "namespace", "ops")
	t.Cleanup(func() { kubectl(t, "", "delete", "namespace", "ops", "--timeout=2m") })
	kubectl(t, "", "create", "serviceaccount", "tester", "--namespace=ops")
	roles := done(t, "rbac", "pod/*", "--account", "ops/tester", "--name", "tester")
	if roles.code != 0 {
		t.Fatalf("code %d: %s", roles.code, roles.errOut)
	}
	kubectl(t, roles.out, "apply", "--filename=-")
	config, err := clientcmd.LoadFromFile(filepath.Join(host.StateDir(), "clusters", bench, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range config.AuthInfos {
		user.ClientCertificateData, user.ClientKeyData = nil, nil
		user.Token = strings.TrimSpace(kubectl(t, "", "create", "token", "tester", "--namespace=ops"))
	}
	kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, kubeconfig); err != nil {
		t.Fatal(err)
	}
	return kubeconfig
}

func kubectl(t *testing.T, in string, args ...string) string {
	t.Helper()
	c := exec.Command("docker", append([]string{"exec", "--interactive", bench + "-control-plane", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf"}, args...)...)
	c.Stdin = strings.NewReader(in)
	var out, errOut bytes.Buffer
	c.Stdout, c.Stderr = &out, &errOut
	if err := c.Run(); err != nil {
		t.Fatalf("kubectl %s: %v: %s", strings.Join(args, " "), err, errOut.String())
	}
	return out.String()
}

// breakForeign has faults injected on a cluster that is not ours: what is allowed is done
// and undone, what is not is named, what others suffer ends it, and a dead run leaves
// nothing. The app's image is there: other trials have run on the bench.
func breakForeign(t *testing.T) {
	kubeconfig := abroad(t)
	inject := func(fault string, more ...string) []string {
		return append([]string{"inject", fault, "--kubeconfig", kubeconfig, "--image", web.Image().Ref(), "--out", filepath.Join(t.TempDir(), "run")}, more...)
	}
	var asked atomic.Int32
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 12 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer page.Close()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{inject("pod/relabel", "--for", "3s"), 0, `PASS +inject/pod-relabel`},
		{inject("node/drain"), exitUsage, `--allow node-faults lets it`},
		{inject("node/drain", "--allow", "node-faults"), exitTool, `(?s)does not allow.*patch nodes in the whole cluster.*seatrial rbac`},
		{inject("container/kill"), exitUnproven, `place foreign lacks machines`},
		{inject("pod/evict", "--for", "60s", "--stop-if", page.URL), exitUnproven, `stopped: http://127\.0\.0\.1.* answered badly 2 times in a row: status 503`},
	} {
		got := done(t, c.args...)
		if got.code != c.code || !regexp.MustCompile(c.says).MatchString(got.errOut) {
			t.Errorf("%s: code %d, want %d and %q: %s", c.args[1], got.code, c.code, c.says, got.errOut)
		}
		clean(t)
	}
	p := start(t, inject("pod/relabel", "--for", "60s")...)
	p.says(`(?m)^inject/pod-relabel\s+seen`)
	p.signal(syscall.SIGKILL)
	p.ends(time.Second)
	clean(t)
}

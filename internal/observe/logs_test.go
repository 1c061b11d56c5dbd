package observe

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/seatrial/seatrial/internal/history"
)

func TestLogsOfTheGone(t *testing.T) {
	api, rec := newAPI(t), newRecorder()
	dir := t.TempDir()
	api.set(*webPod(corev1.PodRunning, container(1, running(), terminated("Error", 2))))
	open := func(ctx context.Context, pod string, o *corev1.PodLogOptions) (io.ReadCloser, error) {
		text := fmt.Sprintf("%s/%s previous=%v\n", pod, o.Container, o.Previous)
		if !o.Follow {
			return io.NopCloser(strings.NewReader(text)), nil
		}
		r, w := io.Pipe()
		context.AfterFunc(ctx, func() { _ = w.CloseWithError(ctx.Err()) })
		go func() {
			_, _ = io.WriteString(w, text+"followed\n")
			if pod != "web-1" {
				_ = w.Close() // ended by itself
			}
		}()
		return r, nil
	}
	a := armed(t, rec, Logs(api.client(), testNamespace, open, dir, 1000))
	other := *webPod(corev1.PodRunning, container(0, running(), corev1.ContainerState{}))
	other.Name, other.UID = "web-2", "uid-web-2"
	api.set(other)
	api.delete(other)
	stop(t, a)
	for file, want := range map[string]string{
		"web-1_web_0.log": "web-1/web previous=true\n",
		"web-1_web_1.log": "web-1/web previous=false\n", // fetched whole at the end
	} {
		got, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "web-2_web_0.log")); err != nil || !strings.HasPrefix(string(got), "web-2/web previous=false\n") {
		t.Errorf("the log of a pod that is gone: %q, %v", got, err)
	}
	kept := map[string]string{}
	for _, i := range rec.Snapshot() {
		if i.Source == history.SourceSaved {
			kept[i.Detail] = fmt.Sprint(i.Subject, " ", i.State, " ", i.Attrs[history.AttrRestarts], " ", i.Attrs[history.AttrBytes])
		}
	}
	if len(kept) != 3 || kept["web-1_web_0.log"] != "web-1/web whole 0 24" || kept["web-1_web_1.log"] != "web-1/web whole 1 25" || !strings.HasPrefix(kept["web-2_web_0.log"], "web-2/web whole 0 ") {
		t.Errorf("the record says of what was kept: %v", kept)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.whole")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestLogsAreBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.log")
	if err := writeLog(file, io.NopCloser(strings.NewReader(strings.Repeat("x", 5000))), 100); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(file)
	if len(got) > 200 || !strings.Contains(string(got), "cut at 100 bytes") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func TestSaveNodeLogs(t *testing.T) {
	dir := t.TempDir()
	stream := func(_ context.Context, node string, command ...string) (io.ReadCloser, error) {
		if node == "off" {
			return nil, fmt.Errorf("container is not running")
		}
		return io.NopCloser(strings.NewReader(strings.Join(command, " "))), nil
	}
	err := SaveNodeLogs(t.Context(), stream, []string{"on", "off"}, time.Unix(1767323044, 0), dir, 1000)
	if err == nil || !strings.Contains(err.Error(), "node off") {
		t.Errorf("want an error that names the node, got %v", err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "on.log"))
	if err != nil || !strings.Contains(string(got), "--since=@1767323044 --unit=kubelet") {
		t.Errorf("%q, %v", got, err)
	}
}

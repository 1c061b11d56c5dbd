package observe

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

const (
	victim = "88375ebf7728da5c0a641332c9924c281f72934dbd8b33bed41cfa01c7e3f2ee"
	// As a kernel 6.18 wrote it for a pod in a node of kind's, shortened in front.
	oomRecord = "6,2115,6066481372,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=cri-containerd-" + victim + ".scope,mems_allowed=0," +
		"oom_memcg=/docker/ab2a/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod1e835226_6cbd_4655_a477_9ab43b4e6fb5.slice," +
		"task_memcg=/docker/ab2a/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod1e835226_6cbd_4655_a477_9ab43b4e6fb5.slice/cri-containerd-" + victim + ".scope,task=web,pid=15354,uid=65532\n"
)

func TestParseOOM(t *testing.T) {
	const uid = "1e835226-6cbd-4655-a477-9ab43b4e6fb5"
	cgroupfs := "6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg=/kubepods/burstable/pod" + uid + "/" + victim + ",task=web,pid=1,uid=0"
	for _, record := range []string{oomRecord, cgroupfs} {
		if pod, container, ok := parseOOM(record); !ok || pod != uid || container != victim {
			t.Errorf("pod %q, container %q, %t of %s", pod, container, ok, record)
		}
	}
	for _, record := range []string{
		"", "6,1,2,-;web invoked oom-killer: gfp_mask=0xcc0", strings.Replace(oomRecord, "oom-kill:", "said: ", 1),
		"6,1,2,-;oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/user.slice/session-1.scope,task=go,pid=1,uid=0",
	} {
		if pod, _, ok := parseOOM(record); ok {
			t.Errorf("pod %s killed by %q", pod, record)
		}
	}
}

// What the kernel overwrote before it was read is a gap; what else it says is of no
// interest; a log that cannot be read any more is an error.
func TestKernelLogTellsOfTheKilled(t *testing.T) {
	broken := errors.New("input/output error")
	said := []any{"6,1,2,-;docker0: port 1 entered blocking state\n", oomRecord, syscall.EPIPE, oomRecord, broken}
	rec := newRecorder()
	err := kernelLog{}.follow(t.Context(), rec, func(buffer []byte) (int, error) {
		next := said[0]
		said = said[1:]
		if err, is := next.(error); is {
			return 0, err
		}
		return copy(buffer, next.(string)), nil
	})
	killed := rec.Snapshot()
	if !errors.Is(err, broken) || len(killed) != 2 || len(rec.History().Gaps) != 1 {
		t.Fatalf("%v, %+v, gaps %+v", err, killed, rec.History().Gaps)
	}
	if k := killed[0]; k.Source != history.SourceKernel || k.State != history.KernelOOM || k.Attrs[history.AttrContainerID] != victim {
		t.Errorf("%+v", k)
	}
}

func TestKernelLogThatCannotBeRead(t *testing.T) {
	if _, ok := KernelLog(filepath.Join(t.TempDir(), "none")); ok {
		t.Error("a log that is not there can be read")
	}
}

// Where the kernel's own log can be read and written, it is read for real.
func TestKernelLog(t *testing.T) {
	o, ok := KernelLog(KernelLogPath)
	if !ok {
		t.Skip("no access to the kernel's log")
	}
	rec := newRecorder()
	a := armed(t, rec, o)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	<-ctx.Done() // nothing that happens here is a container's death
	stop(t, a)
	if gaps := rec.History().Gaps; len(gaps) > 0 {
		t.Errorf("gaps %+v", gaps)
	}
	for _, i := range rec.Snapshot() {
		if i.Source != history.SourceKernel {
			t.Errorf("%+v", i)
		}
	}
}

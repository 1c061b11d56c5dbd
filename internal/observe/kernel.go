package observe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// KernelLogPath is where Linux gives its own log to root.
const KernelLogPath = "/dev/kmsg"

// KernelLog watches the kernel's log for containers of any pod that it kills for
// their memory. Where nodes share this kernel it is the one witness that is always
// there: containerd drops the news of a container whose cgroup is gone by the time
// it looks (pkg/oom/v1, process), and the pod's status then says "Error".
//
// It feeds history.SourceKernel. ok is false where the log cannot be read.
func KernelLog(path string) (o Observer, ok bool) {
	file, err := openKernelLog(path)
	if err != nil {
		return nil, false
	}
	_ = file.Close()
	return kernelLog{path}, true
}

type kernelLog struct{ path string }

// openKernelLog opens the log at its end. Each read returns one record.
func openKernelLog(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, 2); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func (kernelLog) Name() string { return "kernel log" }

func (kernelLog) Sources() []string { return []string{history.SourceKernel} }

// recordSize is the most that a record of the log is long (linux/printk.h,
// CONSOLE_EXT_LOG_MAX).
const recordSize = 8192

func (k kernelLog) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	file, err := openKernelLog(k.path)
	if err != nil {
		return fmt.Errorf("open the kernel's log: %w", err)
	}
	defer file.Close()
	defer context.AfterFunc(ctx, func() { _ = file.SetReadDeadline(time.Unix(1, 0)) })()
	ready()
	return k.follow(ctx, rec, file.Read)
}

// follow takes record after record until ctx ends.
func (k kernelLog) follow(ctx context.Context, rec *history.Recorder, read func([]byte) (int, error)) error {
	buffer := make([]byte, recordSize)
	for {
		n, err := read(buffer)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the read was ended with the context
		}
		switch {
		case errors.Is(err, syscall.EPIPE):
			// Records were overwritten before we read them.
			now := rec.Clock().Now()
			gap(rec, k.Sources(), "", GapMissed, now, now, "the kernel's log went on too fast")
		case err != nil:
			return fmt.Errorf("read the kernel's log: %w", err)
		default:
			if uid, container, ok := parseOOM(string(buffer[:n])); ok {
				rec.Instant(history.Interval{Source: history.SourceKernel, State: history.KernelOOM, From: rec.Clock().Now(),
					Attrs: history.Attrs{history.AttrUID: uid, history.AttrContainerID: container}})
			}
		}
	}
}

// task is the cgroup of what was killed, in a pod's: the pod's UID, with dashes or as
// systemd writes them, and the container's ID.
var task = regexp.MustCompile(`task_memcg=\S*pod([0-9a-f]{8}[-_][0-9a-f_-]{27})\S*?/(?:cri-containerd-)?([0-9a-f]{64})`)

// parseOOM reads which container of which pod the kernel killed (mm/oom_kill.c,
// dump_oom_victim).
//
//	"6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,...,task_memcg=/...-pod1e835226_6cbd_4655_a477_9ab43b4e6fb5.slice/cri-containerd-8837...scope,task=web,pid=1,uid=2"
func parseOOM(record string) (uid, container string, ok bool) {
	if !strings.Contains(record, ";oom-kill:") {
		return "", "", false
	}
	m := task.FindStringSubmatch(record)
	if m == nil {
		return "", "", false // not a container's
	}
	return strings.ReplaceAll(m[1], "_", "-"), m[2], true
}

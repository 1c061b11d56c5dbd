package observe

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/kubernetes"

	"github.com/seatrial/seatrial/internal/history"
)

// logsLast bounds the last fetch of all logs when the trial ends.
const logsLast = 5 * time.Second

// PodLog opens a container's log; see PodLogs.
type PodLog func(ctx context.Context, pod string, o *corev1.PodLogOptions) (io.ReadCloser, error)

// PodLogs reads logs of the namespace's pods through the API server.
func PodLogs(client kubernetes.Interface, namespace string) PodLog {
	return func(ctx context.Context, pod string, o *corev1.PodLogOptions) (io.ReadCloser, error) {
		return client.CoreV1().Pods(namespace).GetLogs(pod, o).Stream(ctx)
	}
}

// Logs saves what every container of the namespace prints, as it comes, since a
// deleted pod's log cannot be had afterwards: evidence, on PASS too. The n-th
// start of a container (from 0, its restart count) goes to
// dir/POD_CONTAINER_n.log, at most limit bytes of it.
//
// What was kept is told to the record (SourceSaved), though no sensor goes blind
// without it. What could not be had says so in its file.
func Logs(client kubernetes.Interface, namespace string, open PodLog, dir string, limit int64) Observer {
	return &podLogs{client: client, namespace: namespace, open: open, dir: dir, limit: limit}
}

type podLogs struct {
	client    kubernetes.Interface
	namespace string
	open      PodLog
	dir       string
	limit     int64
}

// Name implements Observer.
func (*podLogs) Name() string { return "logs" }

// Sources lists none: logs are evidence for people, their loss blinds no sensor.
func (*podLogs) Sources() []string { return nil }

// Observe implements Observer.
func (l *podLogs) Observe(ctx context.Context, rec *history.Recorder, ready func()) error {
	if err := os.MkdirAll(l.dir, 0o755); err != nil {
		return fmt.Errorf("save logs: %w", err)
	}
	c := &logCollector{podLogs: l, rec: rec, owner: map[string]string{}, taken: map[string]bool{}}
	pods := podKind(l.client, l.namespace, "", &kind[*corev1.Pod]{name: l.Name()})
	pods.touch = func(p *corev1.Pod, gone bool) {
		if !gone {
			c.look(ctx, p)
		}
	}
	err := pods.Observe(ctx, rec, ready)
	c.running.Wait()
	return err
}

// A logCollector remembers which starts of which containers are taken care of.
type logCollector struct {
	*podLogs
	rec     *history.Recorder
	owner   map[string]string // uid by pod name: a StatefulSet's next pod has the same name
	taken   map[string]bool   // by file name
	running sync.WaitGroup
}

// A startLog is the log of one start of a container.
type startLog struct {
	pod, uid string
	file     string
	n        int32 // which start, from 0
	corev1.PodLogOptions
}

// look begins to follow what runs and fetches what ended unseen.
func (c *logCollector) look(ctx context.Context, p *corev1.Pod) {
	name := p.Name
	if uid, ok := c.owner[name]; !ok {
		c.owner[name] = string(p.UID)
	} else if uid != string(p.UID) {
		name += "." + string(p.UID)[:min(8, len(p.UID))]
	}
	for _, s := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		of := func(n int32, previous bool) startLog {
			return startLog{pod: p.Name, uid: string(p.UID), file: fmt.Sprintf("%s_%s_%d.log", name, s.Name, n), n: n,
				PodLogOptions: corev1.PodLogOptions{Container: s.Name, Previous: previous, Timestamps: true}}
		}
		if s.State.Running != nil || s.State.Terminated != nil {
			c.take(ctx, of(s.RestartCount, false))
		}
		if s.RestartCount > 0 && s.LastTerminationState.Terminated != nil {
			c.take(ctx, of(s.RestartCount-1, true))
		}
	}
}

// take saves one start's log, once, and tells the record.
func (c *logCollector) take(ctx context.Context, l startLog) {
	if c.taken[l.file] {
		return
	}
	c.taken[l.file] = true
	c.running.Go(func() {
		state := history.StatePart
		if c.save(ctx, l) {
			state = history.StateWhole
		}
		c.tell(l, state)
	})
}

func (c *logCollector) tell(l startLog, state string) {
	size := int64(0)
	if info, err := os.Stat(filepath.Join(c.dir, l.file)); err == nil {
		size = info.Size()
	}
	c.rec.Instant(history.Interval{
		Source: history.SourceSaved, Subject: l.pod + "/" + l.Container, State: state, From: c.rec.Clock().Now(), Detail: l.file,
		Attrs: attrs(history.AttrUID, l.uid, history.AttrRestarts, fmt.Sprint(l.n), history.AttrBytes, fmt.Sprint(size)),
	})
}

// save follows a log to its end, from its beginning again where that broke off.
// When the trial ends first the whole is fetched once more, so that nothing of
// the last moment is missing. It reports whether the log is whole.
func (c *logCollector) save(ctx context.Context, l startLog) (whole bool) {
	file := filepath.Join(c.dir, l.file)
	follow := l.PodLogOptions
	follow.Follow = !l.Previous
	for ctx.Err() == nil {
		err := c.copy(ctx, l.pod, file, follow)
		if err == nil || apierrors.IsNotFound(err) || apierrors.IsBadRequest(err) {
			return err == nil // or gone for good
		}
		pause(ctx, retryEvery)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), logsLast)
	defer cancel()
	again := file + ".whole"
	if c.copy(last, l.pod, again, l.PodLogOptions) == nil {
		return os.Rename(again, file) == nil
	}
	_ = os.Remove(again) // what was followed stays
	return false
}

func (c *logCollector) copy(ctx context.Context, pod, file string, o corev1.PodLogOptions) error {
	stream, err := c.open(ctx, pod, &o)
	if err != nil {
		return err
	}
	return writeLog(file, stream, c.limit)
}

// writeLog copies at most limit bytes of the stream into the file and says at its
// end why there is no more, if there should be.
func writeLog(file string, stream io.ReadCloser, limit int64) error {
	defer func() { _ = stream.Close() }()
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("save log: %w", err)
	}
	n, err := io.Copy(f, io.LimitReader(stream, limit))
	if err != nil {
		_, _ = fmt.Fprintf(f, "\n[seatrial: the log broke off: %v]\n", err)
	} else if n == limit {
		_, _ = fmt.Fprintf(f, "\n[seatrial: cut at %d bytes]\n", limit)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("save log %s: %w", filepath.Base(file), err)
	}
	return nil
}

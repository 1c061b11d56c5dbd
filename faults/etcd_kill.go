package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// EtcdKill kills etcd while ConfigMaps are written in the trial's namespace, and goes on
// writing until writes are acknowledged again. Each that was acknowledged is in the
// record (SourceWrite); one that failed may have been written or not, and is not.
func EtcdKill() Fault { return etcdKill{} }

type etcdKill struct{}

func (etcdKill) Card() Card {
	return Card{
		Name:     "controlplane/etcd-kill",
		Breaks:   "etcd is killed while somebody writes",
		ShowsAs:  "writes fail for a moment; etcd's container is restarted by its kubelet",
		UndoneBy: "nothing: the kubelet starts it again",
		Look:     "kubectl get configmaps --watch",
		Blinds:   apiSources,
	}
}

func (etcdKill) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.NodePower} }

func (etcdKill) Rights() []Right { return Allow("", "configmaps", "create") }

const (
	writesEach   = 20                    // acknowledged before the kill, and after it
	writeEvery   = 50 * time.Millisecond // from one write to the next
	writeTimeout = 2 * time.Second
)

func (etcdKill) Inject(ctx context.Context, s *Site) error {
	node := s.Nodes.Names("control-plane")[0]
	container, err := s.componentOn(ctx, node, "etcd")
	if err != nil {
		return err
	}
	w := &writer{site: s}
	if err := w.until(ctx, writesEach); err != nil {
		return err
	}
	kill := make(chan error, 1)
	go func() {
		kill <- s.Deed("kill etcd on "+node, []string{node}, func() error {
			_, err := s.Nodes.Exec(ctx, node, "sh", "-c", signalLine, "sh", container, "KILL")
			return err
		})
	}()
	for killed := false; !killed; { // writes are under way when it dies
		select {
		case err := <-kill:
			if err != nil {
				return err
			}
			killed = true
		default:
			if err := w.until(ctx, 1); err != nil {
				return errors.Join(err, <-kill) // nothing goes on once we have returned
			}
		}
	}
	err = s.Until(ctx, "the end of etcd on "+node, func(seen []history.Interval) bool { return processEnded(seen, container) })
	if err != nil {
		return err
	}
	return w.until(ctx, writesEach)
}

// componentOn is what the runtime calls the container of a part of the control plane.
func (s *Site) componentOn(ctx context.Context, node, name string) (string, error) {
	out, err := s.Nodes.Exec(ctx, node, "crictl", "ps", "--quiet", "--name", "^"+name+"$")
	if err != nil {
		return "", fmt.Errorf("find the container of %s on %s: %w", name, node, err)
	}
	container := strings.TrimSpace(out)
	if container == "" {
		return "", fmt.Errorf("no container of %s runs on %s", name, node)
	}
	return container, nil
}

// writer writes ConfigMaps, each under a name of its own.
type writer struct {
	site  *Site
	tried int
}

// until writes until so many more were acknowledged.
func (w *writer) until(ctx context.Context, more int) error {
	ticker := time.NewTicker(writeEvery)
	defer ticker.Stop()
	for acknowledged := 0; acknowledged < more; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for %d more writes to be acknowledged, %d were: %w", more, acknowledged, context.Cause(ctx))
		}
		if w.write(ctx) {
			acknowledged++
		}
	}
	return nil
}

// write writes one, and reports and records whether that was acknowledged.
func (w *writer) write(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	w.tried++
	name := fmt.Sprintf("write-%d", w.tried)
	object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"n": fmt.Sprint(w.tried)}}
	from := w.site.Clock.Now()
	if _, err := w.site.Client.CoreV1().ConfigMaps(w.site.Namespace).Create(ctx, object, metav1.CreateOptions{}); err != nil {
		return false
	}
	w.site.Note(history.Interval{Source: history.SourceWrite, Subject: name, State: history.StateAcknowledged, From: from, To: w.site.Clock.Now()})
	return true
}

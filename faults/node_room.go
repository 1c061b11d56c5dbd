package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/seatrial/seatrial/internal/history"
)

// memoryRoom is how many bytes a node's memory may still lose before its kubelet
// evicts: what it calls available, less its hard threshold. The kubelet's figure may be
// old; one is waited for that was taken after the call.
func (s *Site) memoryRoom(ctx context.Context, node string) (int64, error) {
	var config struct {
		KubeletConfig struct{ EvictionHard map[string]string }
	}
	if err := s.kubelet(ctx, node, "configz", &config); err != nil {
		return 0, err
	}
	text := config.KubeletConfig.EvictionHard["memory.available"]
	threshold, err := resource.ParseQuantity(text)
	if err != nil || threshold.IsZero() {
		return 0, fmt.Errorf("the kubelet of %s evicts nothing for memory: its threshold is %q", node, text)
	}
	since := time.Now()
	for {
		var summary struct {
			Node struct {
				Memory struct {
					Time           time.Time
					AvailableBytes int64
				}
			}
		}
		if err := s.kubelet(ctx, node, "stats/summary", &summary); err != nil {
			return 0, err
		}
		if memory := summary.Node.Memory; memory.Time.After(since) {
			return memory.AvailableBytes - threshold.Value(), nil
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return 0, fmt.Errorf("wait for the kubelet of %s to measure its memory: %w", node, context.Cause(ctx))
		}
	}
}

// kubelet asks a node's kubelet, through the API server.
func (s *Site) kubelet(ctx context.Context, node, path string, into any) error {
	raw, err := s.Client.CoreV1().RESTClient().Get().Resource("nodes").Name(node).SubResource("proxy").Suffix(path).DoRaw(ctx)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("ask the kubelet of %s for %s: %w", node, path, err)
	}
	return nil
}

// underPressure reports whether a node has that condition of its kubelet.
func underPressure(seen []history.Interval, node string, condition corev1.NodeConditionType) bool {
	i, ok := observedNow(seen, history.SourceCondition, node+"/"+string(condition))
	return ok && i.State == string(corev1.ConditionTrue)
}

// evicted reports whether a kubelet evicted the pod.
func evicted(seen []history.Interval, pod string) bool {
	i, ok := observedNow(seen, history.SourcePod, pod)
	return ok && (i.Attrs[history.AttrReason] == history.ReasonEvicted || i.Attrs[history.AttrReason] == history.ReasonByKubelet)
}

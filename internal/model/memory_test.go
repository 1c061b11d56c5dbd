package model

import (
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

func TestMemoryPressure(t *testing.T) {
	w := &World{Settings: history.Settings{Kubelets: map[string]history.Kubelet{
		"tight": {EvictionHard: map[string]string{"memory.available": "22Gi"}},
		"off":   {EvictionHard: map[string]string{"memory.available": "0%"}},
	}}}
	if got := w.MemoryPressure("tight"); got.From != 0 || got.To != 21*time.Second {
		t.Errorf("%+v", got)
	}
	for _, node := range []string{"off", "unknown"} {
		if got := w.MemoryPressure(node); got.From != Forever {
			t.Errorf("%s: %+v", node, got)
		}
	}
	if got := w.EvictedForDisk(); got.From != 0 || got.To != 23*time.Second {
		t.Errorf("%+v", got)
	}
}

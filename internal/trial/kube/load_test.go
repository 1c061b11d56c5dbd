package kube

import "testing"

func TestConnections(t *testing.T) {
	for pods, want := range map[int]int{0: 8, 1: 8, 2: 16, 3: 24, 5: 46, 10: 103} {
		if got := connections(pods); got != want {
			t.Errorf("%d pods: got %d, want %d", pods, got, want)
		}
	}
}

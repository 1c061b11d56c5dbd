package faults

import (
	"testing"
	"time"
)

// AskFor has the API server be asked for so long in a test.
func AskFor(t *testing.T, d time.Duration) {
	was := askFor
	askFor = d
	t.Cleanup(func() { askFor = was })
}

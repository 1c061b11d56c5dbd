package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
	"github.com/seatrial/seatrial/internal/judge"
)

// written is etcd killed at 10 s, with a write before it and one after it; the latter is
// there until an instant.
func written(after, until string) *historytest.Builder {
	b := calm("controlplane/etcd-kill", "cp")
	b.State(history.SourceWrite, "write-1", "9s acknowledged 9.1s -").State(history.SourceWrite, "write-2", after+" acknowledged 15.1s -")
	return b.State(history.SourceConfig, "write-1", "9.1s d1").State(history.SourceConfig, "write-2", "15.1s d2 "+until+" -")
}

func TestWritesKept(t *testing.T) {
	k := judge.WritesKept()
	judgeAll(t, []judged{
		{"all there", k, written("15s", "90s"), judge.Pass, "1 acknowledged before the deed, 1 after it"},
		{"one lost", k, written("15s", "50s"), judge.Fail, "write-2"},
		{"none before", k, written("15s", "90s").Without(history.SourceWrite, "write-1"), judge.Invalid, "0 writes"},
		{"none after", k, written("9.5s", "90s"), judge.Invalid, "0 after it"},
	})
}

package host

import (
	"runtime"
	"testing"
	"time"
)

func TestParseProcessorTime(t *testing.T) {
	idle, total, err := parseProcessorTime("cpu  10 0 5 80 5 0 0 0 0 0\ncpu0 1 2 3\n")
	if err != nil || idle != 850*time.Millisecond || total != time.Second {
		t.Errorf("%s of %s, %v", idle, total, err)
	}
	for _, text := range []string{"", "cpu", "cpu  1 2 3", "intr 1 2 3 4 5 6 7 8 9", "cpu  a b c d e f g h"} {
		if _, _, err := parseProcessorTime(text); err == nil {
			t.Errorf("%q is taken for processor time", text)
		}
	}
}

func TestProcessorTimePasses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the kernel does not tell")
	}
	idle, total, err := ProcessorTime()
	if err != nil || idle <= 0 || total < idle {
		t.Errorf("%s of %s, %v", idle, total, err)
	}
}

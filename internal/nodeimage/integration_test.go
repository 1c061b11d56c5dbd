package nodeimage

import (
	"os"
	"testing"

	"github.com/seatrial/seatrial/internal/host"
)

// TestEnsure makes a real image with the real Docker:
//
//	SEATRIAL_IMAGE_TEST=v1.36.3 go test -run TestEnsure -timeout 30m -v ./internal/nodeimage
func TestEnsure(t *testing.T) {
	version := os.Getenv("SEATRIAL_IMAGE_TEST")
	if version == "" {
		t.Skip("set SEATRIAL_IMAGE_TEST to a Kubernetes version to build its image")
	}
	im, err := Ensure(t.Context(), version, Options{Progress: func(s host.Step) {
		if s.Done || s.Elapsed.Seconds() < 1 || int(s.Elapsed.Seconds())%10 == 0 {
			t.Logf("%-30s %6.1fs done=%t cached=%t %v %s", s.Name, s.Elapsed.Seconds(), s.Done, s.Cached, s.Err, s.Detail)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", im)
}

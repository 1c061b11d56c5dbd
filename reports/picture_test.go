package reports

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/history/historytest"
)

// A picture is well-formed, names both trials, and shows failures where there are some.
func TestPicture(t *testing.T) {
	const before = "ok:web-7c-a,web-7c-b,web-7c-c*450"
	main := historytest.Web().Instant(history.SourceApp, historytest.PodA, history.AppSIGTERM, "14s").
		Instant(history.SourceApp, historytest.PodA, history.AppProbe, "11s", "path=/live code=0")
	twin := historytest.Web().Load(history.LaneFresh, 50, time.Second, before+" XX*1020")
	got, err := Picture(main.Build(), twin.Build(), "liveness probe")
	if err != nil {
		t.Fatal(err)
	}
	text := string(got)
	for _, want := range []string{"with liveness probe", "without liveness probe", "SIGTERM", "pod/delete at 0 s", `fill="#cf222e"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in it", want)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoPicture(t *testing.T) {
	whole := historytest.Web().Build()
	if _, err := Picture(whole, nil, "x"); err == nil || !strings.Contains(err.Error(), "draw without x: there is no record of it") {
		t.Error(err)
	}
	if _, err := Picture(historytest.Web().Targets("web").Build(), whole, "x"); err == nil || !strings.Contains(err.Error(), "is no pod") {
		t.Error(err)
	}
	if _, err := Picture(historytest.Web().Marks("deploy 0s steady 3s drain 30s").Build(), whole, "x"); err == nil || !strings.Contains(err.Error(), "nothing was broken") {
		t.Error(err)
	}
}

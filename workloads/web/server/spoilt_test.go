package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/seatrial/seatrial/workloads"
)

// The first answer that a knob spoils is in the log, and the first after each turn.
func TestFirstSpoiltAnswerIsLogged(t *testing.T) {
	s := newSite(t)
	spoilt := func() (n int, last workloads.Event) {
		for _, e := range events(t, s.app.log, 0) {
			if e.State == stateSpoilt {
				n, last = n+1, e
			}
		}
		return n, last
	}
	s.turn(workloads.KnobFailBusiness, "true")
	s.want("/", 500)
	s.want("/", 500)
	if n, e := spoilt(); n != 1 || e.Attrs[attrCode] != "500" || e.Attrs[attrCause] != "status" || e.Attrs[attrPath] != "/" {
		t.Errorf("%d times, %+v", n, e)
	}
	s.turn(workloads.KnobFailBusiness, "false")
	s.want("/", 200)
	s.turn(workloads.KnobTruncate, "true")
	_, _, _ = s.get("/", time.Second)
	if n, e := spoilt(); n != 2 || e.Attrs[attrCause] != "truncated" || e.Attrs[attrCode] != "200" {
		t.Errorf("%d times, %+v", n, e)
	}
}

// What a probe's header said is in the log.
func TestHeaderIsLogged(t *testing.T) {
	s := newSite(t)
	req, _ := http.NewRequest(http.MethodGet, s.service+"/healthz", nil)
	req.Header.Set("Custom-Header", "Awesome")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	s.await("the header", func(e workloads.Event) bool {
		return e.Attrs[attrPath] == "/healthz" && e.Attrs[attrHeader] == "Awesome"
	})
}

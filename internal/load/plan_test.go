package load

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

func TestPlanSaysWhatIsWrong(t *testing.T) {
	ok := Plan{URL: "http://127.0.0.1:1/", Lanes: both(1, 1), MaxDuration: time.Second}
	if err := ok.Validate(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*Plan){
		"bounded":                   func(p *Plan) { p.MaxDuration = 0 },
		"negative":                  func(p *Plan) { p.Timeout = -1 },
		"no lanes":                  func(p *Plan) { p.Lanes = nil },
		"rate 0":                    func(p *Plan) { p.Lanes = both(0, 1) },
		"rate 100001":               func(p *Plan) { p.Lanes = both(100_001, 1) },
		`"reused": 0 connections`:   func(p *Plan) { p.Lanes = both(1, 0) },
		`"fresh" pins`:              func(p *Plan) { p.Lanes[0].Connections = 3 },
		"twice":                     func(p *Plan) { p.Lanes[1].Name = "fresh" },
		"no name":                   func(p *Plan) { p.Lanes[1].Name = "" },
		"does not begin with /":     func(p *Plan) { p.Lanes[0].Path = "named" },
		"missing protocol scheme":   func(p *Plan) { p.URL = "://" },
		"is not http://HOST/":       func(p *Plan) { p.URL = "ftp://127.0.0.1/" },
		"not http://HOST":           func(p *Plan) { p.URL = "http:///x" },
		"net/http: invalid method":  func(p *Plan) { p.Method = "G T" },
		"no header":                 func(p *Plan) { p.Header = http.Header{"A(b": {"x"}} },
		"port 99999 is not between": func(p *Plan) { p.URL = "http://127.0.0.1:99999/" },
		"a body of 1048577 bytes":   func(p *Plan) { p.Body = make([]byte, BodyMost+1) },
		"missing port":              func(p *Plan) { p.Dial = "127.0.0.1" },
		"not a loopback":            func(p *Plan) { p.URL = "http://192.0.2.1/" },
		"192.0.2.1:80 is not a loo": func(p *Plan) { p.Dial = "192.0.2.1:80" },
		"not an IP address":         func(p *Plan) { p.SourceAddrs = []string{"lo"} },
	} {
		bad := ok
		bad.Lanes = append([]Lane(nil), ok.Lanes...)
		spoil(&bad)
		if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	for _, allowed := range []Plan{
		{URL: "http://192.0.2.1/", AllowAny: true}, {URL: "http://192.0.2.1/", NetNS: "/proc/1/ns/net"},
		{URL: "http://web.test/", Dial: "127.0.0.3:80"}, {URL: "http://[::1]/"}, {URL: "https://localhost/"},
	} {
		allowed.Lanes, allowed.MaxDuration = ok.Lanes, ok.MaxDuration
		if err := allowed.Validate(); err != nil {
			t.Errorf("%s: %v", allowed.URL, err)
		}
	}
}

// The largest body that is allowed arrives at the process.
func TestPlanWithALargeBody(t *testing.T) {
	p := Plan{URL: "http://127.0.0.1:1/", Lanes: both(1, 1), MaxDuration: time.Second, Body: bytes.Repeat([]byte{0xff}, BodyMost)}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	line, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readPlan(bufio.NewReader(bytes.NewReader(append(line, '\n'))))
	if err != nil || len(got.Body) != BodyMost {
		t.Errorf("%d bytes, %v", len(got.Body), err)
	}
}

// Who is named in the URL is sent, as a browser would.
func TestRequestNamesTheUser(t *testing.T) {
	_, wire, err := Plan{URL: "http://ann:s3cret@127.0.0.1:1/"}.render()
	if err != nil || !bytes.Contains(wire, []byte("Authorization: Basic YW5uOnMzY3JldA==\r\n")) {
		t.Errorf("%v in %q", err, wire)
	}
}

// A name of the target's own that is not resolved is the target's failure.
func TestWhoseNamesTheyAre(t *testing.T) {
	for own, want := range map[bool]history.Class{false: history.ClassTesterDNS, true: history.ClassDNS} {
		w := &wire{plan: Plan{OwnNames: own}}
		s := &history.Sample{}
		w.fail(s, &net.DNSError{Err: "connection refused"}, stageDial, false, &limit{})
		if s.Class != want {
			t.Errorf("own names %t: %s, want %s", own, s.Class, want)
		}
		w.fail(s, &net.DNSError{Err: "i/o timeout", IsTimeout: true}, stageDial, false, &limit{over: true})
		if s.Class != want {
			t.Errorf("own names %t, and nobody told the address in time: %s, want %s", own, s.Class, want)
		}
	}
}

// A lane may ask for a path of its own.
func TestLaneHasItsOwnPath(t *testing.T) {
	p := Plan{URL: "http://127.0.0.1:1/?x=1"}
	for path, want := range map[string]string{"": "http://127.0.0.1:1/?x=1", "/named": "http://127.0.0.1:1/named?x=1"} {
		got, err := p.on(Lane{Path: path})
		if err != nil || got.URL != want {
			t.Errorf("path %q: %s, %v, want %s", path, got.URL, err, want)
		}
	}
}

func TestPlanSurvivesTheWayToTheProcess(t *testing.T) {
	p := Plan{URL: "http://127.0.0.1:1/", Lanes: both(3, 4), Timeout: 1, Method: "POST", Header: http.Header{"A": {"b", "c"}}, Body: []byte{0, 255},
		ExpectStatus: []int{204}, ExpectBody: "x", Insecure: true, Dial: "127.0.0.2:3", SourceAddrs: []string{"127.0.0.4"}, NetNS: "n",
		AllowAny: true, OwnNames: true, MaxDuration: 5, Origin: 6, Throttle: 7, HideRetries: true}
	for i := range reflect.TypeFor[Plan]().NumField() {
		if reflect.ValueOf(p).Field(i).IsZero() {
			t.Errorf("the test leaves %s out", reflect.TypeFor[Plan]().Field(i).Name)
		}
	}
	line, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Plan
	if err := json.Unmarshal(line, &back); err != nil || !reflect.DeepEqual(p, back) {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestRecordSaysWhatIsHidden(t *testing.T) {
	p := Plan{Lanes: both(50, 24)}
	lanes := p.Record(history.ViaMappedPort)
	if len(lanes) != 2 || lanes[1].Connections != 24 || lanes[0].Timeout != DefaultTimeout || len(lanes[0].Hides) == 0 {
		t.Errorf("%+v", lanes)
	}
	if direct := p.Record(history.ViaNetNS); len(direct[0].Hides) != 0 || direct[0].Via != history.ViaNetNS {
		t.Errorf("%+v", direct)
	}
}

// The request goes out as asked for, and marks connections as nothing special.
func TestRequestOnTheWire(t *testing.T) {
	p := Plan{URL: "http://127.0.0.1:1/a?b=c", Method: "POST", Header: http.Header{"host": {"web.test"}, "x-user": {"beta"}}, Body: []byte("hi")}
	_, wire, err := p.render()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"POST /a?b=c HTTP/1.1\r\n", "Host: web.test\r\n", "X-User: beta\r\n", "Content-Length: 2\r\n", "\r\n\r\nhi"} {
		if !strings.Contains(string(wire), want) {
			t.Errorf("no %q in %q", want, wire)
		}
	}
	if strings.Contains(string(wire), "Connection:") || strings.Count(string(wire), "Host:") != 1 {
		t.Errorf("%q", wire)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	server.Config.ErrorLog = stdlog.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	for _, insecure := range []bool{true, false} {
		var got log
		plan := Plan{URL: server.URL, Lanes: both(50, 2), MaxDuration: time.Second, Insecure: insecure, ExpectStatus: []int{204}}
		report, err := Run(t.Context(), plan, got.sample, got.gap)
		if err != nil {
			t.Fatal(err)
		}
		for _, lane := range report.Lanes {
			if insecure && lane.Failures() > 0 || !insecure && (lane.Failures() != lane.Failed[history.ClassTLS] || lane.OK > 0) {
				t.Errorf("insecure %v: %d good, failed %v", insecure, lane.OK, lane.Failed)
			}
			measured(t, lane)
		}
	}
}

// A host name is checked once it has been resolved.
func TestNamesThatAreNotLoopbackAreRefused(t *testing.T) {
	d, err := newDialler(Plan{URL: "http://somewhere.test/"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	check := d.control()
	if err := check(t.Context(), "tcp4", "192.0.2.7:80", nil); err == nil {
		t.Error("192.0.2.7 is let through")
	}
	if err := check(t.Context(), "tcp4", "127.0.0.1:80", nil); err != nil {
		t.Error(err)
	}
}

package target

import (
	"io"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "__target" {
		if err := Main(os.Stdin, os.Stdout); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func TestSchedule(t *testing.T) {
	all := Schedule(7, 200, 5*time.Millisecond, 5*time.Second, time.Second)
	if !slices.Equal(all, Schedule(7, 200, 5*time.Millisecond, 5*time.Second, time.Second)) {
		t.Error("the same seed gave another schedule")
	}
	short, long := 0, 0
	for _, o := range all {
		if o.For < 5*time.Millisecond || o.For > 5*time.Second || o.After < time.Second || o.After > 1100*time.Millisecond {
			t.Errorf("%+v", o)
		}
		if o.For < 50*time.Millisecond {
			short++
		}
		if o.For > 500*time.Millisecond {
			long++
		}
	}
	if len(all) != 200 || short < 40 || long < 40 || Length(all) < 200*time.Second {
		t.Errorf("%d outages, %d short and %d long ones, %s", len(all), short, long, Length(all))
	}
}

// tried is a request, by the clock of the truth.
type tried struct {
	before, after int64
	good          bool
}

// Every request fails that was made while the target says that it was broken, and
// none before or after.
func TestTruth(t *testing.T) {
	var schedule []Outage
	for _, k := range Kinds {
		schedule = append(schedule, Outage{Kind: k, After: 300 * time.Millisecond, For: 200 * time.Millisecond})
	}
	s, err := Start([]string{os.Args[0], "__target"}, append(schedule, Outage{Kind: Error, After: 300 * time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Stop() }()
	stop, ended := make(chan struct{}), make(chan []tried)
	go func() {
		var all []tried
		client := &http.Client{Timeout: 100 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}
		for {
			select {
			case <-stop:
				ended <- all
				return
			default:
				all = append(all, try(client, s.URL))
			}
		}
	}()
	if err := s.Go(); err != nil {
		t.Fatal(err)
	}
	truth, err := s.Truth()
	if err != nil {
		t.Fatal(err)
	}
	close(stop)
	for _, x := range <-ended {
		during, beside := false, true
		for _, o := range truth {
			during = during || x.before > o.From[1] && x.after < o.To[0]
			beside = beside && (x.after < o.From[0] || x.before > o.To[1])
		}
		if during && x.good || beside && !x.good {
			t.Errorf("a request from %d to %d: good %t, in an outage %t\n%+v", x.before, x.after, x.good, during, truth)
		}
	}
	for i, o := range truth {
		if length := time.Duration(o.To[0] - o.From[1]); length < schedule[min(i, len(schedule)-1)].For && i < len(schedule) {
			t.Errorf("outage %d lasted %s", i, length)
		}
	}
}

func try(client *http.Client, url string) tried {
	x := tried{before: Now()}
	if answer, err := client.Get(url); err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		x.good = err == nil && answer.StatusCode == http.StatusOK
		_ = answer.Body.Close()
	}
	x.after = Now()
	return x
}

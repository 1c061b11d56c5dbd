package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/probes"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		asked, locale, want string
		known               bool
	}{
		{"", "", "en", true},
		{"", "C.UTF-8", "en", true},
		{"", "de_DE.UTF-8", "en", true},
		{"", "ko_KR.UTF-8", "ko", true},
		{"", "KO_KR", "ko", true},
		{"", "ko.UTF-8", "ko", true},
		{"", "ko", "ko", true},
		{"en", "ko_KR.UTF-8", "en", true},
		{"ko", "en_US.UTF-8", "ko", true},
		{"fr", "en_US.UTF-8", "fr", false},
	} {
		if got, known := Language(c.asked, c.locale); got != c.want || known != c.known {
			t.Errorf("Language(%q, %q) = %q, %t, want %q, %t", c.asked, c.locale, got, known, c.want, c.known)
		}
	}
}

// Every language says everything, with the same figures in the same places.
func TestWordsAreWhole(t *testing.T) {
	english := reflect.ValueOf(languages["en"])
	for name, w := range languages {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			field, text := v.Type().Field(i).Name, v.Field(i).String()
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s says nothing for %s", name, field)
			}
			if got, want := verbs(text), verbs(english.Field(i).String()); got != want {
				t.Errorf("%s: %s has figures %q, English %q", name, field, got, want)
			}
		}
	}
}

// heard is a view that keeps what it was told.
type heard struct {
	run.Viewer
	said []string
}

func (h *heard) Say(text string)     { h.said = append(h.said, text) }
func (h *heard) Working(p host.Step) { h.said = append(h.said, p.Name) }

// Until the question is asked what takes long is shown elsewhere than from then on.
func TestBeforehand(t *testing.T) {
	var first, then heard
	b := &beforehand{Viewer: &then, first: &first}
	b.Say("waiting")
	b.Working(host.Step{Name: "build"})
	b.over.Store(true)
	b.Working(host.Step{Name: "late"})
	if got := strings.Join(first.said, " ") + "; " + strings.Join(then.said, " "); got != "waiting build; late" {
		t.Error(got)
	}
	(&beforehand{Viewer: &then}).Say("no other view")
	if len(then.said) != 2 {
		t.Errorf("said %q", then.said)
	}
}

// verbs are the formatting verbs of a text, in order.
func verbs(text string) string {
	var all []string
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '%' {
			all = append(all, text[i:i+2])
		}
	}
	return strings.Join(all, " ")
}

func session(in string) (*Session, *strings.Builder) {
	out := &strings.Builder{}
	return &Session{Scenario: probes.Deadlock, Language: "en", In: strings.NewReader(in), Out: out}, out
}

func TestAsk(t *testing.T) {
	text := probes.Deadlock.Lab.Text["en"]
	s, out := session("nonsense\n0\n5\n\n  3 \n1\n")
	answer, err := s.ask(t.Context(), text, languages["en"])
	if answer != 3 || err != nil {
		t.Errorf("answer %d, error %v", answer, err)
	}
	if got := strings.Count(out.String(), "Please type a number from 1 to 4"); got != 4 {
		t.Errorf("asked again %d times, want 4:\n%s", got, out.String())
	}
	for _, choice := range text.Choices {
		if !strings.Contains(out.String(), choice) {
			t.Errorf("%q was not offered", choice)
		}
	}
}

// Who has no kubectl is shown the way into a node, which has one.
func TestLook(t *testing.T) {
	ours := run.Held{Namespace: "st-a", Kubeconfig: "/k", Node: "dev-control-plane"}
	foreign := run.Held{Namespace: "st-a", Kubeconfig: "/k"}
	for _, tt := range []struct {
		hold    run.Held
		kubectl bool
		want    string
	}{
		{ours, true, "export KUBECONFIG=/k\nkubectl config set-context --current --namespace=st-a\nkubectl get pods"},
		{foreign, false, "export KUBECONFIG=/k\nkubectl config set-context --current --namespace=st-a\nkubectl get pods"},
		{ours, false, "docker exec -it dev-control-plane bash\nalias kubectl='kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace st-a'\nkubectl get pods"},
	} {
		if got := look(tt.hold, "kubectl get pods", tt.kubectl); got != tt.want {
			t.Errorf("%+v, kubectl %t: %q, want %q", tt.hold, tt.kubectl, got, tt.want)
		}
	}
}

func TestAskWithoutAnswer(t *testing.T) {
	s, _ := session("what?\n")
	if _, err := s.ask(t.Context(), probes.Deadlock.Lab.Text["en"], languages["en"]); err == nil || !strings.Contains(err.Error(), "the input ended") {
		t.Errorf("error %v", err)
	}
	// A person who thinks, and a Ctrl-C.
	ctx, cancel := context.WithCancelCause(t.Context())
	in, hold := io.Pipe()
	defer hold.Close()
	s.In = in
	stop := errors.New("interrupted")
	time.AfterFunc(10*time.Millisecond, func() { cancel(stop) })
	if _, err := s.ask(ctx, probes.Deadlock.Lab.Text["en"], languages["en"]); !errors.Is(err, stop) {
		t.Errorf("error %v, want %v", err, stop)
	}
}

func measured(ms float64) judge.Run {
	from, to := 2000.0, 4000.0
	return judge.Run{Trials: []judge.Trial{{Status: judge.Pass, Findings: []judge.Finding{
		{Name: probes.Deadlock.Lab.Finding, Measured: &ms, From: &from, To: &to}}}}}
}

// The measurement grades, on both sides of every limit.
func TestGrade(t *testing.T) {
	for _, c := range []struct {
		ms            float64
		answer        int
		right, points int
		says          string
	}{
		{3400, 2, 2, 1, "Your prediction was right"},
		{3400, 1, 2, 0, "You said: At once"},
		{1999.9, 1, 1, 1, "right"},
		{2000, 1, 2, 0, "What happened: After a few seconds"},
		{60000, 4, 4, 1, "right"},
	} {
		s, out := session("")
		r := Result{Answer: c.answer}
		s.grade(&r, measured(c.ms), probes.Deadlock.Lab.Text["en"], languages["en"])
		if r.Right != c.right || r.Points != c.points || r.Status != judge.Pass || !strings.Contains(out.String(), c.says) {
			t.Errorf("%g ms, answer %d: %+v\n%s", c.ms, c.answer, r, out.String())
		}
		if !strings.Contains(out.String(), fmt.Sprintf("Score: %d of 1", c.points)) || !strings.Contains(out.String(), "The kubelet cannot see a lock") {
			t.Errorf("no score, or no explanation:\n%s", out.String())
		}
	}
}

// A learner is told when it was the cluster that was wrong.
func TestGradeOfABrokenPromise(t *testing.T) {
	for status, want := range map[judge.Status]bool{judge.Pass: false, judge.Fail: true} {
		s, out := session("")
		verdict := measured(3400)
		verdict.Trials[0].Findings[0].Status = status
		s.grade(&Result{Answer: 1}, verdict, probes.Deadlock.Lab.Text["en"], languages["en"])
		if got := strings.Contains(out.String(), "did not do what Kubernetes promises"); got != want {
			t.Errorf("%s: told %t\n%s", status, got, out.String())
		}
	}
}

// What no window judges is shown as it was measured.
func TestGradeWithoutWindow(t *testing.T) {
	s, out := session("")
	took := 3400.0
	r := Result{Answer: 2}
	s.grade(&r, judge.Run{Trials: []judge.Trial{{Status: judge.Pass, Findings: []judge.Finding{
		{Name: probes.Deadlock.Lab.Finding, Measured: &took}}}}}, probes.Deadlock.Lab.Text["en"], languages["en"])
	if r.Points != 1 || r.Measured == nil || !strings.Contains(out.String(), "Measured: 3.40 s.\n") || strings.Contains(out.String(), "Modelled") {
		t.Errorf("%+v\n%s", r, out.String())
	}
}

// A trial that was no experiment grades nobody.
func TestGradeWithoutMeasurement(t *testing.T) {
	for name, verdict := range map[string]judge.Run{
		"no experiment": {Trials: []judge.Trial{{Status: judge.Invalid, Reason: "never steady",
			Findings: []judge.Finding{{Name: probes.Deadlock.Lab.Finding, Status: judge.Fail, Measured: new(float64)}}}}},
		"no such finding": {Trials: []judge.Trial{{Status: judge.Invalid, Reason: "never steady"}}},
		"no figure": {Trials: []judge.Trial{{Status: judge.Fail, Reason: "never steady",
			Findings: []judge.Finding{{Name: probes.Deadlock.Lab.Finding, Status: judge.Fail}}}}},
	} {
		s, out := session("")
		r := Result{Answer: 2}
		s.grade(&r, verdict, probes.Deadlock.Lab.Text["en"], languages["en"])
		if r.Points != 0 || r.Right != 0 || r.Measured != nil || !strings.Contains(out.String(), "no measurement to compare with: never steady") {
			t.Errorf("%s: %+v\n%s", name, r, out.String())
		}
	}
}

// No line of a lab is wider than a terminal, in either language, and no word is lost.
func TestFill(t *testing.T) {
	for language, text := range probes.Deadlock.Lab.Text {
		got := fill(text.Explain)
		for line := range strings.Lines(got) {
			if w := width(strings.TrimSuffix(line, "\n")); w > columns {
				t.Errorf("%s: %d columns: %s", language, w, line)
			}
		}
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(text.Explain), " ") || !strings.Contains(got, "\n") {
			t.Errorf("%s: not the same words, or one line:\n%s", language, got)
		}
	}
	if got := fill(strings.Repeat("가", 39) + " a b"); got != strings.Repeat("가", 39)+" a\nb" {
		t.Errorf("%q", got)
	}
}

// The example of width.
func TestWidth(t *testing.T) {
	for text, want := range map[string]int{"pod": 3, "파드 하나": 9} {
		if got := width(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// A number grades as a length of time does, and is shown without the finding's own words,
// which are the judge's and in English.
func TestGradeByCount(t *testing.T) {
	text := suites.LabText{Choices: []string{"none", "a few", "many"}, Explain: "because"}
	s, out := session("")
	s.Scenario.Lab = &suites.Lab{Finding: "no-loss", Counts: []suites.Count{{From: 0, To: 0}, {From: 1, To: 9}, {From: 10, To: -1}}}
	for count, want := range map[int]int{0: 1, 1: 2, 9: 2, 10: 3} {
		out.Reset()
		r := Result{Answer: 2}
		s.grade(&r, judge.Run{Trials: []judge.Trial{{Status: judge.Pass, Findings: []judge.Finding{
			{Name: "no-loss", Got: "fresh: so many", Count: &count}}}}}, text, languages["en"])
		if r.Right != want || r.Counted == nil || *r.Counted != count || (r.Points == 1) != (want == 2) {
			t.Errorf("%d: %+v, want choice %d", count, r, want)
		}
		if says := fmt.Sprintf("Counted: %d.\n", count); !strings.Contains(out.String(), says) || strings.Contains(out.String(), "so many") {
			t.Errorf("%d: does not say %q:\n%s", count, says, out.String())
		}
	}
}

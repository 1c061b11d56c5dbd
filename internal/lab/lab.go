// Package lab lets a learner predict, break, observe and understand: the very
// trial that CI runs, held before the break for as long as a person thinks.
package lab

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/judge"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/suites"
)

// A Session is one learner's lab.
type Session struct {
	Scenario suites.Scenario
	Language string // "en" or "ko"
	In       io.Reader
	Out      io.Writer
	Options  run.Options
	View     run.Viewer
	// Preparing is shown what takes long until the question is asked, which a live view would
	// fight with for the screen; nil: nothing is.
	Preparing run.Viewer
}

// A beforehand is a view until something happens, and another one from then on.
type beforehand struct {
	run.Viewer
	first run.Viewer
	over  atomic.Bool
}

func (b *beforehand) now() run.Viewer {
	if b.first == nil || b.over.Load() {
		return b.Viewer
	}
	return b.first
}

// Say is a line of talk.
func (b *beforehand) Say(text string) { b.now().Say(text) }

// Working is work that takes long.
func (b *beforehand) Working(p host.Step) { b.now().Working(p) }

// A Result is how a lab went.
type Result struct {
	Lab      string       `json:"lab"`
	Language string       `json:"language"`
	Answer   int          `json:"answer"` // the choice, from 1
	Right    int          `json:"right"`  // the choice that the measurement says, from 1; 0: none was made
	Points   int          `json:"points"`
	Measured *float64     `json:"measuredMs,omitempty"`
	Counted  *int         `json:"counted,omitempty"`
	Status   judge.Status `json:"status"` // of the trial
}

// Run tells the story, runs the trial, asks for a prediction before the break and
// shows the measurement against it. The error says that the lab could not be held.
func (s *Session) Run(ctx context.Context) (Result, error) {
	text, ok := s.Scenario.Lab.Text[s.Language]
	if !ok {
		return Result{}, fmt.Errorf("lab %s is not written in %q", s.Scenario.Name, s.Language)
	}
	w := languages[s.Language]
	fmt.Fprintf(s.Out, "\n%s\n%s\n\n%s\n\n%s\n\n", text.Title, strings.Repeat("=", width(text.Title)), fill(text.Story), fill(w.preparing))
	result := Result{Lab: s.Scenario.Name, Language: s.Language}
	o := s.Options
	o.Scenarios, o.WithoutTwin = []suites.Scenario{s.Scenario}, true
	view := &beforehand{Viewer: s.View, first: s.Preparing}
	o.Pause = func(hold run.Held) error {
		view.over.Store(true)
		_, missing := exec.LookPath("kubectl")
		fmt.Fprintf(s.Out, "\n%s\n\n%s\n\n%s\n", w.waiting, w.look, indent(look(hold, text.Look, missing == nil)))
		answer, err := s.ask(ctx, text, w)
		result.Answer = answer
		fmt.Fprintf(s.Out, "\n%s\n\n", w.breaking)
		return err
	}
	verdict, err := run.Run(ctx, o, view)
	if err != nil {
		return result, err
	}
	s.grade(&result, verdict, text, w)
	return result, nil
}

// look is what a learner types to watch: here, where there is a kubectl, else in a node of
// the cluster, which has one.
func look(hold run.Held, lines string, kubectl bool) string {
	if kubectl || hold.Node == "" {
		return "export KUBECONFIG=" + hold.Kubeconfig + "\nkubectl config set-context --current --namespace=" + hold.Namespace + "\n" + lines
	}
	return "docker exec -it " + hold.Node + " bash\nalias kubectl='kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace " + hold.Namespace + "'\n" + lines
}

// ask puts the question and reads a choice, from 1.
func (s *Session) ask(ctx context.Context, text suites.LabText, w words) (int, error) {
	fmt.Fprintf(s.Out, "\n%s\n\n", text.Question)
	for i, c := range text.Choices {
		fmt.Fprintf(s.Out, "  %d  %s\n", i+1, c)
	}
	fmt.Fprintf(s.Out, "\n"+w.answer, len(text.Choices))
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(s.In); in.Scan(); {
			select {
			case lines <- in.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case line, more := <-lines:
			if !more {
				return 0, fmt.Errorf("no prediction was given: the input ended")
			}
			if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && n >= 1 && n <= len(text.Choices) {
				return n, nil
			}
			fmt.Fprintf(s.Out, w.again, len(text.Choices))
		}
	}
}

// grade shows the measurement against the prediction.
func (s *Session) grade(r *Result, verdict judge.Run, text suites.LabText, w words) {
	if len(verdict.Trials) == 0 {
		return
	}
	t := verdict.Trials[0]
	r.Status = t.Status
	f, ok := finding(t, s.Scenario.Lab.Finding)
	if r.Right = Right(s.Scenario.Lab, t); !ok || r.Right == 0 {
		fmt.Fprintf(s.Out, w.noMeasure+"\n", t.Reason)
		return
	}
	switch {
	case len(s.Scenario.Lab.Counts) > 0:
		r.Counted = f.Count
		fmt.Fprintf(s.Out, "\n"+w.counted+"\n\n", *f.Count)
	case f.From != nil && f.To != nil:
		r.Measured = f.Measured
		fmt.Fprintf(s.Out, "\n"+w.measured+"\n\n", seconds(*f.Measured), seconds(*f.From), seconds(*f.To))
	default: // nothing judges it: there is no window
		r.Measured = f.Measured
		fmt.Fprintf(s.Out, "\n"+w.took+"\n\n", seconds(*f.Measured))
	}
	if f.Status == judge.Fail {
		fmt.Fprintf(s.Out, "%s\n\n", fill(w.broken))
	}
	if r.Right == r.Answer {
		r.Points = 1
		fmt.Fprintf(s.Out, w.right+"\n", text.Choices[r.Answer-1])
	} else if r.Right > 0 && r.Answer > 0 {
		fmt.Fprintf(s.Out, w.wrong+"\n", text.Choices[r.Answer-1], text.Choices[r.Right-1])
	}
	fmt.Fprintf(s.Out, "\n%s\n\n%s\n\n"+w.score+"\n", w.explained, fill(text.Explain), r.Points)
}

// Right is the choice that the trial's measurement says, from 1; 0 if nothing was measured
// that a choice could be about, or the trial was no experiment.
func Right(l *suites.Lab, t judge.Trial) int {
	f, _ := finding(t, l.Finding)
	switch {
	case t.Status != judge.Pass && t.Status != judge.Fail:
		return 0
	case len(l.Counts) > 0 && f.Count != nil:
		return 1 + slices.IndexFunc(l.Counts, func(c suites.Count) bool { return c.Holds(*f.Count) })
	case len(l.Choices) > 0 && f.Measured != nil:
		took := time.Duration(*f.Measured * float64(time.Millisecond))
		return 1 + slices.IndexFunc(l.Choices, func(c suites.Range) bool { return c.Holds(took) })
	}
	return 0
}

func finding(t judge.Trial, name string) (judge.Finding, bool) {
	n := slices.IndexFunc(t.Findings, func(f judge.Finding) bool { return f.Name == name })
	if n < 0 {
		return judge.Finding{}, false
	}
	return t.Findings[n], true
}

// width is how many columns of a terminal a text takes: Hangul takes two for a syllable.
//
//	width("pod") == 3, width("파드 하나") == 9
func width(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 { // the first of Hangul's blocks
			n++
		}
	}
	return n
}

// columns is how wide a lab's text is: as wide as the narrowest usual terminal.
const columns = 80

// fill breaks a text into lines of at most columns, at its spaces: how wide its source is
// says nothing, for Hangul takes two columns for a syllable.
func fill(text string) string {
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		switch {
		case at == 0:
		case at+1+width(word) > columns:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += width(word)
	}
	return b.String()
}

func seconds(ms float64) string { return fmt.Sprintf("%.2f s", ms/1000) }

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

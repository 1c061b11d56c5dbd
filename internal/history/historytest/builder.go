package historytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// A Builder writes a history line by line. The zero Builder is an empty one.
type Builder struct{ h history.History }

// Build returns the history. Later lines do not change it.
func (b *Builder) Build() *history.History {
	h := b.h
	h.Marks, h.Samples = slices.Clone(h.Marks), slices.Clone(h.Samples)
	h.Intervals, h.Gaps = slices.Clone(h.Intervals), slices.Clone(h.Gaps)
	return &h
}

// Meta lets change write the particulars.
func (b *Builder) Meta(change func(*history.Meta)) *Builder {
	change(&b.h.Meta)
	return b
}

// Apply adds an object, as JSON, to those that the trial applied.
func (b *Builder) Apply(object string) *Builder {
	b.h.Meta.Applied = append(b.h.Meta.Applied, json.RawMessage(object))
	return b
}

// Marks replaces the marks by those of the line, instants behind phases; a span
// is from the earliest to the latest instant at which the phase may have begun.
//
//	Marks("deploy 0s warm 1s steady 2s fault 10s..10.1s seen 11s recover 20s drain 30s")
func (b *Builder) Marks(line string) *Builder {
	words := strings.Fields(line)
	b.h.Marks = nil
	for i := 0; i+1 < len(words); i += 2 {
		from, to := span(words[i+1])
		b.h.Marks = append(b.h.Marks, history.Mark{Phase: history.Phase(words[i]), Earliest: from, Latest: to})
	}
	return b
}

// Targets says what the deeds of the marks "fault" were done to.
func (b *Builder) Targets(names ...string) *Builder {
	for i := range b.h.Marks {
		if b.h.Marks[i].Phase == history.PhaseFault {
			b.h.Marks[i].Targets = names
		}
	}
	return b
}

// Deed adds a mark "fault" and what that deed was done to, in the order of time.
//
//	Deed("40s", "web")
func (b *Builder) Deed(at string, targets ...string) *Builder {
	from, to := span(at)
	b.h.Marks = append(slices.Clone(b.h.Marks), history.Mark{Phase: history.PhaseFault, Earliest: from, Latest: to, Targets: targets})
	slices.SortStableFunc(b.h.Marks, func(a, b history.Mark) int { return cmp.Compare(a.Earliest, b.Earliest) })
	return b
}

// Detail adds words for people to all states of a subject that there are so far.
func (b *Builder) Detail(source, subject, words string) *Builder {
	b.h.Intervals = slices.Clone(b.h.Intervals)
	for n := range b.h.Intervals {
		if i := &b.h.Intervals[n]; i.Source == source && i.Subject == subject {
			i.Detail = words
		}
	}
	return b
}

// TargetsOf says what the n-th deed, from 0 on, was done to, where they differ.
func (b *Builder) TargetsOf(n int, names ...string) *Builder {
	for i := range b.h.Marks {
		if b.h.Marks[i].Phase != history.PhaseFault {
			continue
		}
		if n == 0 {
			b.h.Marks[i].Targets = names
		}
		n--
	}
	return b
}

// Load replaces what a lane was asked to do and what came of it, in the words of
// Parse: rate slots a second, slot 0 due at start.
func (b *Builder) Load(name string, rate int, start time.Duration, words string) *Builder {
	plan := history.LanePlan{Lane: name, Rate: rate, Timeout: Timeout, Via: "cluster-netns"}
	b.h.Meta.Load = append(slices.DeleteFunc(slices.Clone(b.h.Meta.Load),
		func(p history.LanePlan) bool { return p.Lane == name }), plan)
	b.h.Samples = append(slices.DeleteFunc(slices.Clone(b.h.Samples),
		func(s history.Sample) bool { return s.Lane == name }),
		lane(name, plan.Interval(), start, strings.Fields(words))...)
	return b
}

// Answers gives the good slots of a lane the version that they name: each behind the
// instant from which on they do.
//
//	Answers("fresh", "0s v1 12s v2")
func (b *Builder) Answers(lane, line string) *Builder {
	words := strings.Fields(line)
	b.h.Samples = slices.Clone(b.h.Samples)
	for i := range b.h.Samples {
		x := &b.h.Samples[i]
		if x.Lane != lane || x.Class != history.ClassOK {
			continue
		}
		for n := 0; n+1 < len(words); n += 2 {
			if x.Due >= instant(words[n]) {
				x.Version = words[n+1]
			}
		}
	}
	return b
}

// State adds the states of a subject: each behind the instant at which it began;
// "-" says that the subject is gone. The attributes belong to every one of them.
//
//	State("pod", "web-7c-a", "1s Pending 2s Running 10s Terminating 12s -", "owner=ReplicaSet/web-7c node=w1")
func (b *Builder) State(source, subject, line string, attrs ...string) *Builder {
	words := strings.Fields(line)
	for i := 0; i+1 < len(words); i += 2 {
		if words[i+1] == "-" {
			continue
		}
		to := history.Open
		if i+2 < len(words) {
			to = instant(words[i+2])
		}
		b.h.Intervals = append(b.h.Intervals, history.Interval{
			Source: source, Subject: subject, State: words[i+1], From: instant(words[i]), To: to, Attrs: attributes(attrs),
		})
	}
	return b
}

// Without takes out what a source says of a subject, or with subject "" all that it says.
func (b *Builder) Without(source, subject string) *Builder {
	b.h.Intervals = slices.DeleteFunc(slices.Clone(b.h.Intervals), func(i history.Interval) bool {
		return i.Source == source && (subject == "" || i.Subject == subject)
	})
	return b
}

// Said adds what a command that was given at an instant said, and its exit code.
func (b *Builder) Said(command, code, text string, at time.Duration) *Builder {
	b.h.Intervals = append(b.h.Intervals, history.Interval{
		Source: history.SourceCommand, Subject: command, State: code, From: at, To: at + time.Second, Detail: text,
	})
	return b
}

// Instant adds something that happened at an instant, "10.2s", and did not last.
func (b *Builder) Instant(source, subject, state, at string, attrs ...string) *Builder {
	t := instant(at)
	b.h.Intervals = append(b.h.Intervals, history.Interval{
		Source: source, Subject: subject, State: state, From: t, To: t, Attrs: attributes(attrs),
	})
	return b
}

// Gap adds a span, "5s..6s", in which a sensor saw nothing; "5s.." never ends.
func (b *Builder) Gap(source, subject, when string) *Builder {
	from, to := span(when)
	b.h.Gaps = append(b.h.Gaps, history.Interval{Source: source, Subject: subject, State: "blind", From: from, To: to})
	return b
}

// attributes reads "name=value" words.
func attributes(lines []string) history.Attrs {
	attrs := history.Attrs{}
	for _, word := range strings.Fields(strings.Join(lines, " ")) {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			panic(fmt.Sprintf("historytest: no attribute: %q", word))
		}
		attrs[name] = value
	}
	return attrs
}

// span reads "5s..6s", "5s.." and "5s".
func span(text string) (from, to time.Duration) {
	first, last, two := strings.Cut(text, "..")
	from = instant(first)
	switch {
	case !two:
		return from, from
	case last == "":
		return from, history.Open
	}
	return from, instant(last)
}

func instant(text string) time.Duration { return must(time.ParseDuration(text)) }

package journal

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// The example of parse's comment.
const example = `{"run":{"schema":1,"run":"r1","pid":7}}
{"step":{"id":"1","kind":"node/start","args":{"node":"w2"},"says":"start node w2"}}
{"guardian":8}
{"extend":"1","deadline":"2026-01-01T00:10:00Z"}
{"early":"1","by":"guardian"}
{"failed":"1","error":"no such container","by":"run"}
{"done":"1","by":"run"}
{"step":{"id":"2","ki`

func TestParseExample(t *testing.T) {
	log := parse([]byte(example))
	if log.Info.Run != "r1" || log.Info.PID != 7 || !log.Torn || log.Err() != nil || !slices.Equal(log.Guardians, []int{8}) {
		t.Fatalf("log = %+v", log)
	}
	e := log.Entries[0]
	if len(log.Entries) != 1 || e.Line != 2 || e.State != Done || e.By != "run" || !e.Overtaken || e.Err != "no such container" || e.Deadline.Minute() != 10 {
		t.Errorf("entry = %+v", e)
	}
}

func TestParseTolerates(t *testing.T) {
	step := `{"step":{"id":"9","kind":"k"}}`
	cases := []struct {
		name, text string
		pending    int
		problems   []int // line numbers
		torn       bool
	}{
		{"empty", "", 0, nil, false},
		{"one step", step + "\n", 1, nil, false},
		{"whole last line without its end", step, 1, nil, false},
		{"torn last line", step + "\n{\"do", 1, nil, true},
		{"broken line in the middle", "{\"ste\n" + step + "\n", 1, []int{1}, false},
		{"zeros after a power cut", "\x00\x00\x00\n" + step + "\n", 1, []int{1}, false},
		{"blank lines", "\n\n" + step + "\n\n", 1, nil, false},
		{"same id twice: both are undone", step + "\n" + step + "\n", 2, []int{2}, false},
		{"no id", `{"step":{"kind":"k"}}` + "\n", 1, []int{1}, false},
		{"step of a wrong shape", `{"step":[1]}` + "\n" + step + "\n", 1, []int{1}, false},
		{"done of an unknown step", `{"done":"7"}` + "\n", 0, []int{1}, false},
		{"line kind of the future", `{"pause":"9"}` + "\n" + step + "\n", 1, []int{1}, false},
		{"newer schema", `{"run":{"schema":99,"run":"r"}}` + "\n" + step + "\n", 1, []int{1}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			log := parse([]byte(c.text))
			var lines []int
			for _, p := range log.Problems {
				lines = append(lines, p.Line)
			}
			if len(log.Pending()) != c.pending || !slices.Equal(lines, c.problems) || log.Torn != c.torn {
				t.Errorf("pending %d, problems in %v, torn %v; want %d, %v, %v", len(log.Pending()), lines, log.Torn, c.pending, c.problems, c.torn)
			}
		})
	}
}

func TestParseKeepsUnknownFields(t *testing.T) {
	log := parse([]byte(`{"step":{"id":"1","kind":"k","colour":"red"},"more":1}` + "\n"))
	if len(log.Entries) != 1 || !strings.Contains(string(log.Entries[0].Raw), `"colour":"red"`) {
		t.Errorf("entries = %+v", log.Entries)
	}
}

// Whatever stands in the file, a whole step line after it is found; and whatever
// is cut off its end, at most the last line is lost.
func FuzzParse(f *testing.F) {
	f.Add([]byte(example), 10)
	f.Add([]byte("{\"step\":{\"id\":\"fuzz\"}}\n\n{}"), 3)
	f.Add([]byte("\x00\xff\n{\"done\":\"fuzz\"}\n{\"run\":null}"), 0)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		before := parse(data)
		if n := bytes.Count(data, []byte("\n")) + 1; len(before.Entries)+len(before.Problems) > 2*n {
			t.Errorf("%d entries and %d problems in %d lines", len(before.Entries), len(before.Problems), n)
		}
		log := parse(append(slices.Clone(data), "\n{\"step\":{\"id\":\"fuzz\",\"kind\":\"k\"}}\n"...))
		last := log.Entries[len(log.Entries)-1]
		if last.Kind != "k" || last.State != Pending || log.Torn {
			t.Errorf("appended step read as %+v", last)
		}
		cut = max(0, min(cut, len(data)))
		lines := bytes.Count(data[:cut], []byte("\n"))
		whole := slices.DeleteFunc(before.Entries, func(e Entry) bool { return e.Line > lines })
		if got := parse(data[:cut]).Entries; len(got) < len(whole) {
			t.Errorf("cut at %d: %d entries, want at least %d", cut, len(got), len(whole))
		}
	})
}

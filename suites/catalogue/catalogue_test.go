package catalogue_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seatrial/seatrial/internal/judge"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
	"github.com/seatrial/seatrial/suites"
	"github.com/seatrial/seatrial/suites/catalogue"
)

var update = flag.Bool("update", false, "rewrite the golden list of names")

const golden = "../testdata/certified.golden"

// Names are final: scripts, certificates and budgets know them. A new one, or one
// that goes, is a line of the golden list and a reviewed act.
func TestNamesAreGolden(t *testing.T) {
	var names []string
	for _, s := range catalogue.All() {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	got := strings.Join(names, "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the catalogue has\n%s\nthe golden list\n%s\n(go test ./suites/catalogue -update rewrites it)", got, want)
	}
}

func TestNoScenarioIsThereTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range catalogue.All() {
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
	}
}

func TestScenariosAreWellFormed(t *testing.T) {
	for _, s := range catalogue.All() {
		t.Run(s.Name, func(t *testing.T) {
			for _, wrong := range wrongWith(s) {
				t.Error(wrong)
			}
		})
	}
}

// What is looked for would be found.
func TestWhatIsIllFormedIsFound(t *testing.T) {
	good := catalogue.All()[slices.IndexFunc(catalogue.All(), func(s suites.Scenario) bool { return s.Name == "probes/deadlock" })]
	for want, spoil := range map[string]func(s *suites.Scenario){
		"is not topic/name":            func(s *suites.Scenario) { s.Name = "deadlock" },
		"there is no folder":           func(s *suites.Scenario) { s.Name = "nowhere/deadlock" },
		"is no sentence":               func(s *suites.Scenario) { s.Why = "because" },
		"nothing is expected":          func(s *suites.Scenario) { s.Expect = nil },
		"nothing is broken":            func(s *suites.Scenario) { s.Fault = nil },
		"must fail in":                 func(s *suites.Scenario) { s.Twin = suites.Without("x", suites.Changes(), suites.NoRetries()) },
		"the twin does not say":        func(s *suites.Scenario) { s.Twin = suites.Without("", suites.Changes(), suites.Healed()) },
		"no such tier":                 func(s *suites.Scenario) { s.Tier = "daily" },
		"no such blast":                func(s *suites.Scenario) { s.Blast = "planet" },
		"only canaries":                func(s *suites.Scenario) { s.Must = suites.Must{Status: judge.Fail, Finding: "healed"} },
		"no place":                     func(s *suites.Scenario) { s.Needs = []kindconfigs.Trait{kindconfigs.Workers(99)} },
		"is no finding":                func(s *suites.Scenario) { lab := *s.Lab; lab.Finding = "x"; s.Lab = &lab },
		"twice among what is expected": func(s *suites.Scenario) { s.Expect = suites.All(suites.Healed(), suites.Healed()) },
	} {
		s := good
		spoil(&s)
		if wrong := wrongWith(s); !strings.Contains(strings.Join(wrong, "\n"), want) {
			t.Errorf("found %q, want %q", wrong, want)
		}
	}
	if wrong := wrongWith(good); len(wrong) > 0 {
		t.Errorf("nothing is wrong, and it says %q", wrong)
	}
}

var (
	fullName = regexp.MustCompile(`^[a-z]+/[a-z0-9]+(-[a-z0-9]+)*$`)
	sentence = regexp.MustCompile(`^[A-Z].*[A-Za-z0-9"]\.$`)
)

// wrongWith says what is wrong with a scenario.
func wrongWith(s suites.Scenario) (wrong []string) {
	check := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, what)
		}
	}
	topic, _, _ := strings.Cut(s.Name, "/")
	canary := topic == "canary"
	check(fullName.MatchString(s.Name), s.Name+" is not topic/name")
	folder, err := os.Stat(filepath.Join("..", topic))
	check(err == nil && folder.IsDir(), "there is no folder suites/"+topic)
	check(sentence.MatchString(s.Why), "Why is no sentence: "+s.Why)
	check(s.App.Name != "", "it has no app")
	check(len(s.Expect) > 0, "nothing is expected")
	check(s.Fault != nil || canary || topic == "selfcheck", "nothing is broken")
	_, err = suites.ParseTier(string(s.Tier))
	check(err == nil, "no such tier: "+string(s.Tier))
	check(slices.Contains([]suites.Blast{suites.Namespace, suites.Node, suites.Cluster}, s.Blast), "no such blast: "+string(s.Blast))
	check(canary || s.Must == suites.Must{} && s.Plant == suites.Plant{}, "only canaries plant defects")
	check(hosted(s), "no place can host it")
	names := expected(s)
	for i, name := range names {
		check(!slices.Contains(names[:i], name), name+" is there twice among what is expected")
	}
	if s.Twin != nil {
		check(slices.Contains(names, s.Twin.Expect.Name()), "the twin must fail in "+s.Twin.Expect.Name()+", which is not expected of the scenario")
		check(s.Twin.Without != "" && (len(s.Twin.Change) > 0 || s.Twin.Fault != nil), "the twin does not say what it lacks")
	}
	if s.Lab != nil {
		check(slices.Contains(names, s.Lab.Finding), "the lab's "+s.Lab.Finding+" is no finding")
	}
	return wrong
}

func expected(s suites.Scenario) []string {
	var names []string
	for _, e := range s.Expect {
		names = append(names, e.Name())
	}
	return names
}

func hosted(s suites.Scenario) bool {
	needs := slices.Clone(s.Needs)
	if s.Fault != nil {
		needs = append(needs, s.Fault.Needs()...)
	}
	return slices.ContainsFunc(kindconfigs.Places(), func(p kindconfigs.Place) bool { return len(p.Missing(needs)) == 0 })
}

// Every language of a lab says everything, and offers as many choices.
func TestLabsAreWhole(t *testing.T) {
	for _, s := range catalogue.All() {
		if s.Lab == nil {
			continue
		}
		for _, language := range []string{"en", "ko"} {
			text := s.Lab.Text[language]
			for field, words := range map[string]string{"Title": text.Title, "Story": text.Story, "Look": text.Look, "Question": text.Question, "Explain": text.Explain} {
				if strings.TrimSpace(words) == "" {
					t.Errorf("%s, %s: %s is empty", s.Name, language, field)
				}
			}
			if len(text.Choices) != s.Lab.Answers() || slices.Contains(text.Choices, "") {
				t.Errorf("%s, %s: %d choices in words, %d in figures", s.Name, language, len(text.Choices), s.Lab.Answers())
			}
			if text.Look != s.Lab.Text["en"].Look {
				t.Errorf("%s, %s: other commands than in English", s.Name, language)
			}
		}
		gapless(t, s)
	}
}

// gapless checks that whatever is measured is one choice and no other.
func gapless(t *testing.T, s suites.Scenario) {
	if (len(s.Lab.Choices) == 0) == (len(s.Lab.Counts) == 0) {
		t.Errorf("%s: either lengths of time are chosen from or numbers", s.Name)
	}
	for i, c := range s.Lab.Counts {
		last := i == len(s.Lab.Counts)-1
		if i == 0 && c.From != 0 || last != (c.To < c.From) || !last && s.Lab.Counts[i+1].From != c.To+1 {
			t.Errorf("%s: choice %d, [%d, %d], leaves a gap or overlaps", s.Name, i+1, c.From, c.To)
		}
	}
	for i, c := range s.Lab.Choices {
		last := i == len(s.Lab.Choices)-1
		if i == 0 && c.From != 0 || last != (c.To == 0) || !last && s.Lab.Choices[i+1].From != c.To {
			t.Errorf("%s: choice %d, [%s, %s), leaves a gap or overlaps", s.Name, i+1, c.From, c.To)
		}
	}
}

package schedule

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

// parse reads "fast/ns fast/node*2": place/blast*weight.
func parse(s string) []Claim {
	var claims []Claim
	for word := range strings.FieldsSeq(s) {
		c := Claim{}
		c.Place, c.Blast, _ = strings.Cut(word, "/")
		if blast, weight, ok := strings.Cut(c.Blast, "*"); ok {
			c.Blast, c.Weight = blast, int(weight[0]-'0')
		}
		claims = append(claims, c)
	}
	return claims
}

func TestStartable(t *testing.T) {
	for _, c := range []struct {
		name, waiting, running string
		limit                  int
		want                   []int
	}{
		{"nothing waits", "", "fast/ns", 3, nil},
		{"ns side by side, up to the limit", "fast/ns fast/ns fast/ns", "", 2, []int{0, 1}},
		{"beside what runs", "fast/ns fast/ns", "fast/ns", 3, []int{0, 1}},
		{"the limit is used up", "fast/ns", "fast/ns fast/ns", 2, nil},
		{"node alone", "fast/node fast/ns", "", 3, []int{0}},
		{"cluster alone", "fast/cluster fast/node", "", 3, []int{0}},
		{"node waits for ns", "fast/node", "fast/ns", 3, nil},
		{"ns waits for node", "fast/ns", "fast/node", 3, nil},
		{"worked example: no overtaking on one place", "fast/node fast/ns small-disk/node", "fast/ns", 3, []int{2}},
		{"places beside each other", "fast/node small-disk/node zones/cluster", "", 3, []int{0, 1, 2}},
		{"places share the limit", "fast/node small-disk/node", "", 1, []int{0}},
		{"weights count", "fast/ns*2 fast/ns*2 fast/ns", "", 3, []int{0}},
		{"the light do not overtake the heavy for ever", "fast/ns*3 small-disk/ns", "fast/ns", 3, nil},
		{"heavier than the limit: alone", "fast/ns*9 fast/ns", "", 3, []int{0}},
		{"an unknown blast is the worst", "fast/who fast/ns", "fast/ns", 3, nil},
		{"limit 0 still gets on", "fast/ns fast/ns", "", 0, []int{0}},
	} {
		if got := Startable(parse(c.waiting), parse(c.running), c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// watch counts who is running and complains when the rules are broken.
type watch struct {
	t       *testing.T
	limit   int
	mu      sync.Mutex
	running []Claim
	most    int
	order   []int
}

func (w *watch) enter(id int, c Claim) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, other := range w.running {
		if other.Place == c.Place && (other.Blast != Namespace || c.Blast != Namespace) {
			w.t.Errorf("%v runs beside %v", c, other)
		}
	}
	w.running = append(w.running, c)
	w.order = append(w.order, id)
	w.most = max(w.most, len(w.running))
	if len(w.running) > w.limit {
		w.t.Errorf("%d run, limit %d", len(w.running), w.limit)
	}
}

func (w *watch) leave(c Claim) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running = slices.Delete(w.running, slices.Index(w.running, c), slices.Index(w.running, c)+1)
}

func TestRunKeepsTheRulesAndRunsEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var items []Claim
		for range random.IntN(30) {
			items = append(items, Claim{
				Place: []string{"fast", "small-disk", "zones"}[random.IntN(3)],
				Blast: []string{Namespace, Namespace, Node, Cluster}[random.IntN(4)],
			})
		}
		w := &watch{t: t, limit: 1 + random.IntN(4)}
		ids := make([]int, len(items))
		for i := range ids {
			ids[i] = i
		}
		notRun := Run(t.Context(), ids, func(i int) Claim { return items[i] }, w.limit, func(_ context.Context, i int) {
			w.enter(i, items[i])
			w.leave(items[i])
		})
		if len(notRun) != 0 || len(w.order) != len(items) {
			t.Fatalf("ran %d of %d, not run %v", len(w.order), len(items), notRun)
		}
	}
}

func TestRunReallyRunsSideBySide(t *testing.T) {
	items := parse("fast/ns fast/ns small-disk/node")
	var together sync.WaitGroup
	together.Add(len(items))
	Run(t.Context(), items, func(c Claim) Claim { return c }, 3, func(context.Context, Claim) {
		together.Done()
		together.Wait() // would hang if one waited for another
	})
}

func TestRunStopsStartingWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ran := 0
	notRun := Run(ctx, []int{1, 2, 3}, func(int) Claim { return Claim{Blast: Cluster} }, 1, func(context.Context, int) {
		ran++
		cancel()
	})
	if ran != 1 || !slices.Equal(notRun, []int{2, 3}) {
		t.Errorf("ran %d, not run %v; want 1, [2 3]", ran, notRun)
	}
	if notRun := Run(ctx, []int{4}, func(int) Claim { return Claim{} }, 1, func(context.Context, int) { t.Error("ran") }); !slices.Equal(notRun, []int{4}) {
		t.Errorf("not run %v, want [4]", notRun)
	}
}

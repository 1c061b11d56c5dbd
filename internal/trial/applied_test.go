package trial_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/seatrial/seatrial/faults"
)

// applies is a fault that applies an object of its own before it breaks anything.
type applies struct{ faults.Fault }

func (f applies) Inject(ctx context.Context, s *faults.Site) error {
	s.Applied(json.RawMessage(`{"kind":"Pod","metadata":{"name":"late"}}`))
	return f.Fault.Inject(ctx, s)
}

// What a fault applied is in the record, behind what the trial applied.
func TestWhatAFaultAppliedIsInTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.plan.Fault = applies{b.plan.Fault}
		h, err := b.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n := len(h.Meta.Applied); n != 2 || string(h.Meta.Applied[1]) != `{"kind":"Pod","metadata":{"name":"late"}}` {
			t.Errorf("%d objects: %s", n, h.Meta.Applied)
		}
	})
}

package faults

import (
	"context"
	"fmt"
	"slices"

	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Then injects the faults one after another, each as soon as the one before was
// seen and while it is in place still: in the end they overlap. The card is the first one's: the rest is what an operator would try next.
func Then(first Fault, next ...Fault) Fault { return sequence{first, next} }

// First is the first of a sequence, and any other fault itself.
func First(f Fault) Fault {
	if s, ok := f.(sequence); ok {
		return First(s.first)
	}
	return f
}

type sequence struct {
	first Fault
	next  []Fault
}

func (f sequence) Card() Card {
	card := f.first.Card()
	for _, n := range f.next {
		card.Blinds = slices.Concat(card.Blinds, n.Card().Blinds)
	}
	return card
}

func (f sequence) Needs() []kindconfigs.Trait {
	needs := f.first.Needs()
	for _, n := range f.next {
		needs = append(needs, n.Needs()...)
	}
	return needs
}

func (f sequence) Rights() []Right { return rightsOf(append([]Fault{f.first}, f.next...)...) }

func (f sequence) Inject(ctx context.Context, s *Site) error {
	if err := f.first.Inject(ctx, s); err != nil {
		return err
	}
	for _, n := range f.next {
		if err := n.Inject(ctx, s); err != nil {
			return fmt.Errorf("then %s: %w", n.Card().Name, err)
		}
	}
	return nil
}

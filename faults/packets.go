package faults

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// beforeRules writes down that a table of packet rules in a node is to be removed, and has
// a timer there do so when nobody else does.
func (s *Site) beforeRules(ctx context.Context, node, table string) error {
	if err := s.Undo(s.step(UndoPacketRules, "remove the packet rules of "+node, "node", node, "table", table)); err != nil {
		return err
	}
	return s.arm(ctx, node, table, "nft", "delete", "table", "inet", table)
}

// countEvery is how often the kernel is asked what it has counted.
const countEvery = 200 * time.Millisecond

// A count is what the kernel of a node counts of the packets of a subject, a pod or a node.
type count struct {
	node, subject string
	state         string           // that it is in when something was counted: history.StateDropped, history.StateLate
	look          []string         // the command in the node that shows the counters
	read          func(string) int // sums them up
	send          func() error     // has something be sent, before each look; nil: somebody does anyhow
	attrs         history.Attrs    // of what is noted
}

// untilCounted waits until the kernel has counted something, and notes it.
func (s *Site) untilCounted(ctx context.Context, c count) error {
	for since := s.Clock.Now(); ; {
		if c.send != nil {
			if err := c.send(); err != nil {
				return fmt.Errorf("send something for the kernel to count: %w", err)
			}
		}
		out, err := s.Nodes.Exec(ctx, c.node, c.look...)
		if err != nil {
			return fmt.Errorf("read the kernel's counters: %w", err)
		}
		if n := c.read(out); n > 0 {
			attrs := history.Attrs{history.AttrCount: strconv.Itoa(n)}
			maps.Copy(attrs, c.attrs)
			s.Note(history.Interval{Source: history.SourcePackets, Subject: c.subject, State: c.state, From: since, To: s.Clock.Now(), Attrs: attrs})
			return nil
		}
		select {
		case <-time.After(countEvery):
		case <-ctx.Done():
			return fmt.Errorf("wait for the kernel to count packets of %s as %s: %w", c.subject, c.state, context.Cause(ctx))
		}
	}
}

// droppedBy counts what the rules of a node's table drop.
func droppedBy(node, table, subject string) count {
	return count{node: node, subject: subject, state: history.StateDropped, look: []string{"nft", "list", "table", "inet", table}, read: countDropped}
}

var counted = regexp.MustCompile(`counter packets (\d+)`)

// countDropped sums up the counters of a table as nft lists it.
//
//	"... counter packets 3 bytes 180 drop\n ... counter packets 2 bytes 80 drop" -> 5
func countDropped(listed string) int {
	sum := 0
	for _, match := range counted.FindAllStringSubmatch(listed, -1) {
		n, _ := strconv.Atoi(match[1]) // digits, by the expression
		sum += n
	}
	return sum
}

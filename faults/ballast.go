package faults

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// layBallast takes so many bytes of what a path of the node lies on, a disk or its memory,
// by a file there that holds nothing. It is the deed. What it is called names the unit in
// the node and the timer there that would remove it.
func (s *Site) layBallast(ctx context.Context, node, what, path string, bytes int64) error {
	name := what + "-" + s.Namespace
	if err := s.Undo(s.step(UndoRemoveFile, "remove "+path+" on "+node, "node", node, "path", path, "timer", name)); err != nil {
		return err
	}
	if err := s.arm(ctx, node, name, "rm", "-f", path); err != nil {
		return err
	}
	return s.Deed(fmt.Sprintf("take %d bytes of %s by %s", bytes, node, path), []string{node}, func() error {
		_, err := s.Nodes.Exec(ctx, node, slices.Concat(inNode("seatrial-"+name), []string{"fallocate", "-l", strconv.FormatInt(bytes, 10), path})...)
		return err
	})
}

package faults

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// deadMan is the unit in a node that undoes what was done there when nobody else
// does: the fault ends although we, our guardian and the API server are all gone.
func deadMan(what string) string { return "seatrial-undo-" + strings.TrimSuffix(what, ".service") }

// arm has a timer in the node undo a deed by the command, when nobody else does: as
// late as the guardian would (see Site.latest). It is called before the deed.
func (s *Site) arm(ctx context.Context, node, what string, undo ...string) error {
	_, err := s.Nodes.Exec(ctx, node, append([]string{"systemd-run", "--quiet", "--collect", "--unit=" + deadMan(what),
		"--on-active=" + strconv.Itoa(int(s.latest().Seconds())) + "s", "--timer-property=AccuracySec=100ms"}, // the default is a minute
		undo...)...)
	if err != nil {
		return fmt.Errorf("arm the timer in %s that would undo it: %w", node, err)
	}
	return nil
}

// disarmScript stops the timer $1. That it is not active, or not known, is what systemctl
// says by 3 and 4 (systemd, src/systemctl/systemctl-util.h): any other code says nothing of it.
const disarmScript = `systemctl --quiet is-active "$1"
case $? in 0) systemctl stop "$1";; 3|4) ;; *) echo "is $1 active? systemctl cannot say" >&2; exit 1;; esac`

// disarm stops the timer; one that is not there (it fired, or the node was started
// anew since) is no error.
func disarm(ctx context.Context, nodes Nodes, node, what string) error {
	timer := deadMan(what) + ".timer"
	_, err := nodes.Exec(ctx, node, "sh", "-c", disarmScript, "sh", timer)
	return err
}

// inNode is how a command is run in a node, as a unit that ends with it: Type=oneshot has
// systemd-run wait for the end; its --wait needs a message bus, which nodes lack.
func inNode(unit string) []string {
	return strings.Fields("systemd-run --property=Type=oneshot --collect --quiet --unit=" + unit)
}

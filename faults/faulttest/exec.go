package faulttest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Exec knows df, rm -rf, systemd-run with fallocate, with a folder of files or with a timer,
// systemctl, nft, a call of another node, crictl ps (of one name, or as JSON), static pods'
// manifests, ctr for images, a signal to what crictl or a file says is a container's process, and
// kubectl by way of a shell that says its exit code. Everything else is an error.
func (n *Nodes) Exec(ctx context.Context, node string, command ...string) (string, error) {
	last := command[len(command)-1]
	n.world.touch(command[0])
	if command[0] == "systemd-run" && strings.Contains(strings.Join(command, " "), "${") {
		return "", fmt.Errorf("systemd puts variables of its own in the place of ${...} in %q", command)
	}
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case command[0] == "df":
		return "1B-blocks      Avail\n2000000000 1800000000\n", nil
	case command[0] == "sh" && strings.Contains(command[2], "rm -rf"):
		n.world.act("remove " + command[4] + " on " + node)
		delete(n.files, node+":"+command[4])
	case command[0] == "systemd-run" && slices.Contains(command, "fallocate"):
		n.world.act("write " + last + " on " + node)
		n.files[node+":"+last] = true
	case command[0] == "systemd-run" && strings.HasPrefix(command[len(command)-4], "mkdir -p"):
		dir := command[len(command)-2]
		n.world.act("write files into " + dir + " on " + node)
		n.files[node+":"+dir] = true
	case command[0] == "systemctl":
		n.world.act(command[1] + " " + last + " on " + node)
		n.stopped[node+":"+last] = command[1] == "stop"
	case command[0] == "systemd-run" && slices.Contains(command, "--timer-property=AccuracySec=100ms"):
		what := strings.TrimSuffix(timed(command[3]), ".service") // as systemd-run names it
		n.world.act("have a timer undo " + what + " on " + node)
		n.timers[node+":"+what], n.armed[node+":"+what] = true, last
	case command[0] == "sh" && strings.HasPrefix(command[2], "systemctl --quiet is-active "):
		what := strings.TrimSuffix(timed(last), ".timer")
		n.world.act("take down the timer of " + what + " on " + node)
		delete(n.timers, node+":"+what)
	case command[0] == "sh" && strings.Contains(command[2], "cpuacct.usage"):
		return fmt.Sprintf("%d\nnr_periods 20\nnr_throttled 19\n", n.burnt.Load()), nil
	case command[0] == "crictl" && slices.Contains(command, "json"):
		return n.running(node)
	case command[0] == "crictl" && command[1] == "ps":
		return "c-" + strings.Trim(last, "^$") + "\n", nil
	case command[0] == "sh" && strings.Contains(command[2], "seatrial-held") && len(command) == 5:
		n.world.act("move the manifest of " + last + " on " + node)
		n.held[node+":"+last] = strings.HasPrefix(command[2], "mkdir ")
	case command[0] == "timeout" && strings.Contains(last, "get lease"):
		n.world.act("wait for the control plane of " + node)
	case command[0] == "sh" && strings.HasPrefix(command[2], "pid=$(cat ") && strings.HasSuffix(command[2], "fi"):
		return map[bool]string{true: "ended\n", false: "runs\n"}[n.ended.Load()], nil
	case command[0] == "sh" && strings.HasPrefix(command[2], "pid=$("):
		sent := fmt.Sprintf("%s to %s on %s", last, command[4], node)
		n.world.act("signal " + sent)
		n.world.mu.Lock()
		defer n.world.mu.Unlock()
		n.signals = append(n.signals, sent)
	case command[0] == "ctr" && len(command) > 3 && command[2] == "images":
		return n.images(node, command[3], last, command[len(command)-2]), nil
	case command[0] == "sh" && strings.Contains(command[2], "tag --force"):
		if slices.Contains(strings.Fields(n.Images(node)), last) {
			n.images(node, "tag", command[4], last)
			n.images(node, "remove", last, "")
		}
	case command[0] == "sh" && strings.Contains(command[2], "crictl --timeout 60s rmi"):
		for _, image := range command[5:] {
			n.world.act("remove image " + image + " on " + node)
			delete(n.tags, node+" "+image)
		}
	case command[0] == "bash" && strings.Contains(command[2], "losetup"):
		n.world.act("take the volume " + command[4] + " from " + node)
		delete(n.files, node+":"+command[4])
	case command[0] == "bash" && strings.Contains(command[2], "mount -o loop"):
		n.world.act("mount the volume " + command[4] + " on " + node)
		n.files[node+":"+command[4]] = true
	case command[0] == "systemd-run" && len(command) > 7 && strings.Contains(command[7], "images import"):
		n.world.act(strings.TrimSpace("import " + command[9] + " on " + node + " " + strings.Join(command[11:], " ")))
		n.tags[node+" "+command[9]] = command[9]
	case command[0] == "sh" && strings.HasPrefix(command[2], "kubectl ") && n.world.Kubectl != nil:
		out, code := n.world.Kubectl(command[4:]...)
		return fmt.Sprintf("%s\nexit %d\n", out, code), nil
	default:
		return n.network(node, command)
	}
	return "", nil
}

// network is Exec for what is about packets.
func (n *Nodes) network(node string, command []string) (string, error) {
	last := command[len(command)-1]
	switch {
	case command[0] == "sh" && strings.Contains(command[2], "date +%s%3N"):
		return fmt.Sprintf("%d\n", n.late.Load()), nil
	case command[0] == "ip" && command[1] == "-o":
		return last + " dev veth0 src 10.244.1.1 uid 0\n    cache\n", nil
	case command[0] == "unshare":
		if !n.netem.Load() {
			return "", errors.New("Error: Specified qdisc kind is unknown")
		}
	case command[0] == "tc" && command[1] == "-s" && n.netem.Load():
		return fmt.Sprintf("qdisc netem 8002: root refcnt 2 limit 1000 delay 200ms\n Sent 900 bytes %d pkt (dropped 0, overlimits 0 requeues 0)\n", n.dropped.Load()), nil
	case command[0] == "tc" && command[1] == "-s":
		return fmt.Sprintf("qdisc tbf 8001: root refcnt 2\n Sent 900 bytes 9 pkt (dropped 0, overlimits %d requeues 0)\n", n.dropped.Load()), nil
	case command[0] == "tc" && command[2] == "add":
		n.world.act("bound link " + command[4] + " of " + node)
		n.tables[node+":"+command[4]] = true
	case command[0] == "sh" && strings.HasPrefix(command[2], "! tc qdisc show dev "):
		n.world.act("take the bound off a link of " + node)
		delete(n.tables, node+":"+strings.Fields(command[2])[5])
	case command[0] == "sh" && strings.Contains(command[2], "/dev/tcp/"):
		n.world.act("call " + last + " from " + node)
	case command[0] == "nft" && command[1] == "list":
		return fmt.Sprintf("table inet %s {\n  counter packets %d bytes 60 drop\n}\n", last, n.dropped.Load()), nil
	case command[0] == "nft":
		table, _, _ := strings.Cut(strings.TrimPrefix(last, "add table inet "), " ")
		table = strings.TrimSuffix(table, ";")
		n.world.act("filter packets on " + node)
		n.tables[node+":"+table] = true
		n.rules[node+":"+table] = last
	case command[0] == "sh" && strings.Contains(command[2], "nft delete table inet "):
		n.world.act("remove packet rules of " + node)
		delete(n.tables, node+":"+last)
	default:
		return "", fmt.Errorf("the node knows no %q", command)
	}
	return "", nil
}

// timed is what the timer named in a command undoes.
func timed(command string) string {
	const prefix = "seatrial-undo-"
	return command[strings.LastIndex(command, prefix)+len(prefix):]
}

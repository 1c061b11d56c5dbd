package cluster

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A chain is a place for iptables rules.
type chain struct{ table, name string }

var (
	// chainUser is the one chain of the filter table that Docker leaves to its
	// users and asks first (docs.docker.com/network/packet-filtering-firewalls).
	chainUser = chain{"filter", "DOCKER-USER"}
	// chainOut is passed last by whatever leaves the machine.
	chainOut = chain{"mangle", "POSTROUTING"}
)

// Egress counts what tried to leave a cluster's network by another interface.
type Egress struct {
	Rejected uint64 // packets turned back
	Escaped  uint64 // packets that left; more than 0 is a leak
}

// The rule that turns back what would leave, and the rule without a target that
// counts what left all the same.
func rejectRule(r record) []string {
	bridge := bridgeName(r.Name)
	return []string{"-i", bridge, "!", "-o", bridge, "-m", "comment", "--comment", ruleComment(r.Name),
		"-j", "REJECT", "--reject-with", "icmp-net-unreachable"}
}

func countRule(r record) []string {
	// What the host itself sends from its own address in the subnet did not come from the cluster.
	return []string{"-s", r.Subnet, "!", "-o", bridgeName(r.Name), "-m", "addrtype", "!", "--src-type", "LOCAL",
		"-m", "comment", "--comment", ruleComment(r.Name)}
}

// closeEgress shuts the way out of the cluster's network. The counting rule is
// set in any case; with AllowEgress nothing is turned back.
func (s shell) closeEgress(ctx context.Context, r record) error {
	if err := s.addRule(ctx, r.Image, chainOut, countRule(r)); err != nil || r.AllowEgress {
		return err
	}
	return s.addRule(ctx, r.Image, chainUser, rejectRule(r))
}

func (s shell) addRule(ctx context.Context, image string, c chain, rule []string) error {
	args := append([]string{"iptables", "--wait", "-t", c.table, "-I", c.name}, rule...)
	if _, err := s.privileged(ctx, image, args...); err != nil {
		return fmt.Errorf("close the cluster's way out: %w", err)
	}
	return nil
}

// removeRules removes every rule that carries the cluster's comment.
func (s shell) removeRules(ctx context.Context, image, cluster string) error {
	var errs []error
	for _, c := range []chain{chainUser, chainOut} {
		rules, err := s.rules(ctx, image, c)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, r := range rules {
			if r.comment != ruleComment(cluster) {
				continue
			}
			args := append([]string{"iptables", "--wait", "-t", c.table, "-D", c.name}, r.spec...)
			if _, err := s.privileged(ctx, image, args...); err != nil {
				errs = append(errs, fmt.Errorf("open the way out of cluster %s: %w", cluster, err))
			}
		}
	}
	return errors.Join(errs...)
}

// A rule as iptables lists it.
type rule struct {
	spec    []string // as -A and -D take it
	comment string
	packets uint64
}

// rules lists the rules of a chain that carry a comment of ours. A chain that
// does not exist has none.
func (s shell) rules(ctx context.Context, image string, c chain) ([]rule, error) {
	out, err := s.privileged(ctx, image, "iptables", "--wait", "-t", c.table, "-v", "-S")
	if err != nil {
		return nil, fmt.Errorf("list iptables rules: %w", err)
	}
	var rules []rule
	for _, line := range lines(out) {
		if r, ok := parseRule(line, c.name); ok {
			rules = append(rules, r)
		}
	}
	return rules, nil
}

// parseRule reads a line of `iptables -v -S` if it is a rule of the chain with a
// comment of ours.
//
//	-A DOCKER-USER -i br -m comment --comment "seatrial:dev" -c 3 180 -j REJECT
//	-> spec -i br -m comment --comment seatrial:dev -j REJECT, 3 packets
func parseRule(line, chain string) (rule, bool) {
	words := strings.Fields(line)
	if len(words) < 2 || words[0] != "-A" || words[1] != chain {
		return rule{}, false
	}
	var r rule
	for i := 2; i < len(words); i++ {
		switch word := words[i]; {
		case word == "-c" && i+2 < len(words):
			r.packets, _ = strconv.ParseUint(words[i+1], 10, 64)
			i += 2
		case word == "--comment" && i+1 < len(words):
			i++
			r.comment = strings.Trim(words[i], `"`)
			r.spec = append(r.spec, word, r.comment)
		default:
			r.spec = append(r.spec, word)
		}
	}
	return r, strings.HasPrefix(r.comment, ruleCommentPrefix)
}

// Contained is an error if anything has left the cluster's network since it was created,
// or if nobody has counted it. A cluster that may reach the outside is not asked.
func (c *Cluster) Contained(ctx context.Context) error {
	if c.snapshot().AllowEgress {
		return nil
	}
	e, err := c.Egress(ctx)
	if err != nil {
		return err
	}
	if e.Escaped > 0 {
		return fmt.Errorf("%d packets left the network of cluster %s, from which there is no way out (its rules are in chain DOCKER-USER of iptables' table filter, and in POSTROUTING of mangle)", e.Escaped, c.snapshot().Name)
	}
	return nil
}

// Egress counts what tried to leave the cluster's network since it was created.
func (c *Cluster) Egress(ctx context.Context) (Egress, error) {
	var e Egress
	r := c.snapshot()
	for _, count := range []struct {
		chain chain
		into  *uint64
	}{{chainUser, &e.Rejected}, {chainOut, &e.Escaped}} {
		rules, err := c.rules(ctx, r.Image, count.chain)
		if err != nil {
			return Egress{}, err
		}
		found := false
		for _, rule := range rules {
			if rule.comment == ruleComment(r.Name) {
				*count.into += rule.packets
				found = true
			}
		}
		if !found && (count.chain == chainOut || !r.AllowEgress) {
			return Egress{}, fmt.Errorf("cluster %s has no rule in chain %s any more: its way out is not watched", r.Name, count.chain.name)
		}
	}
	return e, nil
}

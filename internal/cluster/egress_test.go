package cluster

import (
	"slices"
	"strings"
	"testing"
)

const listedRules = `-P INPUT ACCEPT -c 1 2
-N DOCKER-USER
-A DOCKER-USER -i st-1 ! -o st-1 -m comment --comment "seatrial:dev" -c 3 180 -j REJECT --reject-with icmp-net-unreachable
-A DOCKER-USER -i st-2 ! -o st-2 -m comment --comment seatrial:other -c 9 540 -j REJECT --reject-with icmp-net-unreachable
-A DOCKER-USER -m comment --comment "somebody else" -c 5 300 -j DROP
-A DOCKER-USER -c 4670 1849536 -j RETURN
-A POSTROUTING -s 172.18.0.0/16 ! -o st-1 -m addrtype ! --src-type LOCAL -m comment --comment "seatrial:dev" -c 0 0
`

func TestParseRule(t *testing.T) {
	r, ok := parseRule(`-A DOCKER-USER -i br -m comment --comment "seatrial:dev" -c 3 180 -j REJECT`, "DOCKER-USER")
	want := strings.Fields("-i br -m comment --comment seatrial:dev -j REJECT")
	if !ok || r.packets != 3 || !slices.Equal(r.spec, want) {
		t.Errorf("%v %+v, want spec %v, 3 packets", ok, r, want)
	}
	for _, line := range []string{"", "-A", "-N DOCKER-USER", "-A OTHER --comment seatrial:dev", "-A DOCKER-USER --comment", "-A DOCKER-USER -j RETURN"} {
		if r, ok := parseRule(line, "DOCKER-USER"); ok {
			t.Errorf("%q is taken for ours: %+v", line, r)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for line := range strings.Lines(listedRules) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if r, ok := parseRule(line, "DOCKER-USER"); ok && !slices.Contains(r.spec, r.comment) {
			t.Errorf("%q: %+v", line, r)
		}
	})
}

func TestRulesOfOthersStay(t *testing.T) {
	s, f := fake(t, map[string]answer{"iptables --wait -t filter -v -S": {out: listedRules}})
	if err := s.removeRules(t.Context(), "node:1", "dev"); err != nil {
		t.Fatal(err)
	}
	var deleted []string
	for _, c := range f.calls {
		if strings.Contains(c, " -D ") {
			deleted = append(deleted, c)
		}
	}
	want := "iptables --wait -t filter -D DOCKER-USER -i st-1 ! -o st-1 -m comment --comment seatrial:dev -j REJECT --reject-with icmp-net-unreachable"
	if len(deleted) != 1 || deleted[0] != want {
		t.Errorf("deleted %q, want only %q", deleted, want)
	}
}

func TestEgressIsClosedUnlessAllowed(t *testing.T) {
	for allowed, want := range map[bool]int{false: 2, true: 1} {
		s, f := fake(t, nil)
		r := devRecord()
		r.AllowEgress = allowed
		if err := s.closeEgress(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if len(f.calls) != want || f.did("iptables --wait -t filter -I DOCKER-USER -i "+bridgeName("dev")+" ! -o "+bridgeName("dev")) == allowed {
			t.Errorf("allowed %v: ran %q", allowed, f.calls)
		}
	}
}

func TestEgressCounts(t *testing.T) {
	s, f := fake(t, map[string]answer{"iptables": {out: listedRules}})
	c := &Cluster{shell: s, rec: devRecord()}
	if e, err := c.Egress(t.Context()); err != nil || e != (Egress{Rejected: 3}) {
		t.Errorf("%+v, %v, want 3 rejected", e, err)
	}
	f.answers["iptables"] = answer{out: strings.ReplaceAll(listedRules, "-c 0 0", "-c 7 99")}
	if e, err := c.Egress(t.Context()); err != nil || e.Escaped != 7 {
		t.Errorf("%+v, %v, want 7 escaped", e, err)
	}
	f.answers["iptables"] = answer{out: "-A DOCKER-USER -j RETURN"}
	if _, err := c.Egress(t.Context()); err == nil {
		t.Error("rules that somebody flushed were taken for no leak")
	}
}

// What left, and rules that nobody counts by any more, are errors, unless the way out is open.
func TestContained(t *testing.T) {
	leaked := strings.ReplaceAll(listedRules, "-c 0 0", "-c 7 99")
	for _, c := range []struct {
		rules   string
		allowed bool
		want    string
	}{
		{listedRules, false, ""},
		{leaked, false, "7 packets left"},
		{leaked, true, ""},
		{"-A DOCKER-USER -j RETURN", false, "not watched"},
	} {
		s, _ := fake(t, map[string]answer{"iptables": {out: c.rules}})
		r := devRecord()
		r.AllowEgress = c.allowed
		err := (&Cluster{shell: s, rec: r}).Contained(t.Context())
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("allowed %t: %v, want %q", c.allowed, err, c.want)
		}
	}
}

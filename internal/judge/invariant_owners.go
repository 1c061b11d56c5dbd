package judge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
)

// keepsOwners: a pod belongs to a ReplicaSet that was there and has its hash, and
// keeps its UID; no two ReplicaSets of a Deployment have the same revision; a
// Deployment's revision never goes back.
func (s *scene) keepsOwners() Finding {
	const want = "pods owned by a ReplicaSet of their hash, revisions unique and rising"
	sets := s.intervals(history.SourceReplicas, "")
	n, broken := s.strays(sets)
	more, clashes := s.revisions(sets)
	return kept(want, n+more, "objects", append(broken, clashes...), "controller/deployment/sync.go getNewReplicaSet; controller/replicaset")
}

func (s *scene) strays(sets []history.Interval) (n int, broken []string) {
	uids := map[string]string{}
	for _, p := range s.pods() {
		if _, ours := s.deploymentOf(p); !ours {
			continue
		}
		if s.unseen(p.from, history.SourcePod, history.SourceReplicas) {
			continue
		}
		n++
		if was, known := uids[p.name]; known && was != p.uid {
			broken = append(broken, fmt.Sprintf("%s has had two UIDs", p.name))
		}
		uids[p.name] = p.uid
		owner := slices.IndexFunc(sets, func(i history.Interval) bool {
			return i.Subject == p.owner && i.From <= p.from+watchSlack && i.To >= min(p.from, s.end)
		})
		switch {
		case owner < 0:
			broken = append(broken, fmt.Sprintf("%s is owned by %s, which was not there at %s", p.name, p.owner, offset(p.from)))
		case sets[owner].Attrs[history.AttrHash] != p.hash:
			broken = append(broken, fmt.Sprintf("%s has hash %q, its owner %s has %q", p.name, p.hash, p.owner, sets[owner].Attrs[history.AttrHash]))
		}
	}
	return n, broken
}

// revisions compares the revisions. Those of ReplicaSets come from one watch and
// so in order; one that is not written yet is empty.
func (s *scene) revisions(sets []history.Interval) (n int, broken []string) {
	reached, again := map[string]int{}, s.remade(sets)
	for at, i := range sets {
		revision, err := strconv.Atoi(i.Attrs[history.AttrRevision])
		if err != nil {
			continue
		}
		if strings.HasPrefix(i.Subject, "Deployment/") {
			n++
			key := i.Subject + " " + i.Attrs[history.AttrUID]
			if was := reached[key]; revision < was {
				broken = append(broken, fmt.Sprintf("%s went back from revision %d to %d at %s", i.Subject, was, revision, offset(i.From)))
			}
			reached[key] = max(reached[key], revision)
		}
		for _, o := range sets[:at] {
			if clash(i, o) && !again[i.Attrs[history.AttrOwner]] && o.Attrs[history.AttrRevision] == i.Attrs[history.AttrRevision] {
				broken = append(broken, fmt.Sprintf("%s and %s both have revision %d at %s", o.Subject, i.Subject, revision, offset(i.From)))
			}
		}
	}
	return n, broken
}

// clash reports whether two ReplicaSets of one Deployment are there at the same time.
func clash(a, b history.Interval) bool {
	owner := a.Attrs[history.AttrOwner]
	return strings.HasPrefix(a.Subject, "ReplicaSet/") && strings.HasPrefix(b.Subject, "ReplicaSet/") &&
		a.Subject != b.Subject && owner != "" && owner == b.Attrs[history.AttrOwner] && a.Overlaps(b.From, b.To)
}

// remade names the Deployments that were deleted and made anew: they count from
// revision 1 again while the ReplicaSets of before are still going.
func (s *scene) remade(sets []history.Interval) map[string]bool {
	uid, again := map[string]string{}, map[string]bool{}
	for _, i := range sets {
		if strings.HasPrefix(i.Subject, "Deployment/") {
			was, known := uid[i.Subject]
			again[i.Subject] = again[i.Subject] || known && was != i.Attrs[history.AttrUID]
			uid[i.Subject] = i.Attrs[history.AttrUID]
		}
	}
	return again
}

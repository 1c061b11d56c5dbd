package judge

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/seatrial/seatrial/internal/history"
)

// BroughtByRestart expects that what was changed reaches nobody before the last
// deed, the restart, and everybody after it: all answers name the old version until
// then, and new connections another one once its rollout is complete and propagated.
// What it counts are the answers of another version before the restart.
func BroughtByRestart() Expectation { return expectation{"brought-by-restart", judgeBrought} }

func judgeBrought(s *scene) (Finding, error) {
	d, counts, err := s.rolled()
	if err != nil {
		return Finding{}, err
	}
	old, err := s.versionBefore(s.began.Earliest)
	if err != nil {
		return Finding{}, err
	}
	last := s.lastRollout(d)
	early := answersOf(s.fresh(s.began.Earliest, last.Earliest), func(version string) bool { return version != old })
	want := fmt.Sprintf("no answer but of %s until the restart, and none of it after its rollout", old)
	const from = "a container's image and variables are those of its start (kubelet/kuberuntime/kuberuntime_container.go)"
	said := fmt.Sprintf("%d answers of another version before", len(early))
	began, ok := first(counts, last.Earliest, func(i history.Interval) bool { return !complete(i) })
	done, came := first(counts, began.From, complete)
	if !ok || !came || done.From >= s.end {
		return found(false, want, said+"; the restart's rollout is not complete", from), nil
	}
	settled := done.From + s.w.Propagated().To
	after := answersOf(s.fresh(settled, s.end), func(string) bool { return true })
	if len(after) == 0 {
		return Finding{}, fmt.Errorf("lane fresh has no answer after the rollout had to be settled (%s)", offset(settled))
	}
	stale := slices.DeleteFunc(slices.Clone(after), func(x history.Sample) bool { return x.Version != old })
	return found(len(early) == 0 && len(stale) == 0, want,
		fmt.Sprintf("%s; after %s %d of %d answers of %s, the others of %s", said, offset(settled), len(stale), len(after), old, after[len(after)-1].Version), from).counted(len(early)), nil
}

// versionBefore is the version that the last good answer before t named.
func (s *scene) versionBefore(t time.Duration) (string, error) {
	version := ""
	for _, x := range s.fresh(0, t) {
		version = cmp.Or(x.Version, version)
	}
	if version == "" {
		return "", fmt.Errorf("no answer before the deed names its version")
	}
	return version, nil
}

// answersOf picks the good answers whose version the test takes.
func answersOf(samples []history.Sample, test func(version string) bool) []history.Sample {
	return slices.DeleteFunc(samples, func(x history.Sample) bool {
		return x.Version == "" || x.Class.Failed() || !test(x.Version)
	})
}

// OnlyReplacedAreNew expects that an edit of the pod template, the first deed,
// changes no pod that is there: none goes but those that the last deed was done to,
// all answer as before, and what comes after the edit starts with the new version.
func OnlyReplacedAreNew() Expectation {
	return expectation{"only-replaced-are-new", judgeOnlyReplaced}
}

func judgeOnlyReplaced(s *scene) (Finding, error) {
	old, err := s.versionBefore(s.began.Earliest)
	if err != nil {
		return Finding{}, err
	}
	last := s.lastDeed()
	if !slices.ContainsFunc(s.pods(), func(p pod) bool { return slices.Contains(last.Targets, p.name) }) {
		return Finding{}, fmt.Errorf("the record has no pod that was deleted after the edit (targets %v)", last.Targets)
	}
	var wrong []string
	var unsaid error
	kept, fresh := 0, 0
	for _, p := range s.pods() {
		switch {
		case p.from >= s.began.Earliest && p.from < s.end:
			version, err := s.startedAs(p)
			if err != nil {
				unsaid = err
				continue
			}
			fresh++
			if version == old {
				wrong = append(wrong, fmt.Sprintf("%s came after the edit and is %s", p.name, version))
			}
		case p.leaving < s.end && p.leaving >= s.began.Earliest && !slices.Contains(last.Targets, p.name):
			wrong = append(wrong, fmt.Sprintf("%s went at %s, and nobody had deleted it", p.name, offset(p.leaving)))
		case p.leaving > s.began.Earliest:
			kept++
			wrong = append(wrong, s.answersOtherwise(p, old)...)
		}
	}
	if len(wrong) == 0 && unsaid != nil {
		return Finding{}, unsaid // what is wrong is wrong, whatever else is not known
	}
	got := fmt.Sprintf("%d pods of before the edit, all %s; %d after it, none", kept, old, fresh)
	if len(wrong) > 0 {
		got = few(wrong)
	}
	return found(len(wrong) == 0 && fresh > 0, "only the pods that came after the edit are of its version, and no pod goes that nobody deletes", got,
		"a ReplicaSet makes pods from its template and does not compare those that it has with it (controller/replicaset/replica_set.go manageReplicas)"), nil
}

// startedAs is the version with which the pod's first process says that it started.
func (s *scene) startedAs(p pod) (string, error) {
	starts := s.app(p, history.AppStart, p.from)
	if len(starts) == 0 || starts[0].Attrs[history.AttrVersion] == "" {
		return "", fmt.Errorf("the log of pod %s does not say with which version it started", p.name)
	}
	return starts[0].Attrs[history.AttrVersion], nil
}

// answersOtherwise says with which other version the pod answered after the first deed.
func (s *scene) answersOtherwise(p pod, version string) []string {
	for _, x := range s.fresh(s.began.Earliest, s.end) {
		if x.Pod == p.name && x.Version != "" && x.Version != version {
			return []string{fmt.Sprintf("%s answered as %s at %s", p.name, x.Version, offset(x.Due))}
		}
	}
	return nil
}

package faults

import (
	"context"
	"fmt"
	"strings"

	"github.com/seatrial/seatrial/internal/history"
	kindconfigs "github.com/seatrial/seatrial/kind-configs"
)

// Kubectl asks what an operator would ask, once what came before has been seen:
// kubectl runs on a control-plane node with the arguments, in the trial's
// namespace, and its exit code and output go into the record (SourceCommand). It
// is for questions, not for changes: nothing is journalled. A word POD in the
// arguments stands for the first target of the deed before.
//
//	Kubectl("rollout status deployment/web --timeout=30s")
//	Kubectl("logs --previous POD")
func Kubectl(arguments string) Fault { return kubectl{arguments} }

type kubectl struct{ arguments string }

func (k kubectl) Card() Card {
	return Card{
		Name:     "kubectl/ask",
		Breaks:   "nothing: kubectl is asked",
		ShowsAs:  "what kubectl prints, and its exit code",
		UndoneBy: "nothing",
		Look:     "kubectl " + k.arguments,
	}
}

func (kubectl) Needs() []kindconfigs.Trait { return []kindconfigs.Trait{kindconfigs.Machines} }

// adminConfig is where kubeadm leaves the administrator's configuration on a
// control-plane node (cmd/kubeadm/app/constants, AdminKubeConfigFileName).
const adminConfig = "/etc/kubernetes/admin.conf"

func (k kubectl) Inject(ctx context.Context, s *Site) error {
	words := strings.Fields(k.arguments)
	for i, word := range words {
		if word != "POD" {
			continue
		}
		if len(s.last) == 0 {
			return fmt.Errorf("ask kubectl %s: no deed came before that had a target", k.arguments)
		}
		words[i] = s.last[0]
	}
	asked := "kubectl " + strings.Join(words, " ")
	// The shell says the exit code, so that a command that fails as it should is no error
	// of ours, and it says it last: of two outputs nobody knows which comes first.
	line := fmt.Sprintf(`kubectl --kubeconfig=%s --namespace=%s "$@" 2>&1; echo "exit $?"`, adminConfig, s.Namespace)
	command := append([]string{"sh", "-c", line, "kubectl"}, words...)
	from := s.Clock.Now()
	out, err := s.Nodes.Exec(ctx, s.Nodes.Names("control-plane")[0], command...)
	if err != nil {
		return fmt.Errorf("ask %s: %w", asked, err)
	}
	said, code, ok := cutLast(strings.TrimSpace(out), "exit ")
	if !ok {
		return fmt.Errorf("ask %s: it said %q and no exit code", asked, out)
	}
	s.Note(history.Interval{Source: history.SourceCommand, Subject: asked, State: code, From: from, To: s.Clock.Now(), Detail: strings.TrimSpace(said)})
	return nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

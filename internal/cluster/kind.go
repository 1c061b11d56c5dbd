package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/kind/pkg/apis/config/v1alpha4"
	kind "sigs.k8s.io/kind/pkg/cluster"
	kindexec "sigs.k8s.io/kind/pkg/exec"
	"sigs.k8s.io/kind/pkg/log"

	"github.com/seatrial/seatrial/internal/host"
)

// kindLabel is kind's label on a node's container (kind: providers/docker/constants.go).
const kindLabel = "io.x-k8s.kind.cluster"

// networkVariable names the Docker network to kind. It has no option for it, and
// reads the variable once, early in Create.
const networkVariable = "KIND_EXPERIMENTAL_DOCKER_NETWORK"

// networkMutex is held while networkVariable is set: the environment belongs to
// the whole process, and several clusters may be created at a time.
var networkMutex sync.Mutex

// createNodes lets kind create the cluster, without its wait. kind takes no
// context: when ours ends, its containers are taken away until it gives up.
func (s shell) createNodes(ctx context.Context, cfg *v1alpha4.Cluster, dir string, say func(string)) error {
	logger := &kindLogger{say: say, read: make(chan struct{})}
	provider := kind.NewProvider(kind.ProviderWithDocker(), kind.ProviderWithLogger(logger))
	var created error
	done := make(chan struct{})
	networkMutex.Lock()
	if err := os.Setenv(networkVariable, networkName(cfg.Name)); err != nil {
		networkMutex.Unlock()
		return err
	}
	go func() {
		defer close(done)
		created = provider.Create(cfg.Name, kind.CreateWithV1Alpha4Config(cfg),
			kind.CreateWithKubeconfigPath(filepath.Join(dir, kubeconfigFile)),
			kind.CreateWithDisplayUsage(false), kind.CreateWithDisplaySalutation(false))
		logger.seen()
	}()
	<-logger.read
	err := os.Unsetenv(networkVariable)
	networkMutex.Unlock()

	select {
	case <-done:
		return errors.Join(kindError(ctx, created), err)
	case <-ctx.Done():
		return errors.Join(context.Cause(ctx), s.starve(ctx, cfg.Name, done))
	}
}

// starve removes the cluster's containers as they come until kind has given up.
func (s shell) starve(ctx context.Context, cluster string, done <-chan struct{}) error {
	ctx = context.WithoutCancel(ctx)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		if err := s.removeContainers(ctx, cluster); errors.Is(err, ErrNoDocker) {
			return err
		}
		select {
		case <-done: // what it says now is that its containers went away
			return nil
		case <-tick.C:
		}
	}
}

// kindError makes kind's errors show the command and what it said.
func kindError(ctx context.Context, err error) error {
	failed := kindexec.RunErrorForError(err)
	if failed == nil {
		return err
	}
	return explain(ctx, fmt.Errorf("kind: %w", &host.CommandError{Args: failed.Command, Output: tail(string(failed.Output)), Err: failed.Inner}))
}

// tail is the last lines of what a command said, as many as a person will read.
func tail(s string) string {
	const most = 30
	l := lines(s)
	return strings.Join(l[max(0, len(l)-most):], "\n")
}

// kindLogger passes on what kind says it is doing, and notices when kind has read
// networkVariable: it warns that it did.
type kindLogger struct {
	say  func(string)
	once sync.Once
	read chan struct{}
}

func (l *kindLogger) seen() { l.once.Do(func() { close(l.read) }) }

func (l *kindLogger) Warn(message string) {
	if strings.Contains(message, networkVariable) {
		l.seen()
	}
}
func (l *kindLogger) Warnf(format string, args ...any)  { l.Warn(fmt.Sprintf(format, args...)) }
func (l *kindLogger) Error(message string)              { l.say(message) }
func (l *kindLogger) Errorf(format string, args ...any) { l.say(fmt.Sprintf(format, args...)) }
func (l *kindLogger) V(level log.Level) log.InfoLogger  { return kindInfo{l, level == 0} }

type kindInfo struct {
	*kindLogger
	enabled bool
}

// Info passes on the beginning of a step: " • Starting control-plane 🕹️  ...".
func (i kindInfo) Info(message string) {
	if step, ok := strings.CutPrefix(message, " • "); ok && i.enabled {
		i.say(plain(step))
	}
}
func (i kindInfo) Infof(format string, args ...any) { i.Info(fmt.Sprintf(format, args...)) }
func (i kindInfo) Enabled() bool                    { return i.enabled }

// plain drops dots, signs and pictures from the end of a line of kind's.
//
//	"Starting control-plane 🕹️  ...\n" -> "starting control-plane"
func plain(s string) string {
	keep := strings.IndexFunc(s, func(r rune) bool { return r > 0x2000 || r == '.' || r == '\n' })
	if keep >= 0 {
		s = s[:keep]
	}
	return strings.ToLower(strings.TrimSpace(s))
}

package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/seatrial/seatrial/internal/host"
	"github.com/seatrial/seatrial/internal/journal"
)

// kubeconfigDir holds the ways to clusters that are not ours, one file for each run that
// may have something to undo there.
func kubeconfigDir() string { return filepath.Join(host.StateDir(), "kubeconfigs") }

// minified is the kubeconfig ("" is kubectl's own choice) with just that context ("" is its
// current one), and the context's name.
func minified(kubeconfig, context string) (*clientcmdapi.Config, string, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = kubeconfig
	config, err := rules.Load()
	if err != nil {
		return nil, "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	if context != "" {
		config.CurrentContext = context
	}
	if config.Contexts[config.CurrentContext] == nil {
		return nil, "", fmt.Errorf("the kubeconfig has no context %q", config.CurrentContext)
	}
	if err := errors.Join(clientcmdapi.MinifyConfig(config), clientcmdapi.FlattenConfig(config)); err != nil {
		return nil, "", fmt.Errorf("read the kubeconfig: %w", err)
	}
	return config, config.CurrentContext, nil
}

// keepKubeconfig writes down the way to a cluster, so that another process reaches the
// same one later: it is on the disk before any step that needs it.
func keepKubeconfig(config *clientcmdapi.Config, id string) (string, error) {
	path := filepath.Join(kubeconfigDir(), id)
	if err := os.MkdirAll(kubeconfigDir(), 0o700); err != nil {
		return "", err
	}
	text, err := clientcmd.Write(*config)
	if err == nil {
		err = journal.WriteFile(path, text)
	}
	if err != nil {
		return "", fmt.Errorf("keep the kubeconfig: %w", err)
	}
	return path, nil
}

// restOf is how the kubeconfig's cluster is reached.
func restOf(config *clientcmdapi.Config) (*rest.Config, error) {
	return clientcmd.NewDefaultClientConfig(*config, nil).ClientConfig()
}

// SweepKubeconfigs removes the ways to other people's clusters of runs that have no
// journal any more, and so nothing to undo there.
func SweepKubeconfigs() error {
	entries, err := os.ReadDir(kubeconfigDir())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		id := strings.TrimSuffix(e.Name(), ".lock") // a lock that clientcmd may have left
		journals, err := filepath.Glob(filepath.Join(JournalDir(), id+".jsonl*"))
		if err == nil && len(journals) == 0 {
			err = os.Remove(filepath.Join(kubeconfigDir(), e.Name()))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

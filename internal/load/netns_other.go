//go:build !linux

package load

import "fmt"

// enter runs nothing anew here: there is neither a network namespace to enter
// nor a priority that would need it.
func enter(netns string, _ []string) error { return inNetNS(netns) }

// inNetNS refuses network namespaces: only Linux has them.
func inNetNS(netns string) error {
	if netns != "" {
		return fmt.Errorf("enter network namespace %s: only Linux has network namespaces; use the mapped port", netns)
	}
	return nil
}

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seatrial/seatrial/internal/nodeimage"
	"github.com/seatrial/seatrial/internal/suggest"
)

// kubernetesVersion is the value of flag --version: one that a node image can be had for.
type kubernetesVersion struct{ version *string }

func (v kubernetesVersion) String() string {
	if v.version == nil {
		return ""
	}
	return *v.version
}

func (kubernetesVersion) Type() string { return "string" }

func (v kubernetesVersion) Set(version string) error {
	known := nodeimage.Versions()
	if !slices.Contains(known, version) {
		hint := ""
		if near := suggest.Nearest(version, known); near != "" {
			hint = fmt.Sprintf("did you mean %q? ", near)
		}
		return fmt.Errorf("%sthere are node images of %s", hint, strings.Join(known, ", "))
	}
	*v.version = version
	return nil
}

// addVersion adds flag --version, the Kubernetes version of what.
func addVersion(flags *pflag.FlagSet, version *string, what string) {
	flags.Var(kubernetesVersion{version}, "version", "Kubernetes version"+what+": "+strings.Join(nodeimage.Versions(), ", "))
}

package model

import (
	"fmt"
	"strconv"
	"strings"
)

// A Version is a Kubernetes version without its suffix.
type Version struct{ Major, Minor, Patch int }

// ParseVersion reads a gitVersion.
//
//	"v1.36.3" == {1 36 3}; "v1.37.0-rc.1+abc" == {1 37 0}
func ParseVersion(s string) (Version, error) {
	plain, _, _ := strings.Cut(strings.TrimPrefix(s, "v"), "+")
	plain, _, _ = strings.Cut(plain, "-")
	parts := strings.Split(plain, ".")
	if len(parts) != 3 {
		return Version{}, fmt.Errorf("read Kubernetes version %q: want vMAJOR.MINOR.PATCH", s)
	}
	var v Version
	for i, field := range []*int{&v.Major, &v.Minor, &v.Patch} {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n < 0 {
			return Version{}, fmt.Errorf("read Kubernetes version %q: %q is not a number", s, parts[i])
		}
		*field = n
	}
	return v, nil
}

// AtLeast reports whether the version is that minor release or a later one.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

func (v Version) String() string { return fmt.Sprintf("v%d.%d.%d", v.Major, v.Minor, v.Patch) }

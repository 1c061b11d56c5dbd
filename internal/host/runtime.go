package host

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// The hidden subcommands, see Hidden.
const (
	runtimeCommand = "__runtime"
	probeCommand   = "__probe"
)

// Hidden runs the subcommands that other programs call, not people: the OCI
// runtime wrapper, which Docker runs for every container, and the probe, which
// runs inside a container. A main function calls it first, with the arguments
// after the program's name, and exits with code if handled:
//
//	if code, handled := host.Hidden(os.Args[1:]); handled {
//		os.Exit(code)
//	}
func Hidden(args []string) (code int, handled bool) {
	if len(args) == 0 {
		return 0, false
	}
	switch args[0] {
	case runtimeCommand:
		return RuntimeMain(args[1:]), true
	case probeCommand:
		return probeMain(os.Stdout), true
	}
	return 0, false
}

// RuntimeMain is an OCI runtime that asks for one capability less: it takes
// CAP_SYS_RESOURCE out of what the container shall get and then becomes runc with
// the same arguments. It is for hosts whose bounding set lacks that capability,
// where runc could grant no container the full set ("unable to apply caps"). It
// returns only if something went wrong, with the exit code.
func RuntimeMain(args []string) int {
	if file := specFile(args); file != "" {
		if err := dropFromFile(file, capSysResourceName); err != nil {
			fmt.Fprintf(os.Stderr, "drop %s from %s: %v\n", capSysResourceName, file, err)
			return 1
		}
	}
	runc, err := lookPath("runc")
	if err != nil {
		fmt.Fprintf(os.Stderr, "find runc: %v\n", err)
		return 1
	}
	err = syscall.Exec(runc, append([]string{"runc"}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "run %s: %v\n", runc, err)
	return 1
}

// specFile finds the file in which runc's command line names capabilities, or ""
// for commands that grant none.
//
//	--root /r create --bundle /b --pid-file /p id -> /b/config.json
//	exec --process /tmp/p.json id                 -> /tmp/p.json
func specFile(args []string) string {
	for i, a := range args {
		switch a {
		case "create", "run", "restore":
			return filepath.Join(flagValue(args[i+1:], "--bundle", "-b"), "config.json")
		case "exec":
			return flagValue(args[i+1:], "--process", "-p")
		case "state", "start", "kill", "delete", "events", "update", "pause", "resume", "ps", "list", "features", "spec", "checkpoint":
			return ""
		}
	}
	return ""
}

// flagValue finds a flag's value in either form, "--name value" or "--name=value".
func flagValue(args []string, names ...string) string {
	for i, a := range args {
		for _, n := range names {
			if a == n && i+1 < len(args) {
				return args[i+1]
			}
			if v, ok := strings.CutPrefix(a, n+"="); ok {
				return v
			}
		}
	}
	return ""
}

// dropFromFile removes a capability from a runtime specification on disk.
func dropFromFile(file, capability string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	changed, err := dropCapability(b, capability)
	if err != nil || bytes.Equal(changed, b) {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, changed, info.Mode().Perm())
}

// dropCapability removes a capability from all sets of a container's config.json
// (which has them under "process") or of an exec's process.json (at the top). All
// else is kept as it is; a document without that capability comes back unchanged.
func dropCapability(doc []byte, capability string) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber() // limits go up to 2^64-1, which a float64 would round
	var spec map[string]any
	if err := dec.Decode(&spec); err != nil {
		return nil, err
	}
	process := spec
	if p, ok := spec["process"].(map[string]any); ok {
		process = p
	}
	sets, _ := process["capabilities"].(map[string]any)
	changed := false
	for name, v := range sets {
		list, ok := v.([]any)
		if !ok || !slices.Contains(list, any(capability)) {
			continue
		}
		changed = true
		sets[name] = slices.DeleteFunc(list, func(c any) bool { return c == capability })
	}
	if !changed {
		return doc, nil
	}
	return json.Marshal(spec)
}

// lookPath finds a program in PATH or where daemons live, which PATH may lack.
func lookPath(program string) (string, error) {
	p, err := exec.LookPath(program)
	if err == nil {
		return p, nil
	}
	for _, d := range []string{"/usr/local/sbin", "/usr/sbin", "/sbin"} {
		if p, sbinErr := exec.LookPath(filepath.Join(d, program)); sbinErr == nil {
			return p, nil
		}
	}
	return "", err
}

package load

import (
	"fmt"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// priority is the nice value that the meter asks for: above everything that it
// measures beside itself on the same machine, so that it is the last to be late.
// Without the right to it the meter runs as everybody else.
const priority = -10

// enter puts this process into the network namespace of the file (if there is
// one) and runs the program anew with the arguments. Namespace and priority belong
// to threads, and Go has several by now: only exec makes them the process's own.
// It returns only if it failed.
func enter(netns string, args []string) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if netns != "" {
		file, err := os.Open(netns)
		if err != nil {
			return fmt.Errorf("enter network namespace: %w", err)
		}
		defer file.Close()
		if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("enter network namespace %s: %w", netns, err)
		}
	}
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), priority)
	if err := syscall.Exec("/proc/self/exe", args, os.Environ()); err != nil {
		return fmt.Errorf("run the meter again in network namespace %q: %w", netns, err)
	}
	return nil
}

// inNetNS makes sure that this process is in the network namespace of the file.
func inNetNS(netns string) error {
	if netns == "" {
		return nil
	}
	want, err := os.Stat(netns)
	if err != nil {
		return fmt.Errorf("find network namespace: %w", err)
	}
	have, err := os.Stat("/proc/self/ns/net")
	if err != nil {
		return fmt.Errorf("find our network namespace: %w", err)
	}
	if !os.SameFile(want, have) {
		return fmt.Errorf("network namespace %s is not ours: load from another one needs a process of its own", netns)
	}
	return nil
}

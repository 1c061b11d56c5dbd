package nodeimage

import "testing"

func TestMountPoint(t *testing.T) {
	for line, want := range map[string]string{
		`22 1 254:0 / /a\040b rw,relatime shared:1 - ext4 /dev/vda rw`: "/a b",
		`36 35 0:33 / /sys/fs/cgroup rw - tmpfs tmpfs rw`:              "/sys/fs/cgroup",
		`short line`: "",
	} {
		if got := mountPoint(line); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestUnmountBelowNothing(t *testing.T) {
	if err := unmountBelow(t.TempDir()); err != nil {
		t.Error(err)
	}
}

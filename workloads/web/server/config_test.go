package main

import (
	"testing"
	"time"
)

func TestConfigFromFlagsAndEnvironment(t *testing.T) {
	env := map[string]string{"POD_NAME": "web-1", "BOOT_TIME": "10s", "CRASH_AT_START": "true", "VERSION": "v2", "IGNORE_SIGTERM": "false", "LEAK": "32Mi"}
	c, err := parseConfig([]string{"-version", "v3"}, func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if c.pod != "web-1" || c.bootTime != 10*time.Second || !c.crashAtStart || c.version != "v3" || c.port != 8080 || c.crashAfter >= 0 || c.leak != 32<<20 {
		t.Errorf("got %+v", c)
	}
	if _, err := parseConfig(nil, func(string) string { return "nonsense" }); err == nil {
		t.Error("a variable that cannot be read must be an error")
	}
}

package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"
)

// config is how the server is told to behave from its start. Each flag has an
// environment variable: -boot-time is BOOT_TIME.
type config struct {
	pod, node      string
	version, color string
	port           int // of the service
	adminPort      int
	probePort      int           // of the probes alone; 0: the service's. They are on the service's in any case.
	workers        int           // requests served at once on the service port; 0: no limit
	bootTime       time.Duration // before it listens: connections are refused
	warmUp         time.Duration // after that, before it is ready
	answerTime     time.Duration // of a business answer
	drain          time.Duration // after SIGTERM; 0: exit at once
	ignoreSIGTERM  bool
	crashAfter     time.Duration // after it became ready; negative: never
	crashAtStart   bool
	crashCode      int
	errorRate      float64 // share of business answers that are 500 from the start
	burn           int     // threads that take processor time from the start on
	allocate       int64   // bytes allocated at the start and kept
	leak           int64   // bytes per second allocated and kept from the start on
	events         string  // path of the log; "": only stdout
	readyFile      string
	grpcPort       int           // of the gRPC health service; 0: none
	dependency     string        // host:port of what it depends on; "": nothing
	dependencyIn   string        // the parts that ask the dependency, "ready,business"
	named          string        // host:port of the app that pathNamed asks by its name; "": none
	unhealthyAfter time.Duration // after its start, as tutorials' apps are; negative: never
}

// parseConfig reads flags, and for those not given the environment.
func parseConfig(args []string, env func(string) string) (config, error) {
	var c config
	f := flag.NewFlagSet("web", flag.ContinueOnError)
	f.StringVar(&c.pod, "pod-name", "web", "name of the pod, told in every answer")
	f.StringVar(&c.node, "node-name", "", "name of the node")
	f.StringVar(&c.version, "version", "v1", "version, told in every answer")
	f.StringVar(&c.color, "color", "", "color, told in every answer")
	f.IntVar(&c.port, "port", 8080, "port of the service")
	f.IntVar(&c.adminPort, "admin-port", 9090, "port of the knobs and the log")
	f.IntVar(&c.probePort, "probe-port", 0, "port of the probes alone; 0: the service's")
	f.IntVar(&c.workers, "workers", 0, "requests served at once on the service port; 0: no limit")
	f.DurationVar(&c.bootTime, "boot-time", 0, "time before it listens")
	f.DurationVar(&c.warmUp, "warm-up", 0, "time between listening and being ready")
	f.DurationVar(&c.answerTime, "answer-time", 0, "time that a business answer takes")
	f.DurationVar(&c.drain, "drain", 0, "time after SIGTERM in which it serves on and closes connections politely; 0: exit at once")
	f.BoolVar(&c.ignoreSIGTERM, "ignore-sigterm", false, "note SIGTERM and ignore it")
	f.DurationVar(&c.crashAfter, "crash-after", -1, "time after becoming ready at which it exits; negative: never")
	f.BoolVar(&c.crashAtStart, "crash-at-start", false, "exit before listening")
	f.IntVar(&c.crashCode, "crash-code", 1, "exit status of a crash")
	f.Float64Var(&c.errorRate, "error-rate", 0, "share of business answers that are 500, 0 to 1")
	f.IntVar(&c.burn, "burn", 0, "threads that take processor time from the start on; the handlers go on")
	f.Func("allocate", "bytes, such as 32Mi, allocated at the start and kept", bytesInto(&c.allocate))
	f.Func("leak", "bytes per second, such as 32Mi, allocated and kept from the start on", bytesInto(&c.leak))
	f.StringVar(&c.events, "events", "", "file of the log; empty: only stdout")
	f.StringVar(&c.readyFile, "ready-file", "/tmp/ready", "file that is there while the app is ready")
	f.IntVar(&c.grpcPort, "grpc-port", 0, "port of the gRPC health service; 0: none")
	f.StringVar(&c.dependency, "dependency", "", "host and port of an app that it depends on; empty: none")
	f.StringVar(&c.dependencyIn, "dependency-in", "ready,business", "what asks the dependency: ready, live, business")
	f.StringVar(&c.named, "named", "", "host and port of an app that /named asks, its name looked up for each call; empty: none")
	f.DurationVar(&c.unhealthyAfter, "unhealthy-after", -1, "time after its start at which the ready file goes and liveness answers 500; negative: never")
	if err := fromEnvironment(f, env); err != nil {
		return config{}, err
	}
	if err := f.Parse(args); err != nil {
		return config{}, err
	}
	if f.NArg() > 0 {
		return config{}, fmt.Errorf("it is asked to run %q, which it does not know", f.Arg(0))
	}
	return c, nil
}

func bytesInto(n *int64) func(string) error {
	return func(value string) (err error) {
		*n, err = parseBytes(value)
		return err
	}
}

// dependsIn reports whether a part of the app asks the dependency.
func (c config) dependsIn(part string) bool {
	return c.dependency != "" && slices.Contains(strings.Split(c.dependencyIn, ","), part)
}

func fromEnvironment(f *flag.FlagSet, env func(string) string) error {
	var failed error
	f.VisitAll(func(fl *flag.Flag) {
		name := strings.ToUpper(strings.ReplaceAll(fl.Name, "-", "_"))
		value := env(name)
		if value == "" {
			return
		}
		if err := f.Set(fl.Name, value); err != nil && failed == nil {
			failed = fmt.Errorf("read %s=%q: %w", name, value, err)
		}
	})
	return failed
}

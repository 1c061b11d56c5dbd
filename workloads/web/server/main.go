// Command web is the server of seatrial's app "web": it answers, it is probed,
// and it breaks in whatever way it is told to, on a port of its own.
//
//	web                serve; see config.go for flags and variables
//	web exists FILE    exit 0 if the file is there, else 1: an exec probe for an image without a shell
//	web cat FILE       the same, and the file is printed
//	web idle           do nothing until the input ends: what a fork bomb is made of
//	web relay DELAY PORT [TARGET]
//	                   pass on what comes to the port, and the answers, each so much later;
//	                   without a target nothing is passed on, and nobody answers
//
// It imports the standard library only and is built by itself into the image.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "idle" {
		idle()
		return
	}
	if len(os.Args) == 3 {
		switch os.Args[1] {
		case "exists":
			os.Exit(exists(os.Args[2], os.Getenv))
		case "cat":
			os.Exit(cat(os.Args[2], os.Getenv))
		}
	}
	if len(os.Args) > 1 && os.Args[1] == "relay" {
		if err := relayFor(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "web: relay:", err)
			os.Exit(1)
		}
		return
	}
	c, err := parseConfig(os.Args[1:], os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(64)
	}
	log, err := openLog(c.events, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		os.Exit(1)
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	a := newApp(c, log, os.Exit)
	if err := a.run(signals); err != nil {
		fmt.Fprintln(os.Stderr, "web:", err)
		a.end(1)
	}
}

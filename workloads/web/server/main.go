// Command web is the server of seatrial's app "web": it answers, it is probed,
// and it breaks in whatever way it is told to, on a port of its own.
//
//	web                serve; see config.go for flags and variables
//	web exists FILE    exit 0 if the file is there, else 1: an exec probe for an image without a shell
//
// It imports the standard library only and is built by itself into the image.
package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "exists" {
		os.Exit(exists(os.Args[2], os.Getenv))
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

// exists is the exec probe. The server cannot see it, so it tells the server
// for the log, and does not mind if nobody listens.
func exists(file string, env func(string) string) int {
	began, code := time.Now(), 0
	if _, err := os.Stat(file); err != nil {
		code = 1
	}
	port := env("ADMIN_PORT")
	if port == "" {
		port = "9090"
	}
	note := url.Values{attrPath: {file}, attrCode: {strconv.Itoa(code)},
		attrMillis: {strconv.FormatInt(time.Since(began).Milliseconds(), 10)}}
	client := http.Client{Timeout: 300 * time.Millisecond} // well below the 1 s that a probe has
	if resp, err := client.Post("http://127.0.0.1:"+port+"/admin/probed?"+note.Encode(), "", nil); err == nil {
		_ = resp.Body.Close()
	}
	return code
}

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

// hanging is what the log has for the exit status of an exec probe that is told to
// hang: it is written before, since whoever gives up on it kills it.
const hanging = "hanging"

// exists is the exec probe: status 0 if the file is there, else 1. The server
// cannot see it, so it tells the server for the log, and does not mind if nobody
// listens. A file that holds a duration makes it wait for as long.
func exists(file string, env func(string) string) int {
	began, code := time.Now(), 0
	text, err := os.ReadFile(file)
	if err != nil {
		code = 1
	}
	if wait, err := time.ParseDuration(string(text)); err == nil && wait > 0 {
		noteExec(env, file, hanging, began)
		time.Sleep(wait)
	}
	noteExec(env, file, strconv.Itoa(code), began)
	return code
}

// cat is exists, and prints the file as the command of that name does.
func cat(file string, env func(string) string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "cat:", err)
	}
	_, _ = os.Stdout.Write(text)
	return exists(file, env)
}

func noteExec(env func(string) string, file, code string, began time.Time) {
	port := env("ADMIN_PORT")
	if port == "" {
		port = "9090"
	}
	note := url.Values{attrPath: {file}, attrCode: {code},
		attrMillis: {strconv.FormatInt(time.Since(began).Milliseconds(), 10)}}
	client := http.Client{Timeout: 300 * time.Millisecond} // well below the 1 s that a probe has
	if resp, err := client.Post("http://127.0.0.1:"+port+"/admin/probed?"+note.Encode(), "", nil); err == nil {
		_ = resp.Body.Close()
	}
}

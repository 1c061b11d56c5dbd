package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/load"
	"github.com/seatrial/seatrial/internal/measure"
	"github.com/seatrial/seatrial/internal/run"
	"github.com/seatrial/seatrial/internal/self"
	"github.com/seatrial/seatrial/reports"
)

// measureFlags are the flags of seatrial measure as they were given.
type measureFlags struct {
	measure.Options
	headers      []string
	expectStatus string
	bodyFile     string
	html         string
	maxDowntime  time.Duration // in force only if it was given: 0 is a limit too
	agents       run.AgentOptions
}

func measureCommand(g *global) *cobra.Command {
	f := &measureFlags{}
	c := &cobra.Command{
		Use:   "measure URL [-- COMMAND...]",
		Short: "Measure the outages that a command causes, a deploy say; needs no cluster",
		Long: `Load a URL while a command runs and tell the outages that came of it, each with how
far it may be off: one request interval where this machine was quiet. Without a command
the URL is just measured.

Each lane sends --rate requests per second: fresh opens a connection for each,
reused keeps --connections of them and uses them in turn. A request has failed when
no complete, correct answer came within --timeout of when it was due.

The command is run when every lane has had a good answer, and not at all if none
comes. The load goes on for --settle after it, then until no outage is open, but at
most --settle-max after the command. What the command says goes to stderr. An outage that
was over when the command began is shown, but counts for nothing.

Exit code: 1 if a lane's outages add up to more than --max-downtime, 2 if nothing is
proven (the target never answered, or was down at the end; this machine was too busy),
3 if nothing could be measured, 64 for wrong usage, else the command's own.`,
		Example: `  seatrial measure http://127.0.0.1:30080/ --rate 500 -- sh -c 'kubectl rollout restart deploy/web && kubectl rollout status deploy/web'
  seatrial measure http://127.0.0.1:8080/health --duration 1m --max-downtime 200ms -o json
  seatrial measure https://shop.example/ --allow-remote --html outage.html -- ./deploy.sh`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, g, args) },
		Args: func(c *cobra.Command, args []string) error {
			before := c.ArgsLenAtDash()
			switch {
			case len(args) == 0 || before == 0:
				return errors.New("which URL?")
			case before == -1 && len(args) > 1 || before > 1:
				return fmt.Errorf("one URL, not %q: a command follows after --", args[1])
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.IntVar(&f.Rate, "rate", measure.DefaultRate, "requests per second on each lane")
	flags.StringSliceVar(&f.Lanes, "lanes", []string{history.LaneFresh, history.LaneReused}, "which lanes: fresh (a connection per request), reused (pinned connections)")
	flags.IntVar(&f.Connections, "connections", measure.DefaultConnections, "pinned connections of lane reused (at most --rate, so that none is idle for long)")
	flags.DurationVar(&f.Duration, "duration", 0, "load for so long, at least (default as long as the command, and --settle; 10s without a command)")
	flags.DurationVar(&f.Settle, "settle", measure.DefaultSettle, "go on for so long after the command")
	flags.DurationVar(&f.SettleMax, "settle-max", measure.DefaultSettleMax, "at most so long after the command (or --duration), while an outage is open")
	flags.DurationVar(&f.Most, "max-duration", measure.DefaultMost, "end the load after so long, whatever happens")
	flags.DurationVar(&f.maxDowntime, "max-downtime", 0, "fail if the outages of a lane add up to more (default no limit)")
	flags.DurationVar(&f.Timeout, "timeout", load.DefaultTimeout, "from when a request is due to its whole answer")
	flags.StringVarP(&f.Method, "method", "X", http.MethodGet, "the requests' method")
	flags.StringArrayVarP(&f.headers, "header", "H", nil, `a header, "Host: shop.example" (repeatable)`)
	flags.StringVar(&f.bodyFile, "body-file", "", "send what is in this file")
	flags.StringVar(&f.expectStatus, "expect-status", "", "good answers, 200,204 say (default 200 to 299)")
	flags.StringVar(&f.ExpectBody, "expect-body", "", "text that a good answer's body has in its first MiB")
	flags.BoolVar(&f.Insecure, "insecure", false, "accept any certificate")
	flags.BoolVar(&f.Remote, "allow-remote", false, "the URL is on another machine, and I may load it")
	flags.IntVar(&f.agents.Agents, "agents", 0, "measure from so many pods in a cluster, spread over its nodes; the URL is one of that cluster's")
	flags.StringVar(&f.agents.Cluster, "cluster", "", "with --agents: run them in this cluster made by seatrial cluster create")
	flags.StringVar(&f.agents.Kubeconfig, "kubeconfig", "", "with --agents: run them in the cluster of this kubeconfig file")
	flags.StringVar(&f.agents.Context, "context", "", "with --agents: the kubeconfig's context")
	flags.StringVar(&f.agents.Image, "agent-image", "", "the agents' image, this program as /seatrial (default made of it, with --cluster)")
	flags.StringVar(&f.html, "html", "", "also write a page to this file")
	return c
}

func (f *measureFlags) run(c *cobra.Command, g *global, args []string) (err error) {
	f.URL, f.Command = args[0], args[1:]
	if c.Flags().Changed("max-downtime") {
		f.MaxDowntime = &f.maxDowntime
	}
	if err := errors.Join(f.check(), measure.FindCommand(f.Command)); err != nil {
		return err
	}
	if f.Meter, err = self.Command(self.Load); err != nil {
		return err
	}
	view := g.terminal()
	defer view.Close()
	f.Output = view.Aside()
	release, err := f.place(c)
	if err != nil {
		return err
	}
	defer func() {
		if left := release(); left != nil {
			if errors.Is(err, errQuiet) {
				err = nil // it has been told
			}
			err = errors.Join(err, &run.UnclosedError{Err: fmt.Errorf("take the agents away: %w", left)})
		}
	}()
	result, err := measure.Run(c.Context(), f.Options, func(n measure.Now) { view.Live(reports.MeasureLine(n)) })
	if errors.As(err, new(*load.NotLoopbackError)) {
		return usage("%w", err)
	}
	if err != nil {
		return err
	}
	view.Close()
	printed := g.print(c.OutOrStdout(), result, reports.MeasureTable(result, reports.TerminalOptions{NoColor: g.plain(os.Stdout)}))
	if err := errors.Join(printed, f.page(result)); err != nil {
		if code := result.ExitCode(); code != 0 {
			return &codeError{code, err}
		}
		return err
	}
	if code := result.ExitCode(); code != 0 {
		return &codeError{code, errQuiet}
	}
	return nil
}

// page writes the page, if one was asked for.
func (f *measureFlags) page(result measure.Result) error {
	if f.html == "" {
		return nil
	}
	page, err := reports.MeasureHTML(result)
	if err == nil {
		err = replaceFile(f.html, page)
	}
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// replaceFile writes a file in one step: on a full disk the one that was there stays.
func replaceFile(path string, text []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, text, 0o644) // a terminal, a pipe
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, text, 0o644); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return os.Rename(fresh, path)
}

// place puts agents into their cluster, if any were asked for; what it returns
// takes them away.
func (f *measureFlags) place(c *cobra.Command) (release func() error, err error) {
	if f.agents.Agents == 0 {
		return func() error { return nil }, nil
	}
	f.agents.CommandLine = commandLine()
	if at, err := url.Parse(f.URL); err == nil && !f.Remote {
		f.agents.Host = at.Hostname()
	}
	all, undo, err := run.Agents(c.Context(), f.agents)
	if errors.As(err, new(*run.NotInClusterError)) {
		return nil, usage("%w", err)
	}
	if err != nil {
		return nil, err
	}
	f.Agents = all
	return func() error { return undo(context.WithoutCancel(c.Context())) }, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// check turns the flags into options, or says which one is wrong.
func (f *measureFlags) check() error {
	switch {
	case f.agents.Agents < 0:
		return usage("--agents %d: at least 1", f.agents.Agents)
	case f.agents.Agents == 0 && (f.agents.Cluster != "" || f.agents.Context != "" || f.agents.Kubeconfig != "" || f.agents.Image != ""):
		return usage("--cluster, --kubeconfig, --context and --agent-image say where agents go: --agents says how many")
	case f.agents.Cluster != "" && (f.agents.Context != "" || f.agents.Kubeconfig != ""):
		return usage("--cluster is a cluster that seatrial made, --context and --kubeconfig name another: one of them")
	case f.Rate < 1:
		return usage("--rate %d: at least 1 request per second", f.Rate)
	case f.Timeout <= 0:
		return usage("--timeout %s: must be more than nothing", f.Timeout)
	case f.Most <= 0:
		return usage("--max-duration %s: the load must be bounded", f.Most)
	case f.Duration < 0:
		return usage("--duration %s: it must last", f.Duration)
	case f.Settle < 0 || f.SettleMax < 0:
		return usage("--settle %s, --settle-max %s: 0 at least", f.Settle, f.SettleMax)
	case f.maxDowntime < 0:
		return usage("--max-downtime %s: 0 at least, which allows none", f.maxDowntime)
	case f.maxDowntime > 0 && f.maxDowntime < time.Second/time.Duration(f.Rate):
		return usage("--max-downtime %s is shorter than the time between two requests: --rate %d would see it", f.maxDowntime, time.Second/f.maxDowntime+1)
	case f.html != "" && !isFolder(filepath.Dir(f.html)):
		return usage("--html %s: there is no folder %s", f.html, filepath.Dir(f.html))
	case f.Duration > f.Most:
		return usage("--duration %s is longer than --max-duration %s", f.Duration, f.Most)
	}
	for _, lane := range f.Lanes {
		if lane != history.LaneFresh && lane != history.LaneReused {
			return usage("--lanes %q: there are %s and %s", lane, history.LaneFresh, history.LaneReused)
		}
	}
	if len(f.Lanes) == 0 || len(f.Lanes) > 2 || len(f.Lanes) == 2 && f.Lanes[0] == f.Lanes[1] {
		return usage("--lanes: one of %s and %s, or both", history.LaneFresh, history.LaneReused)
	}
	if slices.Contains(f.Lanes, history.LaneReused) && f.Connections < 1 {
		return usage("--connections %d: at least 1", f.Connections)
	}
	if err := errors.Join(f.checkHeaders(), f.checkStatus(), f.readBody()); err != nil {
		return err
	}
	options := f.Options
	options.Remote = options.Remote || f.agents.Agents > 0 // the agents' cluster's addresses are not this machine's
	if err := options.Check(); err != nil {
		return usage("%w", err)
	}
	return nil
}

func (f *measureFlags) checkHeaders() error {
	f.Header = http.Header{}
	for _, h := range f.headers {
		name, value, ok := strings.Cut(h, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t") {
			return usage("--header %q: want \"Name: value\"", h)
		}
		f.Header.Add(name, strings.TrimSpace(value))
	}
	return nil
}

func (f *measureFlags) checkStatus() error {
	if f.expectStatus == "" {
		return nil
	}
	for _, word := range strings.Split(f.expectStatus, ",") {
		code, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || code < 100 || code > 599 {
			return usage("--expect-status %q: want three-digit codes, 200,204 say", f.expectStatus)
		}
		f.ExpectStatus = append(f.ExpectStatus, code)
	}
	return nil
}

func (f *measureFlags) readBody() error {
	if f.bodyFile == "" {
		return nil
	}
	body, err := os.ReadFile(f.bodyFile)
	if err != nil {
		return usage("--body-file: %w", err)
	}
	f.Body = body
	return nil
}

// commandLine is how we were called, to be pasted.
func commandLine() []string {
	line := []string{"seatrial"}
	for _, arg := range os.Args[1:] {
		line = append(line, quoted(arg))
	}
	return line
}

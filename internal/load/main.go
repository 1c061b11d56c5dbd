package load

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

// gcPercent lets the heap grow to some 40 MB before it is collected, about once
// in three seconds at 1,000 requests/s: each collection is a small stall.
const gcPercent = 800

// ratePerProcessor is how many requests per second one processor serves with
// room to spare; a request costs some 200 µs of it.
const ratePerProcessor = 2000

// processors is how many processors the plan needs. With one, waking up is a
// function call instead of a wake-up of another thread: less work and less late.
func processors(p Plan) int {
	total := 0
	for _, l := range p.Lanes {
		total += l.Rate
	}
	return min(runtime.NumCPU(), 1+total/ratePerProcessor)
}

// The arguments of the process.
const (
	flagNetNS   = "netns"   // file of the network namespace to enter first
	flagEntered = "entered" // set by the process for itself when it has
)

func netnsFlag(netns string) []string {
	if netns == "" {
		return nil
	}
	return []string{"--" + flagNetNS + "=" + netns}
}

// ProcessMain is the meter's process: what a hidden subcommand of the program
// calls with the arguments that follow it. It returns the exit code.
//
// It first runs the program anew, inside the network namespace; that one reads
// the plan from stdin and writes frames to stdout until "stop" or the end of stdin.
func ProcessMain(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("meter", flag.ContinueOnError)
	flags.SetOutput(stderr)
	netns := flags.String(flagNetNS, "", "file of the network namespace to send from")
	entered := flags.Bool(flagEntered, false, "the namespace has been entered")
	if err := flags.Parse(args); err != nil {
		return 64
	}
	out := &frameWriter{out: stdout}
	if err := serve(*netns, *entered, args, stdin, out); err != nil {
		out.write(frame{Error: err.Error()})
		fmt.Fprintln(stderr, err)
		return 3
	}
	return 0
}

func serve(netns string, entered bool, args []string, stdin io.Reader, out *frameWriter) error {
	if !entered {
		// From the start of the next program on (os.NewFile looks at the mode),
		// writing to a full pipe waits in the runtime's poller and not in the
		// kernel: there it takes the processor with it for up to 10 ms, and with
		// that every send.
		_ = syscall.SetNonblock(syscall.Stdout, true)
		again := append([]string{}, os.Args[:len(os.Args)-len(args)]...)
		if err := enter(netns, append(again, "--"+flagEntered)); err != nil {
			return err
		}
	}
	debug.SetGCPercent(gcPercent)
	input := bufio.NewReader(stdin)
	plan, err := readPlan(input)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(processors(plan))
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	go func() {
		_, _ = readLine(input, planMost) // "stop", or the end of whoever asked
		cancel()
	}()
	return report(ctx, plan, out)
}

// report runs the plan and writes everything that there is to say about it.
func report(ctx context.Context, plan Plan, out *frameWriter) error {
	r, err := run(ctx, plan, func() { out.write(frame{Sending: true}) }, out.batch)
	if err != nil {
		return err
	}
	out.write(frame{Report: &r})
	return out.err
}

func readPlan(in *bufio.Reader) (Plan, error) {
	var plan Plan
	line, err := readLine(in, planMost)
	if err != nil {
		return plan, fmt.Errorf("read plan: %w", err)
	}
	if err := json.Unmarshal(line, &plan); err != nil {
		return plan, errors.Join(errors.New("read plan"), err)
	}
	return plan, nil
}

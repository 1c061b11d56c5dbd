package journal

import (
	"bufio"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// pace is what a guardian takes its time for.
type pace struct {
	look       time.Duration // how often it looks at deadlines and at the journal
	issue      time.Duration // within this after the run's death every undo has been started
	firstRetry time.Duration // pause after a failed undo, doubled each time
	lastRetry  time.Duration // at most
	giveUp     time.Duration // after the run's death; then the rest is left to Recover

	// A deed that was on its way when the run died (a request already sent, a
	// program already started) may land after its undo. So what was journalled in
	// the recent past before the death is undone a second time, when all has settled.
	recent, settle time.Duration
}

var usualPace = pace{
	look:  200 * time.Millisecond,
	issue: 15 * time.Second, firstRetry: 500 * time.Millisecond, lastRetry: 30 * time.Second, giveUp: 10 * time.Minute,
	recent: time.Minute, settle: 3 * time.Second,
}

// GuardianMain is the guardian's whole life; its result is the exit code: 0 when
// nothing is left to undo or the run said bye, 1 when something is, 64 for wrong
// arguments. args is the path of the journal, stdin the pipe from the run.
//
//   - the run says "bye": it leaves.
//   - the pipe breaks without: the run died. It undoes everything pending, the
//     last step first, and tries again what fails, with growing pauses, for ten
//     minutes; then it leaves the rest to Recover.
//   - the run lives but is stuck: it undoes each step whose deadline passes.
func GuardianMain(args []string, stdin io.Reader, undoers Undoers) int {
	return guard(args, stdin, undoers, usualPace)
}

func guard(args []string, stdin io.Reader, undoers Undoers, p pace) int {
	say := log.New(os.Stderr, "guardian: ", log.LstdFlags|log.LUTC|log.Lmicroseconds|log.Lmsgprefix)
	if len(args) != 1 {
		say.Printf("want one argument, the journal; got %q", args)
		return 64
	}
	f, err := open(args[0], "guardian")
	if err != nil {
		say.Print(err)
		return 1
	}
	defer f.disk.Close()
	defer ignoreSignals(say)()
	if err := f.append(line{Guardian: os.Getpid()}); err != nil {
		say.Print(err)
		return 1
	}
	return newWatch(f, undoers, p, say).until(listen(stdin))
}

// ignoreSignals keeps whatever ends other processes from ending this one, until
// the returned function is called. The signals are caught, not ignored: an
// ignored one would stay ignored in the programs that undoers start.
func ignoreSignals(say *log.Logger) (restore func()) {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-caught:
				say.Printf("%v: a guardian goes when its run does", s)
			case <-ended:
				return
			}
		}
	}()
	return func() { signal.Stop(caught); close(ended) }
}

// listen reads the pipe and sends, once, whether the run said bye before it ended.
func listen(stdin io.Reader) <-chan bool {
	said := make(chan bool, 1)
	go func() {
		for in := bufio.NewScanner(stdin); in.Scan(); {
			if in.Text() == bye {
				said <- true
				return
			}
		}
		said <- false
	}()
	return said
}

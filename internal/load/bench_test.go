package load

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/seatrial/seatrial/internal/history"
)

const (
	benchFor         = 5 * time.Second
	benchConnections = 24
)

// BenchmarkMeter measures the processor time per request of the whole process,
// samples written out included, and the lateness. One iteration is five seconds.
//
//	go test -run - -bench . -benchtime 1x ./internal/load
func BenchmarkMeter(b *testing.B) {
	eachRate(b, func(b *testing.B, url string, rate int) {
		var cpu, late time.Duration
		var sent, bad uint64
		for range b.N {
			p, err := Start(b.Context(), self, Plan{URL: url, Lanes: both(rate, benchConnections), MaxDuration: benchFor},
				func(history.Sample) {}, func(history.Interval) {})
			if err != nil {
				b.Fatal(err)
			}
			report, err := p.Wait()
			if err != nil {
				b.Fatal(err)
			}
			cpu += p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
			for _, lane := range report.Lanes {
				sent += lane.Sent
				bad += lane.Failures()
				late = max(late, lane.Lateness.P99)
			}
		}
		inform(b, cpu, sent, bad, late)
	})
}

// BenchmarkStockVegeta does the same with vegeta as it comes: its pacer, its
// HTTP client, its results encoded as its command does. It has the scheduling that
// the meter asks for (see TestMain): on a busy machine a generator that is late is a cheap
// one, because it wakes once for several requests.
func BenchmarkStockVegeta(b *testing.B) {
	eachRate(b, func(b *testing.B, url string, rate int) {
		var cpu, late time.Duration
		var sent, bad uint64
		for range b.N {
			cmd := exec.Command(self[0], "__vegeta", url, strconv.Itoa(rate))
			out, err := cmd.Output()
			if err != nil {
				b.Fatal(err)
			}
			var got stockResult
			if err := json.Unmarshal(out, &got); err != nil {
				b.Fatal(err)
			}
			cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			sent, bad, late = sent+got.Sent, bad+got.Bad, max(late, got.LatenessP99)
		}
		inform(b, cpu, sent, bad, late)
	})
}

func eachRate(b *testing.B, run func(b *testing.B, url string, rate int)) {
	url := startBenchTarget(b)
	for _, rate := range []int{100, 500, 1000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) { run(b, url, rate) })
	}
}

func inform(b *testing.B, cpu time.Duration, sent, bad uint64, late time.Duration) {
	b.ReportMetric(float64(cpu.Microseconds())/float64(max(sent, 1)), "cpu-µs/req")
	b.ReportMetric(100*cpu.Seconds()/benchFor.Seconds()/float64(b.N), "%core")
	b.ReportMetric(float64(late.Microseconds()), "late-p99-µs")
	b.ReportMetric(float64(bad), "errors")
}

// startBenchTarget starts a server in a process of its own and returns its URL.
func startBenchTarget(tb testing.TB) string {
	cmd := exec.Command(self[0], "__target")
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return "http://" + strings.TrimSpace(address) + "/"
}

// serveBench is the process of startBenchTarget: it serves until its input ends.
func serveBench() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 1
	}
	fmt.Println(l.Addr())
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(HeaderPod, "web-0")
			_, _ = io.WriteString(w, answerBody)
		}))
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

type stockResult struct {
	Sent, Bad   uint64
	LatenessP99 time.Duration
}

// stockVegeta is the process of BenchmarkStockVegeta: the two lanes as two
// attacks, without and with keep-alive.
func stockVegeta(args []string) int {
	rate, _ := strconv.Atoi(args[1])
	var mu sync.Mutex
	var sum stockResult
	var late []time.Duration
	var attacks sync.WaitGroup
	for _, options := range [][]func(*vegeta.Attacker){{vegeta.KeepAlive(false)}, {vegeta.Connections(benchConnections)}} {
		attacks.Go(func() {
			began := time.Now()
			encode := vegeta.NewEncoder(io.Discard)
			target := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: args[0]})
			for r := range vegeta.NewAttacker(options...).Attack(target, vegeta.ConstantPacer{Freq: rate, Per: time.Second}, benchFor, "") {
				_ = encode(r)
				due := began.Add(time.Duration(r.Seq+1) * time.Second / time.Duration(rate))
				mu.Lock()
				sum.Sent++
				if r.Error != "" {
					sum.Bad++
				}
				late = append(late, r.Timestamp.Sub(due))
				mu.Unlock()
			}
		})
	}
	attacks.Wait()
	slices.Sort(late)
	sum.LatenessP99 = late[len(late)*99/100]
	_ = json.NewEncoder(os.Stdout).Encode(sum)
	return 0
}

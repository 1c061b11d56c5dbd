package historytest

import "github.com/seatrial/seatrial/internal/history"

// Command adds a question that was asked in the trial, "13s..13.2s", with its exit
// code and what it printed.
//
//	Command("kubectl logs web-7c-a", "1", "13s..13.2s", "not found")
func (b *Builder) Command(line, code, when, output string) *Builder {
	from, to := span(when)
	b.h.Intervals = append(b.h.Intervals, history.Interval{
		Source: history.SourceCommand, Subject: line, State: code, From: from, To: to, Detail: output,
	})
	return b
}

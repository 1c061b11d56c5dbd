package reports

import (
	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

func TrialHTML(t judge.Trial, main, twin *history.History) ([]byte, error) { return nil, nil }
func RunHTML(r judge.Run, info Info) ([]byte, error)                     { return nil, nil }

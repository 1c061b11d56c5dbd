package load
import ("testing";"time";"github.com/seatrial/seatrial/internal/history")
func TestZZProf(t *testing.T){
 url:=startBenchTarget(t)
 r,err:=Run(t.Context(),Plan{URL:url,Lanes:both(1000,24),MaxDuration:10*time.Second},func(history.Sample){},func(history.Interval){})
 t.Log(r.CPU,len(r.Stalls),err)
 for _,l:=range r.Lanes{t.Log(l.Name,l.Lateness.P50,l.Lateness.P99,l.Lateness.Max,l.Skipped,l.Failed,l.Ousted)}
}

package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seatrial/seatrial/internal/history"
	"github.com/seatrial/seatrial/internal/judge"
)

// Info is what run.json says of a run.
type Info struct {
	SchemaVersion int               `json:"schemaVersion"`
	RunID         string            `json:"runID"`
	Seed          int64             `json:"seed"`
	Version       string            `json:"version"`  // of Kubernetes
	Clusters      map[string]string `json:"clusters"` // UID of the kube-system namespace by place
	Tool          string            `json:"tool"`
	ToolDigest    string            `json:"toolDigest"`
	Start         time.Time         `json:"start"`
	End           time.Time         `json:"end"`
	Seconds       float64           `json:"seconds"`      // by the clock on the wall
	TrialSeconds  float64           `json:"trialSeconds"` // of all trials and twins, one after another
	CommandLine   string            `json:"commandLine"`  // repeats the run
}

// The names of the files of a run directory.
const (
	runFile     = "run.json"
	verdictFile = "verdict.json"
	junitFile   = "junit.xml"
	summaryFile = "summary.md"
	htmlFile    = "report.html"
	trialsDir   = "trials"
)

// A Dir is the run directory. What it holds is valid after each write, so that a
// run that is killed still says what it knew.
type Dir struct {
	Path string
	info Info
}

// NewDir makes the run directory, or takes one that is empty. One that holds
// anything is an error: evidence is never mixed.
func NewDir(path string, info Info) (*Dir, error) {
	if err := os.MkdirAll(filepath.Join(path, trialsDir), 0o755); err != nil {
		return nil, fmt.Errorf("make the run directory: %w", err)
	}
	if _, err := os.Stat(filepath.Join(path, runFile)); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the run directory %s holds a run already: give another one by --out", path)
	}
	d := &Dir{Path: path, info: info}
	d.info.SchemaVersion = 1
	var err error
	if d.info.ToolDigest, err = toolDigest(); err != nil {
		return nil, err
	}
	return d, d.writeJSON(runFile, d.info)
}

// OpenDir takes the run directory of a run that is over, to write into it again.
func OpenDir(path string) (*Dir, error) {
	d := &Dir{Path: path}
	return d, readJSON(filepath.Join(path, runFile), &d.info)
}

// VerdictPath is where a run directory keeps its verdict.
func VerdictPath(dir string) string { return filepath.Join(dir, verdictFile) }

// Trial is the folder of a trial, by its title: "probes/deadlock.twin".
func (d *Dir) Trial(title string) string { return TrialPath(d.Path, title) }

// TrialPath is the folder of a trial within a run directory.
func TrialPath(dir, title string) string {
	return filepath.Join(dir, trialsDir, filepath.FromSlash(title))
}

// SetCluster notes which cluster a place was, and its version.
func (d *Dir) SetCluster(place, uid, version string) error {
	if d.info.Clusters == nil {
		d.info.Clusters = map[string]string{}
	}
	d.info.Clusters[place], d.info.Version = uid, version
	return d.writeJSON(runFile, d.info)
}

// Write writes verdict, JUnit and summary as they stand now.
func (d *Dir) Write(r judge.Run) error {
	return errors.Join(
		d.write(verdictFile, judge.Encode(r)),
		d.write(junitFile, JUnit(r)),
		d.write(summaryFile, Summary(r, d.info)),
	)
}

// WriteTrial writes the verdict and the page of one scenario; twin is nil if it has none.
func (d *Dir) WriteTrial(t judge.Trial, main, twin *history.History) error {
	dir := filepath.Join(trialsDir, filepath.FromSlash(t.Name))
	page, err := TrialHTML(t, main, twin)
	if err != nil {
		return err
	}
	return errors.Join(
		d.write(filepath.Join(dir, verdictFile), judge.EncodeTrial(t)),
		d.write(filepath.Join(dir, htmlFile), page),
	)
}

// Finish writes everything for the last time.
func (d *Dir) Finish(r judge.Run, end time.Time) error {
	d.info.End = end
	d.info.Seconds = end.Sub(d.info.Start).Round(time.Millisecond).Seconds()
	d.info.TrialSeconds = 0
	for _, t := range r.Trials {
		d.info.TrialSeconds += t.Seconds
		if t.Twin != nil {
			d.info.TrialSeconds += t.Twin.Seconds
		}
	}
	return errors.Join(d.writeJSON(runFile, d.info), d.Rewrite(r))
}

// Rewrite writes what a run that is over says as a whole: all but what is known of the run.
func (d *Dir) Rewrite(r judge.Run) error {
	page, err := RunHTML(r, d.info)
	if err != nil {
		return errors.Join(err, d.Write(r))
	}
	return errors.Join(d.Write(r), d.write(htmlFile, page))
}

// Info is what is known of the run.
func (d *Dir) Info() Info { return d.info }

// ReadVerdict reads verdict.json of a run directory. One that another version of the tool
// has written in another schema is an error.
func ReadVerdict(dir string) (judge.Run, error) {
	var r judge.Run
	if err := readJSON(VerdictPath(dir), &r); err != nil {
		return judge.Run{}, err
	}
	if r.SchemaVersion != judge.SchemaVersion {
		return judge.Run{}, fmt.Errorf("read %s: schemaVersion is %d, this tool reads %d", VerdictPath(dir), r.SchemaVersion, judge.SchemaVersion)
	}
	return r, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read run: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read %s: %w", path, atLine(text, err))
	}
	return nil
}

// atLine says on which line a JSON text went wrong.
func atLine(text []byte, err error) error {
	var offset int64
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	default:
		return err
	}
	return fmt.Errorf("line %d: %w", 1+strings.Count(string(text[:min(int(offset), len(text))]), "\n"), err)
}

func (d *Dir) writeJSON(name string, data any) error {
	text, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return d.write(name, append(text, '\n'))
}

// write replaces a file as a whole: a reader finds the old one or the new one.
func (d *Dir) write(name string, text []byte) error {
	path := filepath.Join(d.Path, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, text, 0o644); err != nil {
		_ = os.Remove(draft)
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

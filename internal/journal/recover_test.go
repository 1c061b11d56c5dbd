package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// dead plays a run that died, with no guardian, having done deeds in dir.
func dead(t *testing.T, dir, run string, steps ...Step) string {
	t.Helper()
	j, err := Create(filepath.Join(dir, "journal"), run, Info{Command: "seatrial run " + run})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		if _, err := deed(j, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.file.disk.Close(); err != nil { // as the kernel does when a process dies
		t.Fatal(err)
	}
	return j.Path()
}

// What cannot be undone any more is given up by name, and by nobody while its run lives.
func TestForget(t *testing.T) {
	dir := t.TempDir()
	jdir := filepath.Join(dir, "journal")
	odd := fileStep(filepath.Join(dir, "deed-odd"))
	odd.Kind = "from/the-future"
	path := dead(t, dir, "1-left", odd)
	live, err := Create(jdir, "2-live", Info{})
	if err != nil {
		t.Fatal(err)
	}
	defer live.file.disk.Close()
	for _, run := range []string{"2-live", "3-none", "../journal/2-live"} {
		if _, err := Forget(jdir, run); err == nil {
			t.Errorf("run %s was forgotten", run)
		}
	}
	o, err := Forget(jdir, "1-left")
	if err != nil || o.Fate != Forgotten || len(o.Failed) != 1 || o.Failed[0].Kind != odd.Kind || !exists(path+aside) {
		t.Errorf("%+v, %v", o, err)
	}
	if out, err := Recover(context.Background(), jdir, fileUndoers(), RecoverOptions{}); err != nil || len(out) != 1 || out[0].Fate != Live {
		t.Errorf("it is still tried: %+v, %v", out, err)
	}
}

func TestRecover(t *testing.T) {
	dir := t.TempDir()
	jdir := filepath.Join(dir, "journal")
	a, b := fileStep(filepath.Join(dir, "deed-a")), fileStep(filepath.Join(dir, "deed-b"))
	odd := fileStep(filepath.Join(dir, "deed-odd"))
	odd.Kind = "from/the-future"
	dead(t, dir, "1-whole", a, b)
	left := dead(t, dir, "2-left", odd, a)
	damaged := dead(t, dir, "3-damaged", b)
	live, err := Create(jdir, "5-live", Info{})
	if err != nil {
		t.Fatal(err)
	}
	defer live.file.disk.Close()
	if _, err := deed(live, fileStep(filepath.Join(dir, "deed-live"))); err != nil {
		t.Fatal(err)
	}
	write(t, damaged, "{\"step\":{\"id\n"+read1(t, damaged)+`{"step":{"id":"9","ki`)
	write(t, filepath.Join(jdir, "4-unreadable"+suffix), "MZ\x00\n\xff\n")
	for _, stale := range []string{"old.guardian.log", "old" + suffix + ".lock", draft + "1-2"} {
		write(t, filepath.Join(jdir, stale), "")
	}

	listed, err := Recover(context.Background(), jdir, fileUndoers(), RecoverOptions{DryRun: true})
	if got, want := fates(listed), []Fate{Listed, Listed, Listed, Unreadable, Live}; err == nil || !slices.Equal(got, want) || len(deedsLeft(t, dir)) != 4 {
		t.Fatalf("dry run: %v, want %v; deeds %v; %v", got, want, deedsLeft(t, dir), err)
	}
	out, err := Recover(context.Background(), jdir, fileUndoers(), RecoverOptions{})
	if got, want := fates(out), []Fate{Recovered, Left, Damaged, Unreadable, Live}; !slices.Equal(got, want) {
		t.Fatalf("fates %v, want %v; %v", got, want, err)
	}
	if !errors.Is(err, ErrUnknownKind) || !strings.Contains(err.Error(), "line 1: ") || !errors.Is(err, errNoJournal) {
		t.Errorf("error = %v, want the unknown kind, the broken line and the file that is none", err)
	}
	if got := deedsLeft(t, dir); len(got) != 2 {
		t.Errorf("in place: %v, want deed-live and deed-odd", got)
	}
	if len(out[1].Steps) != 2 || len(out[1].Failed) != 1 || out[1].Failed[0].Kind != odd.Kind || out[1].Path != left {
		t.Errorf("outcome of the one that is left: %+v", out[1])
	}
	want := []string{"2-left.jsonl", "2-left.jsonl.lock", "3-damaged.jsonl.aside", "4-unreadable.jsonl.aside", "5-live.jsonl", "5-live.jsonl.lock"}
	if got := names(t, jdir); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	// The order was b, a (first journal), a (second: the odd one has no undoer), b (third).
	if order := read1(t, filepath.Join(dir, "undone")); order != "deed-b\ndeed-a\ndeed-a\ndeed-b\n" {
		t.Errorf("undone in order %q", order)
	}
}

// A run that was killed without a guardian is recovered; while it lives it is not.
func TestRecoverAfterKill(t *testing.T) {
	dir := t.TempDir()
	c := startRun(t, dir, "no-guardian", "ready")
	jdir := filepath.Join(dir, "journal")
	out, err := Recover(context.Background(), jdir, fileUndoers(), RecoverOptions{})
	if err != nil || len(out) != 1 || out[0].Fate != Live || len(out[0].Steps) != 1 || out[0].Info.PID != c.Process.Pid || len(deedsLeft(t, dir)) != 1 {
		t.Fatalf("while it lives: %+v, %v", out, err)
	}
	kill(c)
	out, err = Recover(context.Background(), jdir, fileUndoers(), RecoverOptions{})
	if err != nil || len(out) != 1 || out[0].Fate != Recovered || len(deedsLeft(t, dir)) != 0 || len(names(t, jdir)) != 0 {
		t.Errorf("after its death: %+v, %v; deeds %v, files %v", out, err, deedsLeft(t, dir), names(t, jdir))
	}
}

// What cannot be undone in a broken cluster is moot once that was deleted.
func TestRecoverTriesAgainWhatTheRestMayHaveMended(t *testing.T) {
	dir := t.TempDir()
	path := dead(t, dir, "run", fileStep(filepath.Join(dir, "deed-cluster")), fileStep(filepath.Join(dir, "deed-in-it")))
	u, broken, tries := fileUndoers(), true, 0
	inner := u[fileStep("").Kind]
	u[fileStep("").Kind] = func(ctx context.Context, args map[string]string) error {
		tries++
		if strings.HasSuffix(args["path"], "deed-in-it") && broken {
			return errors.New("the cluster does not answer")
		}
		broken = false
		return inner(ctx, args)
	}
	out, err := Recover(context.Background(), filepath.Dir(path), u, RecoverOptions{})
	if err != nil || out[0].Fate != Recovered || tries != 3 || len(out[0].Failed) != 0 || !gone(path) {
		t.Errorf("after %d tries: %+v, %v", tries, out, err)
	}
}

func TestRecoverStopsWhenInterrupted(t *testing.T) {
	dir := t.TempDir()
	path := dead(t, dir, "run", fileStep(filepath.Join(dir, "deed-a")))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out, err := Recover(ctx, filepath.Dir(path), fileUndoers(), RecoverOptions{})
	if !errors.Is(err, context.Canceled) || out[0].Fate != Left || len(deedsLeft(t, dir)) != 1 || gone(path) {
		t.Errorf("interrupted: %+v, %v", out, err)
	}
}

func TestRecoverNothing(t *testing.T) {
	out, err := Recover(context.Background(), filepath.Join(t.TempDir(), "none"), nil, RecoverOptions{})
	if err != nil || len(out) != 0 {
		t.Errorf("missing folder: %v, %v", out, err)
	}
	if _, err := Recover(context.Background(), "/dev/null", nil, RecoverOptions{}); err == nil {
		t.Error("a folder that is none was recovered")
	}
}

func fates(out []Outcome) []Fate {
	var f []Fate
	for _, o := range out {
		f = append(f, o.Fate)
	}
	return f
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		out = append(out, d.Name())
	}
	return out
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read1(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What makes the rest moot is undone first, and each step is shown.
func TestRecoverInOrder(t *testing.T) {
	dir := t.TempDir()
	steps := []Step{fileStep(filepath.Join(dir, "deed-cluster")), fileStep(filepath.Join(dir, "deed-a")), fileStep(filepath.Join(dir, "deed-b"))}
	dead(t, dir, "1", steps...)
	var shown []string
	_, err := Recover(t.Context(), filepath.Join(dir, "journal"), fileUndoers(), RecoverOptions{
		First: func(s Step) bool { return s.Says == steps[0].Says },
		Around: func(s Step, undo func() error) error {
			shown = append(shown, s.Says)
			return undo()
		},
	})
	if want := []string{steps[0].Says, steps[2].Says, steps[1].Says}; err != nil || !slices.Equal(shown, want) {
		t.Errorf("%v, %v; want %v", shown, err, want)
	}
	for _, s := range steps {
		if exists(s.Args["path"]) {
			t.Errorf("%s is left", s.Says)
		}
	}
}

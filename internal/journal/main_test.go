package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// The test binary plays the other processes too: "TEST __guardian JOURNAL",
// "TEST __hasty JOURNAL" (a guardian with shorter pauses) and "TEST __run DIR HOW".
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "__guardian" {
		os.Exit(GuardianMain(os.Args[2:], os.Stdin, fileUndoers()))
	}
	if len(os.Args) > 2 && os.Args[1] == "__hasty" {
		os.Exit(guard(os.Args[2:], os.Stdin, fileUndoers(), hastyPace()))
	}
	if len(os.Args) > 3 && os.Args[1] == "__run" {
		if err := playRun(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func hastyPace() pace {
	p := usualPace
	p.issue, p.firstRetry, p.settle = 3*time.Second, 100*time.Millisecond, 300*time.Millisecond
	return p
}

// fileUndoers undo deeds that are files. Each undo is noted in the log beside.
func fileUndoers() Undoers {
	remove := func(_ context.Context, args map[string]string) error {
		if err := note(filepath.Join(filepath.Dir(args["path"]), "undone"), filepath.Base(args["path"])); err != nil {
			return err
		}
		if err := os.Remove(args["path"]); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	return Undoers{
		"file": remove,
		"file/second-try": func(ctx context.Context, args map[string]string) error {
			if err := os.Mkdir(args["path"]+".tried", 0o700); err == nil {
				return errors.New("not the first time")
			}
			return remove(ctx, args)
		},
		"hang": func(ctx context.Context, args map[string]string) error {
			if err := note(filepath.Join(filepath.Dir(args["path"]), "undone"), filepath.Base(args["path"])); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		},
	}
}

func note(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, text)
	return err
}

func fileStep(path string) Step {
	return Step{Kind: "file", Args: map[string]string{"path": path}, Says: "remove " + filepath.Base(path), Trial: "t"}
}

// deed journals and does the deed that the step undoes: it makes a file.
func deed(j *Journal, s Step) (string, error) {
	id, err := j.Add(s)
	if err != nil {
		return "", err
	}
	return id, os.WriteFile(s.Args["path"], nil, 0o600)
}

// playRun is the life of a run whose deeds are files "deed-N" in dir.
func playRun(dir, how string) error {
	j, err := Create(filepath.Join(dir, "journal"), "run", Info{})
	if err != nil {
		return err
	}
	if how == "no-guardian" {
		_, err := deed(j, fileStep(filepath.Join(dir, "deed-0")))
		fmt.Println("ready", err)
		select {}
	}
	guardian := []string{os.Args[0], "__hasty"}
	if how == "late" {
		guardian[1] = "__guardian"
	}
	g, err := StartGuardian(guardian, j.Path())
	if err != nil {
		return err
	}
	fmt.Println("guarded")
	switch how {
	case "busy":
		return beBusy(j, dir)
	case "late":
		return beLate(j, dir)
	case "deadline":
		return setDeadlines(j, dir)
	case "good":
		return endWell(j, g, dir)
	case "hopeless":
		return leaveHopeless(j, dir)
	case "hanging":
		return leaveHanging(j, dir)
	}
	return fmt.Errorf("how is %q?", how)
}

// beBusy does and undoes deeds in two trials at once until it is killed.
func beBusy(j *Journal, dir string) error {
	failed := make(chan error)
	for _, trial := range []string{"a", "b"} {
		go func() { failed <- beBusyIn(j, dir, trial) }()
	}
	return <-failed
}

func beBusyIn(j *Journal, dir, trial string) error {
	for n := 0; ; n++ {
		s := fileStep(filepath.Join(dir, "deed-"+trial+strconv.Itoa(n)))
		s.Trial = trial
		if n%5 == 0 {
			s.Kind = "file/second-try"
		}
		if _, err := deed(j, s); err != nil {
			return err
		}
		if n%4 == 3 { // what fails now is tried again the next time
			_ = j.UndoTrial(context.Background(), trial, fileUndoers())
		}
	}
}

// beLate starts a program that does the deed a second later, and hangs.
func beLate(j *Journal, dir string) error {
	path := filepath.Join(dir, "deed-late")
	if _, err := j.Add(fileStep(path)); err != nil {
		return err
	}
	err := exec.Command("sh", "-c", "sleep 1; touch "+path).Start()
	fmt.Println("ready", err)
	select {}
}

// setDeadlines leaves a deed that is due soon, one due in an hour, one without deadline.
func setDeadlines(j *Journal, dir string) error {
	for name, in := range map[string]time.Duration{"deed-soon": time.Second, "deed-hour": time.Hour, "deed-never": 0} {
		s := fileStep(filepath.Join(dir, name))
		if in > 0 {
			s.Deadline = time.Now().Add(in)
		}
		if _, err := deed(j, s); err != nil {
			return err
		}
	}
	fmt.Println("ready", os.Getpid())
	_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	select {}
}

func endWell(j *Journal, g *Guardian, dir string) error {
	_, err := deed(j, fileStep(filepath.Join(dir, "deed-0")))
	err = errors.Join(err, j.UndoTrial(context.Background(), "t", fileUndoers()))
	return errors.Join(err, g.Bye(context.Background()), j.Close())
}

// leaveHopeless leaves three deeds; the undoer of the second is unknown.
func leaveHopeless(j *Journal, dir string) error {
	for n, kind := range []string{"file", "from/the-future", "file"} {
		s := fileStep(filepath.Join(dir, "deed-"+strconv.Itoa(n)))
		s.Kind = kind
		if _, err := deed(j, s); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	select {}
}

// leaveHanging leaves deeds whose undoing hangs, after one whose undoing does not.
func leaveHanging(j *Journal, dir string) error {
	for n, kind := range []string{"file", "hang", "hang", "hang"} {
		s := fileStep(filepath.Join(dir, "deed-"+strconv.Itoa(n)))
		s.Kind = kind
		if _, err := deed(j, s); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	select {}
}

package judge_test

import (
	"testing"

	"github.com/seatrial/seatrial/internal/judge"
)

func TestUndone(t *testing.T) {
	u := judge.Undone()
	marks := func(line string) judged {
		return judged{line, u, calm("node/kill", "w2").Marks(line).Targets("w2"), judge.Pass, ""}
	}
	back := marks("deploy 0s warm 1s steady 3s fault 10s seen 12s recover 20s..23s settled 30s drain 31s")
	back.got = "seen 2.00s after the deed, undone in 3.00s, back 7.00s later"
	not := marks("deploy 0s warm 1s steady 3s fault 10s seen 12s recover 20s..23s drain 31s")
	not.want, not.got = judge.Fail, "not back"
	unseen := marks("deploy 0s warm 1s steady 3s fault 10s recover 20s drain 31s")
	unseen.want, unseen.got = judge.Invalid, "no effect"
	never := marks("deploy 0s warm 1s steady 3s fault 10s seen 12s drain 31s")
	never.want, never.got = judge.Invalid, "nothing was undone"
	judgeAll(t, []judged{back, not, unseen, never})
}

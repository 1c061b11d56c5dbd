package faults

import "time"

// All lists every fault as it comes, for people to look at. A new one is one
// line here. The planted ones of the canaries are left out: they are not for use.
func All() []Fault {
	return []Fault{
		CreatePods(),
		PodDelete(OnePod),
		PodDeleteAll(),
		OOM(OnePod),
		Deadlock(OnePod),
		LiveCodes(404),
		ReadinessFile(OnePod),
		InfiniteLoop(OnePod),
		Unready(OnePod),
		FailBusiness(OnePod),
		Hang(OnePod, 10*time.Second),
		SlowStart(OnePod, 10*time.Second),
		ErrorRate(OnePod, 0.01),
		Truncate(OnePod),
		IgnoreSIGTERM(OnePod),
		Flood(AllPods, time.Second),
		Troubles(Deadlocked),
		DependencyDown("backend"),
		Update(),
		SecondUpdate{},
		Switch{},
		BadImage(),
		NodeKill(),
		NodeUntaint("node.kubernetes.io/disk-pressure"),
		DiskFull(),
	}
}

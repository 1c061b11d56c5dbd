package faults

// All lists every fault as it comes, for people to look at. A new one is one
// line here. The planted ones of the canaries are left out: they are not for use.
func All() []Fault {
	return []Fault{
		PodDelete(OnePod),
		PodDeleteAll(),
		OOM(OnePod),
		Deadlock(OnePod),
		LiveCodes(404),
		ReadinessFile(OnePod),
		Update(),
		SecondUpdate{},
		Switch{},
		BadImage(),
		Pause(),
		Resume(),
		Edit(),
		Scale(5),
		Restart(),
		ToRevision(1),
		OutOfMemory(),
		ConfigChange(),
		SameTag("v1", "v2"),
		NodeKill(),
		NodeUntaint("node.kubernetes.io/disk-pressure"),
		DiskFull(),
	}
}
